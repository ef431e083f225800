import { drift } from '../../app/drift.ts';
import { environmentSecrets } from '../../host/environment.ts';
import { jsonDrift, prettyDrift } from '../../report/pretty-drift.ts';
import type { DriftInvocation } from '../arguments.ts';
import { onlyFolder, withFolders } from '../chosen-folders.ts';
import type { Output } from '../output.ts';

/** `lockstep drift`: 0 when nothing differs from what the history yields, else 1. */
export function driftCommand(invocation: DriftInvocation, output: Output): Promise<number> {
  return withFolders(invocation.path, output, async (chosen) => {
    const { ports, neon, project, signal } = chosen;
    const { other, target } = invocation;
    const report = await drift({ ...ports, neon, secrets: environmentSecrets }, { project, folder: onlyFolder(chosen), other, target, signal, progress: output.progress });
    output.endProgress();
    output.result(invocation.format === 'json' ? jsonDrift(report) : prettyDrift(report, output.terminal));
    return report.differences.length === 0 ? 0 : 1;
  });
}
