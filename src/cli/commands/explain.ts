import { explain } from '../../app/explain.ts';
import { nodeFiles } from '../../host/files.ts';
import { prettyExplain } from '../../report/pretty-explain.ts';
import type { ExplainInvocation } from '../arguments.ts';
import type { Output } from '../output.ts';
import { absolute } from '../wire.ts';

/** `lockstep explain`: 0, whatever the statements do. */
export async function explainCommand(invocation: ExplainInvocation, output: Output): Promise<number> {
  const report = await explain({ files: nodeFiles, now: () => new Date() }, absolute(invocation.path));
  output.result(invocation.format === 'json' ? `${JSON.stringify({ kind: 'explanation', ...report }, null, 2)}\n` : prettyExplain(report, output.terminal));
  return 0;
}
