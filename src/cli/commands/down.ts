import { makeDown } from '../../app/make-down.ts';
import type { FilePort } from '../../app/ports.ts';
import { UserError } from '../../model/errors.ts';
import type { MadeDown } from '../../model/made-down.ts';
import { visible } from '../../report/display.ts';
import { downWords } from '../../report/down-words.ts';
import type { DownInvocation } from '../arguments.ts';
import { withMigration } from '../chosen.ts';
import type { Output } from '../output.ts';

/** `lockstep down`: 0 when the round trip brought everything back and every inverse is exact, else 1. */
export function downCommand(invocation: DownInvocation, output: Output): Promise<number> {
  return withMigration(invocation.migration, output, async ({ ports, ...request }) => {
    const down = await makeDown(ports, { ...request, target: invocation.target });
    output.endProgress();
    const written = invocation.write ? await write(ports.files, down) : null;
    if (invocation.format === 'json') output.result(`${JSON.stringify(down, null, 2)}\n`);
    else if (written === null) output.result(down.text);
    const { tone, headline, reasons } = downWords(down);
    for (const line of [`${headline}.`, ...reasons.map((reason) => `  ${reason}`)]) output.status(visible(line));
    if (written !== null) output.status(`Written to ${visible(written)}`);
    return tone === 'good' ? 0 : 1;
  });
}

/** Writes where the down belongs; a down that says something already is never replaced. */
async function write(files: FilePort, { path, isFree, existing, text, migration }: MadeDown): Promise<string> {
  if (path === null) throw new UserError('usage', `${migration} has no place for a down in its layout.`, 'Leave out --write and put the text where your team keeps such scripts.');
  if (!isFree) throw new UserError('file-exists', `${path} has statements already.`, 'Leave out --write to see the generated one beside it, or remove the file first.');
  await files.write(path, text, existing === null ? 'create' : 'replace');
  return path;
}
