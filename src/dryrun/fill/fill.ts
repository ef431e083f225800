import type { UnfilledTable } from '../../model/trace.ts';
import { DatabaseError, type Session } from '../targets/target.ts';
import { insertInto } from './insert.ts';
import { readFillTables, type FillColumn, type FillTable } from './tables.ts';
import { guesses, valueOf } from './values.ts';

/**
 * Puts a few made-up rows into every empty table, so that what fails on real rows fails in the dry run too. Nullable columns
 * get values as well: a null that real rows may not have would refuse a SET NOT NULL that is right. Returns the tables
 * that stayed empty, with the reason. The session's settings are changed: `reset` sets them back.
 */
export async function fillTables(session: Session): Promise<readonly UnfilledTable[]> {
  await session.query(`SET search_path = ''; SET row_security = off`);
  await withoutTriggers(session);
  const tables = await readFillTables(session);
  const guessed = await guessValues(session, tables);
  const empty = referencedFirst(tables.filter((each) => !each.hasRows));
  // Nearly always every table can be filled, so all are asked for at once, and what stayed empty is looked at one by one.
  const everything = { filled: new Set(tables.map((each) => each.name)), guessed };
  const reasons = await Promise.all(empty.map((table) => fill(session, table, everything)));
  const left = empty.filter((_, index) => reasons[index] !== null);
  const filled = new Set(tables.filter((each) => !left.includes(each)).map((each) => each.name));
  const unfilled: UnfilledTable[] = [];
  for (const table of left) {
    const reason = await fill(session, table, { filled, guessed });
    if (reason === null) filled.add(table.name);
    else unfilled.push({ table: table.name, reason });
  }
  return unfilled;
}

/**
 * Triggers are for rows of the application; the rows made here keep foreign keys by themselves. Only superusers, and who was
 * granted it, may turn triggers off (manual 20.11.1); for everybody else they fire, and a table they refuse stays empty.
 */
async function withoutTriggers(session: Session): Promise<void> {
  try {
    await session.query('SET session_replication_role = replica');
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.sqlstate !== '42501') throw error;
  }
}

interface Known {
  readonly filled: ReadonlySet<string>;
  /** By type, for those that values.ts does not know. */
  readonly guessed: ReadonlyMap<string, string>;
}

/** Null, or why the table got no rows. */
async function fill(session: Session, table: FillTable, known: Known): Promise<string | null> {
  const insert = insertInto(table, known);
  if (insert.kind === 'impossible') return insert.reason;
  try {
    const { affectedRows } = await session.query(insert.sql);
    return affectedRows === 0 ? 'No value tried satisfies its CHECK constraints.' : null;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return `${error.message} (${error.sqlstate})`;
  }
}

async function guessValues(session: Session, tables: readonly FillTable[]): Promise<ReadonlyMap<string, string>> {
  const unknown = tables.flatMap((table) => table.columns).filter((column: FillColumn) => column.required && !column.computed && column.default === null && valueOf(column, '1') === null);
  const found = new Map<string, string>();
  for (const type of new Set(unknown.map((column) => column.type))) {
    for (const guess of guesses) {
      const literal = `'${guess}'`;
      if (found.has(type) || !(await accepts(session, `SELECT ${literal}::${type}`))) continue;
      found.set(type, literal);
    }
  }
  return found;
}

async function accepts(session: Session, sql: string): Promise<boolean> {
  try {
    await session.query(sql);
    return true;
  } catch (error) {
    if (error instanceof DatabaseError) return false;
    throw error;
  }
}

/** Tables after those that they reference; a cycle is entered where it is met first. */
function referencedFirst(tables: readonly FillTable[]): readonly FillTable[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const ordered = new Set<FillTable>();
  const entered = new Set<FillTable>();
  const visit = (table: FillTable): void => {
    if (entered.has(table)) return;
    entered.add(table);
    for (const { table: other } of table.foreignKeys) {
      const referenced = byName.get(other);
      if (referenced !== undefined) visit(referenced);
    }
    ordered.add(table);
  };
  for (const table of tables) visit(table);
  return [...ordered];
}
