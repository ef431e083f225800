import type { Statement } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { child, text } from '../../sql/walk.ts';

/** The clauses of an UPDATE or a DELETE as they are written; null for what is not there. */
export interface Clauses {
  /** `ONLY public.orders AS o` */
  readonly target: string;
  /** How the statement itself names the table's columns: `o`. */
  readonly alias: string;
  /** What stands after FROM or USING. */
  readonly others: string | null;
  readonly condition: string | null;
  /** The statement up to its WHERE, or the whole of it. */
  readonly head: string;
}

/** Null for forms whose clauses say something only inside the statement: WITH, RETURNING, WHERE CURRENT OF. */
export function clausesOf(statement: Statement): Clauses | null {
  const { node, text: whole } = statement;
  const relation = child(node, 'relation');
  if (relation === null || node['withClause'] !== undefined || node['returningList'] !== undefined || node['returningClause'] !== undefined || child(node, 'whereClause')?.['CurrentOfExpr'] !== undefined) return null;
  const update = statement.kind === 'UpdateStmt';
  const marks = markers(statement, update ? ['SET', 'FROM', 'WHERE'] : ['USING', 'WHERE']);
  const [set, others, where] = update ? [marks.get('SET'), marks.get('FROM'), marks.get('WHERE')] : [undefined, marks.get('USING'), marks.get('WHERE')];
  const end = (from: number, ...stops: readonly (number | undefined)[]): number => Math.min(...stops.filter((stop) => stop !== undefined && stop > from).map(Number), whole.length);
  const start = statementTokens(statement)[update ? 0 : 1]?.end ?? 0;
  const part = (from: number, to: number): string => whole.slice(from, to).trim();
  const name = text(child(relation, 'alias') ?? {}, 'aliasname') ?? text(relation, 'relname') ?? '';
  return {
    target: part(start, end(start, set, others, where)),
    alias: quoteIdentifier(name),
    others: others === undefined ? null : part(others + (update ? 'FROM' : 'USING').length, end(others, where)),
    condition: where === undefined ? null : part(where + 'WHERE'.length, whole.length),
    head: part(0, where ?? whole.length),
  };
}

/** Where each of the key words first stands outside parentheses, in this order. IS DISTINCT FROM is none. */
function markers(statement: Statement, wanted: readonly string[]): ReadonlyMap<string, number> {
  const tokens = statementTokens(statement);
  const found = new Map<string, number>();
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.text === '(' || token.text === '[') depth += 1;
    else if (token.text === ')' || token.text === ']') depth -= 1;
    if (depth !== 0 || isKeyword(tokens[index - 1], 'DISTINCT')) continue;
    const next = wanted.find((word) => isKeyword(token, word));
    if (next !== undefined && !found.has(next)) found.set(next, token.start);
  }
  return found;
}
