import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import type { AstNode, Statement } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword, type Token } from '../../sql/tokens.ts';
import { child, listOf, nodes, text, words } from '../../sql/walk.ts';
import { fragment } from '../definition.ts';
import { exact, type Inverse } from '../inverse.ts';

/** DELETE of exactly the rows that INSERT … VALUES added, found by their primary key; null when the key is not written there as constants. */
export function deleteInserted(statement: Statement, { table, catalog }: { readonly table: SchemaObject; readonly catalog: Snapshot }): Inverse | null {
  const { node } = statement;
  // ON CONFLICT may have left rows alone that were there before.
  if (node['onConflictClause'] !== undefined) return null;
  const key = primaryKey(table, catalog);
  const columns = listOf(node['cols'], 'ResTarget').map((each) => quoteIdentifier(text(each, 'name') ?? ''));
  const places = key.map((column) => columns.indexOf(column));
  const rows = listOf(child(child(node, 'selectStmt') ?? {}, 'SelectStmt')?.['valuesLists'], 'List').map((each) => nodes(each['items']));
  const texts = valueTexts(statement);
  if (key.length === 0 || places.includes(-1) || rows.length === 0 || texts.length !== rows.length) return null;
  if (!rows.every((row) => places.every((place) => isConstant(row[place])))) return null;
  const tuple = (parts: readonly string[]): string => (parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(', ')})`);
  const wanted = texts.map((row) => tuple(places.map((place) => row[place] ?? 'NULL')));
  return exact(`DELETE FROM ${table.name} WHERE ${tuple(key)} IN (${wanted.join(', ')})`);
}

export function primaryKey(table: SchemaObject, catalog: Snapshot): readonly string[] {
  const constraints = Object.values(catalog).filter((each) => each.kind === 'constraint' && each.table === table.name);
  const node = constraints.map((each) => fragment(each)?.node ?? {}).find((each) => text(each, 'contype') === 'CONSTR_PRIMARY');
  return words(node?.['keys']).map(quoteIdentifier);
}

function isConstant(value: { readonly kind: string; readonly node: AstNode } | undefined): boolean {
  if (value === undefined) return false;
  if (value.kind === 'TypeCast') return nodes([value.node['arg']]).some((each) => each.kind === 'A_Const');
  return value.kind === 'A_Const' && value.node['isnull'] !== true;
}

/** The values of VALUES (…), (…) as they are written. */
function valueTexts(statement: Statement): readonly (readonly string[])[] {
  const tokens = statementTokens(statement);
  const rows: string[][] = [];
  let depth = 0;
  let from = 0;
  let started = false;
  for (const token of tokens) {
    if (!started) {
      started = isKeyword(token, 'VALUES');
      continue;
    }
    if (depth === 0 && token.text !== '(' && token.text !== ',') break;
    depth += nesting(token);
    if (token.text === '(' && depth === 1) {
      rows.push([]);
      from = token.end;
    } else if ((token.text === ',' && depth === 1) || (token.text === ')' && depth === 0)) {
      rows.at(-1)?.push(statement.text.slice(from, token.start).trim());
      from = token.end;
    }
  }
  return rows;
}

function nesting({ text: sign }: Token): number {
  return sign === '(' || sign === '[' ? 1 : sign === ')' || sign === ']' ? -1 : 0;
}
