import { applyChanges } from '../../app/file-changes.ts';
import { makeDown } from '../../app/make-down.ts';
import { relative } from '../../app/paths.ts';
import type { FilePort } from '../../app/ports.ts';
import { UserError } from '../../model/errors.ts';
import type { FileChange } from '../../model/file-change.ts';
import type { MadeDown } from '../../model/made-down.ts';
import { visible } from '../../report/display.ts';
import { downWords, keptWords } from '../../report/down-words.ts';
import type { DownInvocation } from '../arguments.ts';
import { withMigration } from '../chosen.ts';
import type { Output } from '../output.ts';

/** `lockstep down`: 0 when the round trip brought everything back and every inverse is exact, else 1. */
export function downCommand(invocation: DownInvocation, output: Output): Promise<number> {
  return withMigration(invocation.migration, output, async ({ ports, ...request }) => {
    const down = await makeDown(ports, { ...request, target: invocation.target, data: invocation.data });
    output.endProgress();
    const written = invocation.write ? await write(ports.files, down) : null;
    if (invocation.format === 'json') output.result(`${JSON.stringify(down, null, 2)}\n`);
    else if (written === null) output.result(printed(down, request.project.root));
    const { tone, headline, reasons } = downWords(down);
    for (const line of [`${headline}.`, ...[...reasons, ...keptWords(down)].map((reason) => `  ${reason}`)]) output.status(visible(line));
    if (down.kept === null && invocation.data === 'lose' && down.keepable.length > 0) output.status('  --keep-aside rewrites the up so.');
    for (const path of written ?? []) output.status(`Written to ${visible(path)}`);
    return tone === 'good' ? 0 : 1;
  });
}

/** The down; with a rewritten up both, each below the name of its file. */
function printed({ kept, path, text }: MadeDown, root: string): string {
  if (kept === null || kept.path === path) return text;
  return `-- File: ${relative(root, kept.path)}\n${kept.text.trimEnd()}\n\n-- File: ${path === null ? '(the down)' : relative(root, path)}\n${text}`;
}

/** Writes where the files belong; a down that says something already is never replaced. All or nothing. */
async function write(files: FilePort, { path, isFree, existing, text, migration, kept }: MadeDown): Promise<readonly string[]> {
  if (path === null) throw new UserError('usage', `${migration} has no place for a down in its layout.`, 'Leave out --write and put the text where your team keeps such scripts.');
  if (!isFree) throw new UserError('file-exists', `${path} has statements already.`, 'Leave out --write to see the generated one beside it, or remove the file first.');
  const rewritten: readonly FileChange[] = kept === null ? [] : [{ kind: 'replace', path: kept.path, text: kept.text }];
  await applyChanges(files, [...rewritten, { kind: existing === null ? 'create' : 'replace', path, text }]);
  return [...rewritten.map((each) => each.path), path];
}
