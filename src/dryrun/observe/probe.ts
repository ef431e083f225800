import { UserError } from '../../model/errors.ts';
import type { Observed, ProbedAccess, ProbedTable } from '../../model/trace.ts';
import type { PlannedScript } from '../plan.ts';
import { DatabaseError, type OpenTarget, type SecondSession, type Session } from '../targets/target.ts';
import { readRelations } from './relations.ts';
import { bareName, type Tie } from './via.ts';

/** Sessions that read and write tables while a script runs; `stop` has to be called, and ends all of them. */
export interface Probe {
  stop(): Promise<Observed<readonly ProbedTable[]>>;
}

/**
 * Starts a reader and a writer for each table that the script can touch. The reader selects a row; the writer takes the
 * lock of an UPDATE and rolls back, so that no trigger fires, no sequence moves and no row changes.
 */
export async function startProbe(opened: OpenTarget, script: PlannedScript): Promise<Probe> {
  const { session, capabilities: { secondSession } } = opened;
  const connect = opened.connect?.bind(opened);
  if (connect === undefined) return never(secondSession.kind === 'unavailable' ? secondSession.reason : 'This target opens no further session.');
  const tables = await touchable(session, script);
  const sessions: SecondSession[] = [];
  const close = async (): Promise<void> => { await Promise.allSettled(sessions.map((each) => each.close())); };
  try {
    // One after the other: each of them counts against the server's max_connections, and a refusal must leave none behind.
    for (let wanted = tables.length * 2; wanted > 0; wanted -= 1) sessions.push(await connect());
  } catch (error) {
    await close();
    if (error instanceof UserError && error.code !== 'cancelled') return never(`The probe's sessions were refused: ${error.message}`);
    throw error;
  }
  const over = new AbortController();
  const probed = tables.map(async (table, index): Promise<ProbedTable> => {
    const [read, write] = await Promise.all([keepTrying(sessions[index * 2], `SELECT FROM ${table} LIMIT 1`, over.signal), keepTrying(sessions[index * 2 + 1], `BEGIN; LOCK TABLE ${table} IN ROW EXCLUSIVE MODE; ROLLBACK`, over.signal)]);
    return { table, read, write };
  });
  const all = Promise.all(probed);
  // Whoever stops the probe hears of it.
  all.catch(() => undefined);
  return {
    async stop() {
      over.abort();
      try {
        return { kind: 'measured', value: await all };
      } finally {
        await close();
      }
    },
  };
}

/** Each table takes two sessions; a server has a hundred by default, and others want some of them. */
const mostTables = 8;

/** Milliseconds between two attempts: a lock that lasts shorter may go unnoticed. */
const pause = 5;

async function keepTrying(session: Session | undefined, sql: string, over: AbortSignal): Promise<ProbedAccess> {
  if (session === undefined) return nobody;
  let [attempts, longest, usual] = [0, 0, Infinity];
  let ended: string | null = null;
  while (ended === null && (!over.aborted || attempts === 0)) {
    const begun = performance.now();
    ended = await attempt(session, sql);
    const took = performance.now() - begun;
    attempts += 1;
    longest = Math.max(longest, took);
    usual = Math.min(usual, took);
    if (ended === null && !over.aborted) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return { attempts, longest, usual, ended };
}

async function attempt(session: Session, sql: string): Promise<string | null> {
  try {
    await session.query(sql);
    return null;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return error.message;
  }
}

/** Tables that the script names, and those that hang together with them: a lock comes through foreign keys and partitions too. */
async function touchable(session: Session, script: PlannedScript): Promise<readonly string[]> {
  const { relations, ties } = await readRelations(session);
  const text = script.text.toLowerCase();
  const tables = [...relations.values()].filter((each) => each.kind === 'table').map((each) => each.name).sort();
  const named = tables.filter((table) => text.includes(bareName(table)));
  const tied = tables.filter((table) => !named.includes(table) && ties.some((tie) => isBetween(tie, table, named)));
  return [...named, ...tied].slice(0, mostTables);
}

function isBetween({ table, other }: Tie, one: string, many: readonly string[]): boolean {
  return (table === one && many.includes(other)) || (other === one && many.includes(table));
}

const nobody: ProbedAccess = { attempts: 0, longest: 0, usual: 0, ended: null };

function never(reason: string): Probe {
  return { stop: () => Promise.resolve({ kind: 'unavailable', reason }) };
}
