import type { Statement } from '../../model/statement.ts';
import type { ColumnType } from '../../sql/effects.ts';
import { quoteIdentifier, writeName } from '../../sql/names.ts';
import type { Match } from '../define-rule.ts';
import { definedColumns, typeSpan, type DefinedColumn } from './definitions.ts';

/** The type that a column should have, and why, as a sentence. */
export interface Preference {
  readonly to: string;
  readonly because: string;
}

/** The columns of new tables, and new columns, whose type a team would rather not have. Types of columns that exist are another matter: changing them costs. */
export function preferType(statement: Statement, choose: (type: ColumnType, column: DefinedColumn) => Preference | null): readonly Match[] {
  return definedColumns(statement).flatMap((column) => {
    const preference = column.type === null ? null : choose(column.type, column);
    if (preference === null) return [];
    const span = typeSpan(statement, column);
    return [{
      message: `The column ${quoteIdentifier(column.name)} of ${writeName(column.table)} would better be ${preference.to}: ${preference.because}`,
      span,
      relation: column.table,
      fixes: [{ title: `Make it ${preference.to}`, edits: [{ span, text: `${preference.to}${column.type?.array === true ? '[]' : ''}` }] }],
    }];
  });
}
