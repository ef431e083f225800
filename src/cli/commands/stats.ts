import { captureStats, keepStats, statsText } from '../../app/stats.ts';
import { environmentSecrets } from '../../host/environment.ts';
import { visible } from '../../report/display.ts';
import { prettyStats } from '../../report/pretty-stats.ts';
import type { StatsInvocation } from '../arguments.ts';
import { withFolders } from '../chosen-folders.ts';
import type { Output } from '../output.ts';

/** `lockstep stats`: prints the sizes of a server's tables, or writes them where dry runs look for them. */
export function statsCommand(invocation: StatsInvocation, output: Output): Promise<number> {
  return withFolders(null, output, async ({ ports, project, signal }) => {
    const stats = await captureStats({ secrets: environmentSecrets, now: ports.now }, { variable: invocation.variable, signal });
    const written = invocation.write ? await keepStats(ports.files, project.root, stats) : null;
    output.result(invocation.format === 'json' ? statsText(stats) : prettyStats(stats, output.terminal));
    if (written !== null) output.status(`Written to ${visible(written)}`);
    return 0;
  });
}
