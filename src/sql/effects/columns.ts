import type { AstNode } from '../../model/statement.ts';
import type { ColumnChange, Effects, Work } from '../effects.ts';
import type { QualifiedName } from '../names.ts';
import { child, listOf, nodes, text, unwrap, words } from '../walk.ts';
import { volatility } from './expressions.ts';
import { columnType, isBuiltIn, isSerial } from './types.ts';

export function columnChange(table: QualifiedName, definition: AstNode): ColumnChange {
  const typeName = child(definition, 'typeName');
  return { table, column: text(definition, 'colname') ?? '', type: typeName === null ? null : columnType(typeName) };
}

export function columnConstraint(definition: AstNode, contype: string): AstNode | null {
  return listOf(definition['constraints'], 'Constraint').find((each) => text(each, 'contype') === contype) ?? null;
}

/** The expression of a column's DEFAULT, unless it is NULL. */
export function defaultOf(definition: AstNode): AstNode | null {
  const constraint = columnConstraint(definition, 'CONSTR_DEFAULT');
  const expression = constraint === null ? null : child(constraint, 'raw_expr');
  return expression !== null && unwrap(expression)?.node['isnull'] === true ? null : expression;
}

/** Why ADD COLUMN writes the whole table anew, if it does (manual, ALTER TABLE, notes; measured on 14–18). */
export function addColumnRewrite(definition: AstNode): Work {
  const change = columnChange({ schema: null, name: '' }, definition);
  const generated = columnConstraint(definition, 'CONSTR_GENERATED');
  if (change.type !== null && isSerial(change.type)) return { kind: 'yes', reason: 'each row gets its own number from the sequence' };
  if (columnConstraint(definition, 'CONSTR_IDENTITY') !== null) return { kind: 'yes', reason: 'each row gets its own identity number' };
  if (generated !== null) return text(generated, 'generated_kind') === 's' ? { kind: 'yes', reason: 'the stored expression is computed for each row' } : { kind: 'no' };
  const expression = defaultOf(definition);
  const changes = volatility(expression);
  if (changes.kind === 'volatile') return { kind: 'yes', reason: `${changes.call} is volatile, so each row gets its own value` };
  if (changes.kind === 'unknown') return { kind: 'depends', reason: `only when ${changes.call} is volatile` };
  if (change.type !== null && !isBuiltIn(change.type)) return { kind: 'depends', reason: 'only when the type is a domain with constraints' };
  return { kind: 'no' };
}

/** Why ADD COLUMN reads the whole table although it does not write it anew. */
export function addColumnScan(definition: AstNode): Work {
  if (columnConstraint(definition, 'CONSTR_CHECK') !== null) return { kind: 'yes', reason: 'the CHECK is tested against every row' };
  const key = columnConstraint(definition, 'CONSTR_UNIQUE') ?? columnConstraint(definition, 'CONSTR_PRIMARY');
  if (key !== null) return { kind: 'yes', reason: 'an index over all rows is built for the key' };
  if (columnConstraint(definition, 'CONSTR_FOREIGN') !== null && defaultOf(definition) !== null) {
    return { kind: 'yes', reason: 'the foreign key is tested against every row' };
  }
  const required = columnConstraint(definition, 'CONSTR_NOTNULL') !== null && defaultOf(definition) === null;
  return required ? { kind: 'yes', reason: 'NOT NULL is tested against every row' } : { kind: 'no' };
}

/** `CHECK (column IS NOT NULL)`, alone or joined by AND: what lets SET NOT NULL skip its scan (since PostgreSQL 12). */
export function provenChecks(table: QualifiedName, constraint: AstNode): Effects['checksNotNull'] {
  const given = text(constraint, 'conname');
  const valid = constraint['skip_validation'] !== true;
  const contype = text(constraint, 'contype');
  if (contype === 'CONSTR_NOTNULL') return words(constraint['keys']).map((column) => ({ table, column, constraint: given ?? `${table.name}_${column}_not_null`, by: 'not null', valid }));
  if (contype !== 'CONSTR_CHECK') return [];
  const columns = notNullColumns(unwrap(constraint['raw_expr']));
  // The name that PostgreSQL gives has the column in it when the expression uses exactly one.
  const name = given ?? [table.name, ...(columns.length === 1 ? columns : []), 'check'].join('_');
  return columns.map((column) => ({ table, column, constraint: name, by: 'check', valid }));
}

function notNullColumns(expression: { readonly kind: string; readonly node: AstNode } | null): readonly string[] {
  if (expression === null) return [];
  if (expression.kind === 'BoolExpr' && text(expression.node, 'boolop') === 'AND_EXPR') return nodes(expression.node['args']).flatMap(notNullColumns);
  if (expression.kind !== 'NullTest' || text(expression.node, 'nulltesttype') !== 'IS_NOT_NULL') return [];
  const column = unwrap(expression.node['arg']);
  const fields = column?.kind === 'ColumnRef' ? words(column.node['fields']) : [];
  return fields.slice(-1);
}
