import type { AstNode } from '../../model/statement.ts';
import type { AddedColumn, ColumnChange, Work } from '../effects.ts';
import type { KnownColumn } from '../known-table.ts';
import type { QualifiedName } from '../names.ts';
import { child, listOf, text, unwrap } from '../walk.ts';
import { volatility } from './expressions.ts';
import { columnType, isBuiltIn, isSerial } from './types.ts';

export function columnChange(table: QualifiedName, definition: AstNode): ColumnChange {
  const typeName = child(definition, 'typeName');
  return { table, column: text(definition, 'colname') ?? '', type: typeName === null ? null : columnType(typeName) };
}

export function addedColumn(table: QualifiedName, definition: AstNode): AddedColumn {
  const { column, type } = columnChange(table, definition);
  const required = columnConstraint(definition, 'CONSTR_NOTNULL') ?? columnConstraint(definition, 'CONSTR_PRIMARY') ?? columnConstraint(definition, 'CONSTR_IDENTITY');
  return { table, column, facts: { name: column, type, notNull: required !== null || (type !== null && isSerial(type)), filled: filledBy(definition, type) } };
}

function filledBy(definition: AstNode, type: ColumnChange['type']): KnownColumn['filled'] {
  if (columnConstraint(definition, 'CONSTR_IDENTITY') !== null) return 'identity';
  if (columnConstraint(definition, 'CONSTR_GENERATED') !== null) return 'generated';
  return defaultOf(definition) !== null || (type !== null && isSerial(type)) ? 'default' : null;
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
