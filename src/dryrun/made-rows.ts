import type { RowFingerprints, SchemaChange, TableFingerprint } from '../model/snapshot.ts';
import type { CatalogState } from '../model/trace.ts';
import { quoteLiteral } from '../sql/names.ts';
import type { PlannedScript } from './plan.ts';
import { diffSnapshots } from './schema/diff.ts';
import { notOfExtension, userSchema } from './schema/fragments.ts';
import type { Session } from './targets/target.ts';

/** Which rows of a database are made up: all but those of the tables that had rows before any were made up. */
export class MadeRows {
  readonly #session: Session;
  /** Tables with rows of their own, by oid: a rename does not change it. */
  #own: ReadonlySet<number> = new Set();
  /** By oid; a sequence that was never used has null. */
  #sequences: ReadonlyMap<number, string | null> = new Map();
  #tables: readonly Table[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  /** Takes the database as it is now for one without made-up rows. */
  async remember(): Promise<void> {
    this.#tables = await readTables(this.#session);
    this.#own = new Set((await withRows(this.#session, this.#tables)).map((table) => table.oid));
    this.#sequences = new Map((await readSequences(this.#session)).map(({ oid, value }) => [oid, value]));
  }

  /** Tables whose rows are no made-up ones, by the names that they have in this state. */
  owned(state: CatalogState): readonly string[] {
    const own = new Set(this.#tables.filter((table) => this.#own.has(table.oid)).map((table) => table.name));
    return Object.keys(state.rows).filter((name) => own.has(name));
  }

  /** Takes every made-up row away, and sets the sequences back that they used. */
  async removeAll(): Promise<void> {
    const tables = await withRows(this.#session, await readTables(this.#session));
    await this.#remove(tables);
    const moved = (await readSequences(this.#session)).filter(({ oid, value }) => value !== (this.#sequences.get(oid) ?? null));
    const back = moved.map(({ oid, name }) => {
      const value = this.#sequences.get(oid) ?? null;
      return value === null ? `ALTER SEQUENCE ${name} RESTART` : `SELECT setval(${quoteLiteral(name)}, ${value})`;
    });
    if (back.length > 0) await this.#session.query(back.join(';\n'));
  }

  /** The same for some tables and those that reference them, so that they are filled anew; the sequences go on. */
  async removeFrom(names: ReadonlySet<string>): Promise<void> {
    if (names.size === 0) return;
    const tables = await readTables(this.#session);
    const byOid = new Map(tables.map((table) => [table.oid, table]));
    const found = new Set(tables.filter((table) => names.has(table.name)));
    for (const table of found) {
      for (const oid of table.referencedBy) {
        const other = byOid.get(oid);
        if (other !== undefined) found.add(other);
      }
    }
    await this.#remove([...found]);
  }

  async #remove(tables: readonly Table[]): Promise<void> {
    const deletes = tables.filter((table) => !this.#own.has(table.oid)).map((table) => `DELETE FROM ONLY ${table.name}`);
    if (deletes.length === 0) return;
    // As they were made: triggers and foreign keys have no part in it.
    await this.#session.query(['SET session_replication_role = replica', 'SET row_security = off', ...deletes].join(';\n'));
    await this.#session.reset();
  }
}

/** True when the script can neither write rows nor run code that does: run on tables without rows it leaves tables without rows. */
export function onlyShapesSchema({ statements }: PlannedScript): boolean {
  return statements.every(({ statement }) => shaping.has(statement.kind));
}

const shaping = new Set([
  'AlterDefaultPrivilegesStmt', 'AlterDomainStmt', 'AlterEnumStmt', 'AlterFunctionStmt', 'AlterObjectSchemaStmt', 'AlterOwnerStmt', 'AlterPolicyStmt', 'AlterSeqStmt', 'AlterTableStmt',
  'CommentStmt', 'CompositeTypeStmt', 'CreateDomainStmt', 'CreateEnumStmt', 'CreateExtensionStmt', 'CreateFunctionStmt', 'CreatePolicyStmt', 'CreateRangeStmt', 'CreateSchemaStmt',
  'CreateSeqStmt', 'CreateStatsStmt', 'CreateStmt', 'CreateTrigStmt', 'DefineStmt', 'DropStmt', 'GrantStmt', 'IndexStmt', 'RenameStmt', 'RuleStmt', 'TransactionStmt', 'VariableSetStmt', 'ViewStmt',
]);

/** Equal catalogs, equal sequences and, in the named tables, equal rows. */
export function sameState(a: CatalogState, b: CatalogState, tables: readonly string[]): boolean {
  return JSON.stringify(a.sequences ?? {}) === JSON.stringify(b.sequences ?? {}) && tables.every((name) => sameRows(a.rows[name], b.rows[name])) && diffSnapshots(a.snapshot, b.snapshot).length === 0;
}

/** Tables whose definition or rows differ; a change of a type or a function names none, and rows that were made before it stay what they are. */
export function changedTables(changes: readonly SchemaChange[], rows: { readonly before: RowFingerprints; readonly now: RowFingerprints }): ReadonlySet<string> {
  const objects = changes.flatMap((change) => [...('before' in change ? [change.before] : []), ...('after' in change ? [change.after] : [])]);
  const shaped = objects.flatMap((object) => (object.kind === 'table' ? [object.name] : object.table === null ? [] : [object.table]));
  const written = Object.keys(rows.now).filter((name) => !sameRows(rows.before[name], rows.now[name]));
  return new Set([...shaped, ...written]);
}

function sameRows(a: TableFingerprint | undefined, b: TableFingerprint | undefined): boolean {
  return a !== undefined && b !== undefined && a.rows === b.rows && JSON.stringify(a.columns) === JSON.stringify(b.columns);
}

interface Table {
  readonly oid: number;
  readonly name: string;
  readonly referencedBy: readonly number[];
}

async function readTables(session: Session): Promise<readonly Table[]> {
  const { rows } = await session.ask(`
    SELECT c.oid::int8 AS oid, format('%I.%I', n.nspname, c.relname) AS name,
           (SELECT string_agg(k.conrelid::int8::text, ' ') FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid = c.oid) AS referencing
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND ${userSchema} AND ${notOfExtension('pg_class', 'c.oid')}`);
  return rows.map((row) => ({ oid: Number(row['oid']), name: String(row['name']), referencedBy: row['referencing'] == null ? [] : String(row['referencing']).split(' ').map(Number) }));
}

const tablesPerQuery = 100;

async function withRows(session: Session, tables: readonly Table[]): Promise<readonly Table[]> {
  const found: Table[] = [];
  for (let from = 0; from < tables.length; from += tablesPerQuery) {
    const part = tables.slice(from, from + tablesPerQuery);
    const { rows } = await session.query(part.map(({ name }, index) => `SELECT ${String(index)} AS place WHERE EXISTS (SELECT FROM ONLY ${name})`).join(' UNION ALL '));
    found.push(...rows.flatMap((row) => part[Number(row['place'])] ?? []));
  }
  return found;
}

async function readSequences(session: Session): Promise<readonly { readonly oid: number; readonly name: string; readonly value: string | null }[]> {
  const { rows } = await session.ask(`
    SELECT c.oid::int8 AS oid, format('%I.%I', n.nspname, c.relname) AS name, pg_sequence_last_value(c.oid)::text AS value
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'S' AND ${userSchema} AND ${notOfExtension('pg_class', 'c.oid')}`);
  return rows.map((row) => ({ oid: Number(row['oid']), name: String(row['name']), value: row['value'] == null ? null : String(row['value']) }));
}
