import { dryRunAll } from '../../app/dry-run-all.ts';
import { historyIsClean, jsonHistory } from '../../report/history-report.ts';
import { prettyHistory } from '../../report/pretty-history.ts';
import type { DryRunAllInvocation } from '../arguments.ts';
import { withFolders } from '../chosen-folders.ts';
import type { Output } from '../output.ts';

/** `lockstep dry-run --all`: 0 when every migration came back and no finding stands, else 1. */
export function dryRunAllCommand(invocation: DryRunAllInvocation, output: Output): Promise<number> {
  return withFolders(invocation.path, output, async ({ ports, project, folders, signal }) => {
    const { since, target } = invocation;
    const report = await dryRunAll(ports, { project, folders, since, target, signal, overrides: new Map(), progress: output.progress });
    output.endProgress();
    output.result(invocation.format === 'json' ? jsonHistory(report) : prettyHistory(report, output.terminal));
    return historyIsClean(report, invocation.failOn) ? 0 : 1;
  });
}
