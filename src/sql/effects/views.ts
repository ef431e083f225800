import type { AstNode } from '../../model/statement.ts';
import type { CreatedRelation } from '../effects.ts';
import type { KnownColumn } from '../known-table.ts';
import { child, listOf, text, unwrap, words } from '../walk.ts';
import { columnType } from './types.ts';

/** The columns of a view as its words name them; `isPartly` when they do not name all: `*`, or what only PostgreSQL gives a name. */
export function viewColumns(node: AstNode): Pick<CreatedRelation, 'columns' | 'isPartly'> {
  const aliases = words(node['aliases']);
  const columns = targets(node['query']).map((target, index) => column(target, aliases[index]));
  return columns.length > 0 && columns.every((each) => each !== null) ? { columns } : { isPartly: true };
}

/** The first SELECT of a UNION gives the names (manual, SELECT). */
function targets(query: unknown): readonly AstNode[] {
  let select = unwrap(query)?.node ?? {};
  for (let left = child(select, 'larg'); left !== null; left = child(select, 'larg')) select = left;
  return listOf(select['targetList'], 'ResTarget');
}

function column(target: AstNode, alias: string | undefined): KnownColumn | null {
  const value = unwrap(target['val']);
  const typeName = value?.kind === 'TypeCast' ? child(value.node, 'typeName') : null;
  // A star may stand for any number of columns.
  const isStar = value?.kind === 'ColumnRef' && words(value.node['fields']).length < (Array.isArray(value.node['fields']) ? value.node['fields'].length : 0);
  const name = isStar ? null : (alias ?? text(target, 'name') ?? nameOf(value));
  return name === null ? null : { name, type: typeName === null ? null : columnType(typeName), notNull: false, filled: null };
}

/** The name that PostgreSQL gives a column by itself, in the plain cases (parse_target.c, FigureColname). */
function nameOf(value: ReturnType<typeof unwrap>): string | null {
  if (value?.kind === 'ColumnRef') return words(value.node['fields']).at(-1) ?? null;
  if (value?.kind === 'FuncCall') return words(value.node['funcname']).at(-1) ?? null;
  if (value?.kind === 'CoalesceExpr') return 'coalesce';
  if (value?.kind !== 'TypeCast') return null;
  const cast = unwrap(value.node['arg']);
  return cast?.kind === 'ColumnRef' || cast?.kind === 'FuncCall' ? nameOf(cast) : null;
}
