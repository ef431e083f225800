import type { Edit } from '../../model/edit.ts';
import type { Statement } from '../../model/statement.ts';
import { columnConstraint } from '../../sql/effects/columns.ts';
import { offset } from '../../sql/spans.ts';
import { isKeyword, type Token } from '../../sql/tokens.ts';
import { child, listOf } from '../../sql/walk.ts';
import { commandTokens, type AlterCommand } from './commands.ts';

/** The tokens of one constraint of an added column, with its CONSTRAINT name; empty when the column has none of that type. */
export function constraintTokens(statement: Statement, command: AlterCommand, contype: string): readonly Token[] {
  const constraint = columnConstraint(command.definition, contype);
  const tokens = commandTokens(statement, command);
  if (constraint === null || child(command.definition, 'collClause') !== null) return [];
  const starts = listOf(command.definition['constraints'], 'Constraint').map((each) => startIndex(statement, tokens, each['location']));
  const start = startIndex(statement, tokens, constraint['location']);
  const end = Math.min(...starts.filter((each) => each > start), tokens.length);
  return tokens.slice(start, end);
}

/** Takes the constraint out of the column's definition, with the space before it. */
export function constraintEdit(statement: Statement, command: AlterCommand, contype: string): Edit | null {
  const removed = constraintTokens(statement, command, contype);
  const all = commandTokens(statement, command);
  const [first, last] = [removed[0], removed.at(-1)];
  const previous = first === undefined ? undefined : all[all.indexOf(first) - 1];
  if (first === undefined || last === undefined || previous === undefined) return null;
  return { span: { start: previous.end, end: last.end }, text: '' };
}

/** A named constraint begins at its CONSTRAINT key word; the parse tree may point behind the name. */
function startIndex(statement: Statement, tokens: readonly Token[], location: unknown): number {
  const at = offset(statement, Number(location ?? 0));
  const index = tokens.findIndex((token) => token.start >= at);
  if (index < 0) return tokens.length;
  return isKeyword(tokens[index - 2], 'CONSTRAINT') ? index - 2 : index;
}
