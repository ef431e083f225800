import { isDeepStrictEqual } from 'node:util';
import { fillTables } from '../../src/dryrun/fill/fill.ts';
import { applyPast, historyKeys } from '../../src/dryrun/history.ts';
import type { PastMigration } from '../../src/dryrun/plan.ts';
import { readState } from '../../src/dryrun/run.ts';
import { diffSnapshots } from '../../src/dryrun/schema/diff.ts';
import type { Session, Target } from '../../src/dryrun/targets/target.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import { UserError } from '../../src/model/errors.ts';
import type { CatalogState } from '../../src/model/trace.ts';
import { openOnServer, type OpenedDatabase } from './server-target.ts';

/** A target whose database serves one run after another, as long as each of them is undone before the next. */
export interface KeptTarget extends Target {
  /** Undoes the run before. The database serves again where catalog, rows and sequences are as they were before it; another takes its place where not. */
  bringBack(undoing: PastMigration): Promise<void>;
  drop(): Promise<void>;
}

/**
 * The shared server of one major, a database of which stands where `history` ends, with made-up rows. Making one, opening a session in it
 * and planning the questions about its catalog cost more than most runs. Nobody watches from a second session.
 */
export function keptTarget(major: PostgresMajor, history: readonly PastMigration[]): KeptTarget {
  let kept: Kept | null = null;
  const drop = async (): Promise<void> => {
    const gone = kept;
    kept = null;
    await gone?.database.close();
  };
  return {
    id: 'url',
    async open({ statementTimeout }) {
      if (kept?.state !== 'as before') {
        await drop();
        kept = await make(major, history, statementTimeout);
      }
      kept = { ...kept, state: 'in use' };
      const { session, serverVersion } = kept.database;
      return {
        capabilities: { info: { id: 'url', title: `PostgreSQL ${serverVersion}`, serverVersion }, secondSession: { kind: 'unavailable', reason: 'The database is lent to one session.' }, realData: false },
        session,
        startedFrom: (await historyKeys(history)).at(-1) ?? null,
        close: () => Promise.resolve(),
      };
    },
    async bringBack(undoing) {
      if (kept !== null && (await isAsBefore(kept, undoing))) kept = { ...kept, state: 'as before' };
      else await drop();
    },
    drop,
  };
}

interface Kept {
  readonly database: OpenedDatabase;
  readonly before: CatalogState;
  readonly state: 'as before' | 'in use';
}

async function make(major: PostgresMajor, history: readonly PastMigration[], statementTimeout: number): Promise<Kept> {
  const database = await openOnServer(major, { begun: history.slice(0, 1), statementTimeout, signal: new AbortController().signal });
  for (const past of history.slice(1)) await applyPast(database.session, past);
  await fillTables(database.session);
  return { database, before: await readState(database.session), state: 'as before' };
}

async function isAsBefore({ database: { session }, before }: Kept, undoing: PastMigration): Promise<boolean> {
  try {
    await applyPast(session, undoing);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
  const now = await readState(session);
  // The order of columns is that of their keys, which only the diff looks at.
  return (await hasPlans(session)) && diffSnapshots(before.snapshot, now.snapshot).length === 0 && isDeepStrictEqual(now, before);
}

/** A session whose plans a script took away plans each question anew from then on. */
export async function hasPlans(session: Session): Promise<boolean> {
  const { rows } = await session.query('SELECT 1 FROM pg_catalog.pg_prepared_statements LIMIT 1');
  return rows.length > 0;
}
