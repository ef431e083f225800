import { check } from '../../app/check.ts';
import { nodeFiles } from '../../host/files.ts';
import { nodeProcesses } from '../../host/processes.ts';
import { checkIsClean } from '../../report/build.ts';
import { jsonCheck } from '../../report/json.ts';
import { prettyCheck } from '../../report/pretty-check.ts';
import type { CheckInvocation } from '../arguments.ts';
import type { Output } from '../output.ts';
import { absolute } from '../wire.ts';

/** `lockstep check`: 0 when nothing reaches the threshold, else 1. */
export async function checkCommand(invocation: CheckInvocation, output: Output): Promise<number> {
  const paths = (invocation.paths.length === 0 ? ['.'] : invocation.paths).map(absolute);
  const report = await check({ files: nodeFiles, processes: nodeProcesses, now: () => new Date() }, paths);
  output.result(invocation.format === 'json' ? jsonCheck(report) : prettyCheck(report, output.terminal));
  return checkIsClean(report, invocation.failOn) ? 0 : 1;
}
