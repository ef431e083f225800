import { UserError } from '../model/errors.ts';
import { lineAt } from '../model/span.ts';
import { createdExtensions, transactionCommand } from './boundaries.ts';
import { runLeg } from './leg.ts';
import type { PastMigration, PlannedScript, Progress } from './plan.ts';
import { serverWideStatements } from './server-wide.ts';
import { DatabaseError, type OpenOptions, type OpenTarget, type Session } from './targets/target.ts';

/** What a target has to know to be opened for a history; `scripts` are all that will run there, those of the history included. */
export async function needsOf(history: readonly PastMigration[], scripts: readonly PlannedScript[]): Promise<Pick<OpenOptions, 'extensions' | 'serverWide' | 'startFrom'>> {
  const statements = scripts.flatMap((script) => script.statements.map((each) => each.statement));
  return {
    extensions: [...new Set(createdExtensions(statements))],
    serverWide: serverWideStatements(statements),
    startFrom: [...(await historyKeys(history))].reverse(),
  };
}

/** One key for each beginning of the history, `keys[n]` for its first n + 1 migrations: equal keys mean equal databases. */
export async function historyKeys(history: readonly PastMigration[]): Promise<readonly string[]> {
  const keys: string[] = [];
  let key = replayVersion;
  for (const { up } of history) {
    const content = [key, up.mode.kind, ...up.statements.map((each) => each.statement.text)].join('\0');
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content));
    key = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    keys.push(key);
  }
  return keys;
}

/** Changes whenever replaying the same history would lead to another database. */
const replayVersion = 'lockstep-1';

/** Brings an opened target to where the history ends, and keeps that for the next time. Rejects with a UserError naming what failed. */
export async function replay(target: OpenTarget, history: readonly PastMigration[], progress: (progress: Progress) => void): Promise<{ readonly cached: boolean }> {
  const keys = await historyKeys(history);
  const done = target.startedFrom === null ? 0 : keys.indexOf(target.startedFrom) + 1;
  for (const [index, migration] of history.entries()) {
    if (index < done || target.applied?.has(migration.id) === true) continue;
    progress({ message: `Replaying the history: ${migration.id}`, fraction: index / history.length });
    await applyPast(target.session, migration);
  }
  const last = keys.at(-1);
  if (last !== undefined && done < history.length) await target.save?.(last);
  return { cached: done === history.length && done > 0 };
}

/** One migration as a deploy would apply it, on a connection of its own. Rejects with a UserError naming what failed. */
export async function applyPast(session: Session, migration: PastMigration): Promise<void> {
  const { up } = migration;
  if (up.statements.length > 0) {
    const batch = oneMessage(up);
    if (batch === null || !(await runs(session, batch))) await applySlowly(session, migration);
    // Each deploy is a new connection: settings, roles and temporary tables of one migration are not the next one's.
    await session.reset();
  }
}

/** The whole script as one message where that means the same, which saves a round trip for each statement. */
function oneMessage(script: PlannedScript): string | null {
  const { statements, mode } = script;
  if (statements.some(({ statement }) => transactionCommand(statement) !== null || statement.kind === 'SyntaxError' || statement.kind === 'CopyStmt')) return null;
  const text = statements.map((each) => each.statement.text).join('\n;\n');
  if (mode.kind === 'transaction') return `BEGIN;\n${text}\n;\nCOMMIT`;
  return mode.kind === 'implicit' || statements.length === 1 ? text : null;
}

/** False when PostgreSQL refuses it; everything is then rolled back. */
async function runs(session: Session, sql: string): Promise<boolean> {
  try {
    await session.query(sql);
    return true;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.transaction !== 'idle') await session.query('ROLLBACK');
    return false;
  }
}

/** Statement by statement, to learn which one fails. */
async function applySlowly(session: Session, { id, up }: PastMigration): Promise<void> {
  const leg = await runLeg(session, { leg: 'up', script: up, observer: null, onStatement: () => undefined });
  const failed = leg.statements.find((each) => each.error !== null);
  if (failed?.error == null) return;
  const line = lineAt(up.text, failed.error.span?.start ?? failed.span.start);
  throw new UserError(
    'history-failed',
    `The history cannot be replayed: ${id} fails at ${up.path}:${String(line)}: ${failed.error.message} (${failed.error.sqlstate}).`,
    failed.error.hint ?? (/^role "/.test(failed.error.message) ? missingRole : 'A dry run starts from an empty database and applies every earlier migration, so each of them has to run there.'),
  );
}

const missingRole =
  'A hosted PostgreSQL brings such roles by itself. Let the first migration create it where it is missing: DO $$ BEGIN CREATE ROLE …; EXCEPTION WHEN duplicate_object THEN NULL; END $$.';
