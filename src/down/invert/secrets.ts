import type { Statement } from '../../model/statement.ts';
import { listOf, text } from '../../sql/walk.ts';

const secret = /password|passwd|passcode|secret|token|api_?key|credential|private/i;
const kinds = new Set(['AlterRoleStmt', 'AlterUserMappingStmt', 'AlterForeignServerStmt', 'AlterFdwStmt']);

/** Why the down cannot say what it was. */
export const formerSecret = 'The former password or secret is not known, because none is ever read: set it again.';

/** True when a statement changes a password or an option that no snapshot reads (dryrun/schema/fragments.ts names the same). */
export function changesSecret({ kind, node }: Pick<Statement, 'kind' | 'node'>): boolean {
  return kinds.has(kind) && listOf(node['options'], 'DefElem').some((each) => secret.test(text(each, 'defname') ?? ''));
}
