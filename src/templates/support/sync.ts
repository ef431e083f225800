import type { ObjectName, TableFacts } from '../../model/schema.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { comparable } from './backfill.ts';
import { madeName, numbered, qualified, written } from './identifiers.ts';

/** An old column and what takes its place, as code sees them while old and new code run side by side. */
export interface Sync {
  readonly table: TableFacts;
  readonly old: SyncedColumn;
  readonly fresh: readonly SyncedColumn[];
}

export interface SyncedColumn {
  readonly name: string;
  readonly type: string;
  /** What it gets from the other side, an expression over the row. */
  readonly value: string;
}

/** The trigger's name, which is its function's as well. */
export function syncName(table: TableFacts, column: string, suffix: 'sync' | 'way_back'): string {
  return numbered((number) => madeName([table.name, column], number === 1 ? suffix : `${suffix}${String(number)}`), (each) => table.triggers.includes(each));
}

/** Whoever writes one side writes the other: code that knows only one of them goes on working. */
export function createSync(sync: Sync, name: string): readonly string[] {
  const { old, fresh } = sync;
  const given = fresh.map((each) => `NEW.${quoteIdentifier(each.name)} IS NOT NULL`).join(' OR ');
  return trigger(sync.table, name, [
    `  IF TG_OP = 'INSERT' THEN`,
    `    IF ${given} THEN`,
    `      ${assignment([old])}`,
    '    ELSE',
    `      ${assignment(fresh)}`,
    '    END IF;',
    `  ELSIF ${fresh.map(isChanged).join(' OR ')} THEN`,
    `    ${assignment([old])}`,
    `  ELSIF ${isChanged(old)} THEN`,
    `    ${assignment(fresh)}`,
    '  END IF;',
  ]);
}

/** The old column follows the new ones, so that going back loses nothing. */
export function createWayBack(sync: Sync, name: string): readonly string[] {
  return trigger(sync.table, name, [
    `  IF TG_OP = 'INSERT' OR ${sync.fresh.map(isChanged).join(' OR ')} THEN`,
    `    ${assignment([sync.old])}`,
    '  END IF;',
  ]);
}

export function dropSync(table: ObjectName, name: string): readonly string[] {
  return [`DROP TRIGGER IF EXISTS ${quoteIdentifier(name)} ON ${written(table)};`, `DROP FUNCTION IF EXISTS ${written({ schema: table.schema, name })}();`];
}

/** Backfills see to both sides themselves and pause it. */
function trigger(table: ObjectName, name: string, body: readonly string[]): readonly string[] {
  const owner = { schema: table.schema, name };
  const text = body.join('\n');
  const tag = numbered((number) => `$sync${number === 1 ? '' : String(number)}$`, (each) => text.includes(each));
  return [
    [
      `CREATE FUNCTION ${written(owner)}() RETURNS trigger`,
      '  LANGUAGE plpgsql',
      `  AS ${tag}`,
      'BEGIN',
      `  IF current_setting('lockstep.sync', true) = 'off' THEN`,
      '    RETURN NEW;',
      '  END IF;',
      text,
      '  RETURN NEW;',
      'END',
      `${tag};`,
    ].join('\n'),
    `CREATE TRIGGER ${quoteIdentifier(name)} BEFORE INSERT OR UPDATE ON ${written(table)}\n  FOR EACH ROW EXECUTE FUNCTION ${qualified(owner)}();`,
  ];
}

/** The row as a relation of its own: so an expression over its columns stays as it was written. */
function assignment(columns: readonly SyncedColumn[]): string {
  const [values, names] = [columns.map((each) => each.value), columns.map((each) => `NEW.${quoteIdentifier(each.name)}`)];
  return `SELECT ${values.join(', ')} INTO ${names.join(', ')} FROM (SELECT NEW.*) AS changed;`;
}

function isChanged({ name, type }: SyncedColumn): string {
  const of = (row: string): string => comparable(`${row}.${quoteIdentifier(name)}`, type);
  return `${of('NEW')} IS DISTINCT FROM ${of('OLD')}`;
}
