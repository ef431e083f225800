import type { ObjectName, TableFacts } from '../../model/schema.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import type { TemplateContext } from '../define-template.ts';
import { columnList, freeName, qualified, written } from './identifiers.ts';
import { isProtected } from './policies.ts';
import { despite, together } from './scripts.ts';
import type { Draft } from './steps.ts';

/** A column whose values are kept. */
export interface KeptColumn {
  readonly name: string;
  readonly type: string;
}

/** Where the values that a backfill overwrites are kept, by the primary key of their rows. */
export function keptTable(table: TableFacts, columns: readonly string[], { schema }: TemplateContext): ObjectName {
  return { schema: table.schema, name: freeName(schema, table.schema, [table.name, ...columns], 'before') };
}

/** As statements of a block. Nobody but the owner reads what is kept of a table whose rows are protected. */
export function keepStatements(table: TableFacts, columns: readonly KeptColumn[], keptIn: ObjectName, { config }: TemplateContext): readonly string[] {
  const kept = qualified(keptIn);
  return [
    `  CREATE TABLE IF NOT EXISTS ${kept} (${definition(table, columns)});`,
    ...(isSheltered(table, config) ? [`  ALTER TABLE ${kept} ENABLE ROW LEVEL SECURITY;`] : []),
  ];
}

/** Of a row whose old value is kept already: whatever the expression, it is not filled twice. */
export function isUnkept(table: TableFacts, keptIn: ObjectName): string {
  const same = (table.primaryKey ?? []).map((key) => `kept_row.${quoteIdentifier(key)} = ${written(table)}.${quoteIdentifier(key)}`);
  return `NOT EXISTS (SELECT FROM ${written(keptIn)} AS kept_row WHERE ${same.join(' AND ')})`;
}

export function dropKept(keptIn: ObjectName): readonly string[] {
  return [despite('drop-table', 'it was kept for the down of the backfill alone', `DROP TABLE IF EXISTS ${written(keptIn)};`)];
}

/** An empty one, as the backfill made it. */
export function remakeKept(table: TableFacts, columns: readonly KeptColumn[], keptIn: ObjectName, { config }: TemplateContext): readonly string[] {
  const create = `CREATE TABLE IF NOT EXISTS ${written(keptIn)} (${definition(table, columns)});`;
  return isSheltered(table, config) ? [despite('table-without-rls', 'nobody but its owner is to read it, so it needs no policy', create), `ALTER TABLE ${written(keptIn)} ENABLE ROW LEVEL SECURITY;`] : [create];
}

/** The migration that ends the keeping, where nothing else does. */
export function forgetDraft(table: TableFacts, columns: readonly KeptColumn[], keptIn: ObjectName, context: TemplateContext): Draft {
  const [first = '', ...others] = remakeKept(table, columns, keptIn, context);
  return {
    names: [`drop_${keptIn.name}`, `remove_${keptIn.name}_from_${table.name}`],
    up: together(context, 'up', 'strong', dropKept(keptIn)),
    down: together(context, 'down', 'none', [`-- irreversible: what was before the backfill is gone; its down then leaves the values as they are.\n${first}`, ...others]),
    deployBefore: 'wait until nobody wants to go back.',
    notes: [`The down makes ${written(keptIn)} again without its rows.`],
  };
}

export function isSheltered(table: TableFacts, config: TemplateContext['config']): boolean {
  return table.rowSecurity !== 'off' || isProtected(table, config);
}

function definition(table: TableFacts, columns: readonly KeptColumn[]): string {
  const keys = table.primaryKey ?? [];
  const typeOf = (key: string): string => table.columns.find((each) => each.name === key)?.type ?? 'text';
  return [...keys.map((key) => `${quoteIdentifier(key)} ${typeOf(key)}`), ...columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`), `PRIMARY KEY (${columnList(keys)})`].join(', ');
}
