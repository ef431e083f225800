import type { AstNode } from '../../model/statement.ts';
import { volatility } from '../../sql/effects/expressions.ts';
import { columnType } from '../../sql/effects/types.ts';
import type { ColumnType } from '../../sql/effects.ts';
import { parseStatement } from '../../sql/parse.ts';
import { tokens, type Token } from '../../sql/tokens.ts';
import { child, listOf } from '../../sql/walk.ts';

/** Why the text is not a type that a column can have, or null. */
export function refuseType(text: string): string | null {
  const [column, ...others] = columnsOf(`c ${text}`) ?? [];
  if (column === undefined || others.length > 0) return `“${text}” is not a type.`;
  return column['constraints'] === undefined && column['collClause'] === undefined ? null : `“${text}” says more than a type: defaults and constraints have questions of their own.`;
}

/** Why the text is not one expression, or null. */
export function refuseExpression(text: string): string | null {
  const reason = refuseWords(text);
  if (reason !== null) return reason;
  const all = tokens(text);
  const open = depths(all);
  if (all.some((token, index) => token.text === ',' && open[index] === 0)) return `“${text}” is more than one expression.`;
  const { kind, node, problem } = parseStatement(`SELECT (${text}\n)`);
  if (problem !== null) return `“${text}” is not an expression: ${problem.message}.`;
  return kind === 'SelectStmt' && listOf(node['targetList'], 'ResTarget').length === 1 && node['fromClause'] === undefined ? null : `“${text}” is not one expression.`;
}

/** Why the text is not a list of columns as CREATE TABLE takes it, or null. */
export function refuseColumnList(text: string): string | null {
  return columnsOf(text) === null ? `“${text}” is not a list of columns: write them as in CREATE TABLE, for example title text NOT NULL, total numeric(12, 2).` : null;
}

/** The names of a list of columns. */
export function columnNamesOf(text: string): readonly string[] {
  return (columnsOf(text) ?? []).map((each) => String(each['colname']));
}

/** What a type's words name; null when they name none. */
export function readType(text: string): ColumnType | null {
  const column = columnsOf(`c ${text}`)?.[0];
  const typeName = column === undefined ? null : child(column, 'typeName');
  return typeName === null ? null : columnType(typeName);
}

/** An expression as DEFAULT takes it: AND, OR, IS NULL and the like need parentheses there. */
export function asDefault(expression: string): string {
  return parseStatement(`ALTER TABLE t ALTER COLUMN c SET DEFAULT ${expression}`).problem === null && parseStatement(`ALTER TABLE t ADD COLUMN c text DEFAULT ${expression}`).problem === null ? expression : `(${expression})`;
}

/** Whether an expression gives each row a value of its own, or may. */
export function isVolatile(expression: string): boolean {
  return volatility(parseStatement(`SELECT (${expression}\n)`).node).kind !== 'stable';
}

function columnsOf(text: string): readonly AstNode[] | null {
  if (refuseWords(text) !== null) return null;
  const { kind, node } = parseStatement(`CREATE TABLE t (${text}\n)`);
  const all: unknown = node['tableElts'];
  const columns = listOf(all, 'ColumnDef');
  return kind === 'CreateStmt' && Array.isArray(all) && all.length === columns.length && columns.length > 0 ? columns : null;
}

/** A piece becomes part of a statement: what could end that one, or the clause that it stands in, is not taken. */
function refuseWords(text: string): string | null {
  const all = tokens(text);
  if (all.length === 0) return 'It is empty.';
  if (all.some((token) => token.kind === 'comment' || token.text === ';')) return `“${text}” has a semicolon or a comment in it.`;
  return depths(all).some((depth) => depth < 0) ? `“${text}” closes a parenthesis that it did not open.` : null;
}

/** How many parentheses are open behind each token. */
function depths(all: readonly Token[]): readonly number[] {
  let depth = 0;
  return all.map(({ text }) => (depth += text === '(' || text === '[' ? 1 : text === ')' || text === ']' ? -1 : 0));
}
