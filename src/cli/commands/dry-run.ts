import { dryRun } from '../../app/dry-run.ts';
import { dryRunIsClean } from '../../report/build.ts';
import { jsonDryRun } from '../../report/json.ts';
import { prettyDryRun } from '../../report/pretty-dry-run.ts';
import type { DryRunInvocation } from '../arguments.ts';
import { withMigration } from '../chosen.ts';
import type { Output } from '../output.ts';

/** `lockstep dry-run`: 0 when everything came back and no finding stands, else 1. */
export function dryRunCommand(invocation: DryRunInvocation, output: Output): Promise<number> {
  return withMigration(invocation.migration, output, async ({ ports, ...request }) => {
    const report = await dryRun(ports, { ...request, target: invocation.target, probe: invocation.probe });
    output.endProgress();
    output.result(invocation.format === 'json' ? jsonDryRun(report) : prettyDryRun(report, output.terminal));
    return dryRunIsClean(report, invocation.failOn) ? 0 : 1;
  });
}
