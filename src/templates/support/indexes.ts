import type { TableFacts } from '../../model/schema.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import type { TemplateContext, TemplateScript } from '../define-template.ts';
import { columnList, freeName, qualified, written } from './identifiers.ts';
import { alone, canRunOutside, comments, despite, together } from './scripts.ts';
import { slug, tableSlug, type Draft } from './steps.ts';

/** An index on a table that is in use. */
export interface NewIndex {
  readonly table: TableFacts;
  readonly columns: readonly string[];
  readonly method: 'btree' | 'gin';
  readonly kind: 'unique' | 'plain';
  /** Its rows; null: all. */
  readonly where: string | null;
}

/** The migration that builds it: CONCURRENTLY where the tool can, else said to block. */
export function indexDraft(index: NewIndex, context: TemplateContext): Draft {
  const name = freeName(context.schema, index.table.schema, [index.table.name, ...index.columns], index.kind === 'unique' ? 'key' : 'idx');
  const isConcurrent = canRunOutside(context, 'up');
  return {
    names: [`add_index_${slug(...index.columns)}_${tableSlug(index.table)}`, `add_${slug(...index.columns)}_index_to_${tableSlug(index.table)}`],
    up: isConcurrent ? concurrent(index, name, context) : blocking(index, name, context),
    down: dropIndex(index.table, name, context),
    notes: [
      ...(isConcurrent ? [`When the build fails, an invalid index stays: DROP INDEX CONCURRENTLY ${indexName(index, name)}, then run this again.`] : [byHand(index, name, context)]),
      ...(index.kind === 'unique' ? [`It fails where two rows are alike: SELECT ${columnList(index.columns)}, count(*) FROM ${written(index.table)} GROUP BY ${columnList(index.columns)} HAVING count(*) > 1.`] : []),
    ],
  };
}

/** True when an index begins with these columns, in whatever order: what a foreign key needs. */
export function isIndexed({ indexes }: TableFacts, columns: readonly string[]): boolean {
  return indexes.some((each) => !each.partial && each.columns.length >= columns.length && columns.every((column) => each.columns.slice(0, columns.length).includes(column)));
}

/** CONCURRENTLY cannot be had on a partitioned table (manual, CREATE INDEX). */
export function refusePartitioned(table: TableFacts | null): string | null {
  return table?.partitioned === true ? `${written(table)} is partitioned: its indexes are built on each partition first and then attached. Write that yourself.` : null;
}

function concurrent(index: NewIndex, name: string, context: TemplateContext): TemplateScript {
  const create = createStatement(index, `CONCURRENTLY ${quoteIdentifier(name)}`);
  if (context.runners.up.outside !== 'each statement') return alone(create);
  // Where statements may follow each other, what a failed build left goes first.
  return { statements: [`${comments('What a build that failed may have left.')}\nDROP INDEX CONCURRENTLY IF EXISTS ${indexName(index, name)};`, create], outsideTransaction: true };
}

function blocking(index: NewIndex, name: string, context: TemplateContext): TemplateScript {
  const { tool } = context.runners.up;
  const reason = `${tool} has no way to run a migration outside a transaction; on a large table build it CONCURRENTLY by hand first`;
  return together(context, 'up', 'strong', [despite('create-index-blocking', reason, createStatement(index, `IF NOT EXISTS ${quoteIdentifier(name)}`))]);
}

function byHand(index: NewIndex, name: string, context: TemplateContext): string {
  const statement = createStatement(index, `CONCURRENTLY IF NOT EXISTS ${quoteIdentifier(name)}`).replaceAll(/\s+/g, ' ');
  return `${context.runners.up.tool} cannot build it CONCURRENTLY, so writes to ${written(index.table)} wait for the build. On a large table run this by hand before; the migration then only records it: ${statement}`;
}

function dropIndex(table: TableFacts, name: string, context: TemplateContext): TemplateScript {
  const target = indexName({ table }, name);
  if (canRunOutside(context, 'down')) return alone(`DROP INDEX CONCURRENTLY IF EXISTS ${target};`);
  return together(context, 'down', 'strong', [despite('drop-index-blocking', `${context.runners.down.tool} has no way to run a migration outside a transaction; the drop itself is short`, `DROP INDEX IF EXISTS ${target};`)]);
}

function createStatement({ table, columns, method, kind, where }: NewIndex, named: string): string {
  const on = `CREATE ${kind === 'unique' ? 'UNIQUE ' : ''}INDEX ${named} ON ${written(table)}${method === 'btree' ? '' : ` USING ${method}`} (${columnList(columns)})`;
  return where === null ? `${on};` : `${on}\n  WHERE ${where};`;
}

/** An index is in the schema of its table, whatever the search_path. */
function indexName({ table }: Pick<NewIndex, 'table'>, name: string): string {
  return table.schema === 'public' ? quoteIdentifier(name) : qualified({ schema: table.schema, name });
}
