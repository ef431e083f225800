import type { Fix } from '../../model/edit.ts';
import type { Statement } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { listOf, text } from '../../sql/walk.ts';
import type { StatementContext } from '../define-rule.ts';
import { constraintEdit, constraintTokens } from './columns.ts';
import { alterHead, commandTokens, isOnlyCommand, type AlterCommand } from './commands.ts';
import { runsOneByOne } from './transactions.ts';

interface Constraint {
  readonly contype: 'CONSTR_CHECK' | 'CONSTR_FOREIGN';
  /** Null when it is not known how PostgreSQL would call it. */
  readonly name: string | null;
  /** What the words of a constraint of the table have before those of the column. */
  readonly head: string;
}

/** NOT ENFORCED (PostgreSQL 18) is a constraint of its own to the grammar. */
export function isEnforced(command: AlterCommand): boolean {
  return listOf(command.definition['constraints'], 'Constraint').every((each) => text(each, 'contype') !== 'CONSTR_ATTR_NOT_ENFORCED');
}

/** Takes a constraint out of the column that is added and adds it to the table in the same statement, NOT VALID; and validates it where the next statement is one of its own. */
export function constraintApart(statement: Statement, command: AlterCommand, { contype, name, head }: Constraint, context: StatementContext): readonly Fix[] {
  const removed = constraintEdit(statement, command, contype);
  const tokens = constraintTokens(statement, command, contype);
  const body = isKeyword(tokens[0], 'CONSTRAINT') ? tokens.slice(2) : tokens;
  const [first, last] = [body[0], body.at(-1)];
  const all = listOf(command.definition['constraints'], 'Constraint').map((each) => text(each, 'contype') ?? '');
  const isSimple = all.filter((each) => each === contype).length === 1 && !all.some((each) => each.startsWith('CONSTR_ATTR'));
  if (removed === null || first === undefined || last === undefined || name === null || !isSimple || command.node['missing_ok'] === true) return [];
  const end = commandTokens(statement, command).at(-1)?.end ?? statement.text.length;
  const validates = runsOneByOne(context) && isOnlyCommand(statement);
  const constraint = quoteIdentifier(name);
  const add = `, ADD CONSTRAINT ${constraint} ${head}${statement.text.slice(first.start, last.end)} NOT VALID`;
  const validate = validates ? `${context.between}${alterHead(statement)} VALIDATE CONSTRAINT ${constraint}` : '';
  const title = validates ? 'Add the constraint apart and NOT VALID, then VALIDATE it' : 'Add the constraint apart and NOT VALID; VALIDATE it in a later migration';
  // An edit that ends where the next one begins is one edit.
  if (removed.span.end === end) return [{ title, edits: [{ span: removed.span, text: `${add}${validate}` }] }];
  return [{ title, edits: [removed, { span: { start: end, end }, text: `${add}${validate}` }] }];
}
