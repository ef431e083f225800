import type { ColumnFacts, TableFacts } from '../../model/schema.ts';
import type { Answers, TemplateContext } from '../define-template.ts';
import { findColumn, findTable, readIdentifier } from './identifiers.ts';

/** The answers of a template by their kinds. They have been checked: one that is missing is a bug of the template. */
export interface Given {
  text(id: string): string;
  /** Null where the question was passed over or not asked. */
  optionalText(id: string): string | null;
  number(id: string): number;
  /** False for a question that was not asked. */
  isYes(id: string): boolean;
  /** A new name, as the catalog is going to have it. */
  name(id: string): string;
  table(id: string): TableFacts;
  column(table: TableFacts, id: string): ColumnFacts;
  columns(table: TableFacts, id: string): readonly ColumnFacts[];
}

export function given(answers: Answers, { schema }: TemplateContext): Given {
  const optionalText = (id: string): string | null => {
    const value = answers[id];
    return typeof value === 'string' ? value.trim() : null;
  };
  const text = (id: string): string => optionalText(id) ?? missing(id);
  return {
    text,
    optionalText,
    number(id) {
      const value = answers[id];
      return typeof value === 'number' ? value : missing(id);
    },
    isYes: (id) => answers[id] === true,
    name: (id) => readIdentifier(text(id)) ?? missing(id),
    table: (id) => findTable(schema, text(id)) ?? missing(id),
    column: (table, id) => findColumn(table, text(id)) ?? missing(id),
    columns(table, id) {
      const value = answers[id];
      return Array.isArray(value) ? value.map((each) => findColumn(table, String(each)) ?? missing(id)) : missing(id);
    },
  };
}

function missing(id: string): never {
  throw new Error(`the template has no answer to ${id}`);
}
