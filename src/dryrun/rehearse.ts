import type { Snapshot } from '../model/snapshot.ts';
import type { PlacedStatement } from '../model/statement.ts';
import type { SqlError } from '../model/trace.ts';
import { parseStatement } from '../sql/parse.ts';
import { statementTokens } from '../sql/spans.ts';
import { isKeyword } from '../sql/tokens.ts';
import { readsFromClient } from './boundaries.ts';
import { sqlError } from './errors.ts';
import { copyFromClient } from './leg.ts';
import type { PlannedScript } from './plan.ts';
import { savepoint, takeSnapshot, takeSnapshotInside } from './schema/snapshot.ts';
import { DatabaseError, type Session, type TransactionStatus } from './targets/target.ts';

/** A statement that has just run, with the catalog right before and right after it. */
export interface RehearsedStatement {
  readonly placed: PlacedStatement;
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** Whether it left a transaction open. */
  readonly transaction: 'open' | 'none';
}

/** What came of statements that were tried: the catalog that they led to, or PostgreSQL's refusal. */
export type Attempt = { readonly kind: 'ran'; readonly catalog: Snapshot } | { readonly kind: 'refused'; readonly message: string; readonly sqlstate: string };

/** Runs statements right where the script stands, and takes everything back. */
export type Try = (statements: readonly string[]) => Promise<Attempt>;

export interface RehearsalRequest {
  readonly script: PlannedScript;
  /** Called after each statement; the script goes on when it is done. */
  readonly visit: (ran: RehearsedStatement, attempt: Try) => Promise<void>;
}

/** Runs a script statement by statement in the transactions of its tool, stopping after each to look and to try. Returns what refused it, or null. */
export async function rehearse(session: Session, { script, visit }: RehearsalRequest): Promise<SqlError | null> {
  await session.reset();
  let before = await takeSnapshot(session);
  let status: TransactionStatus = 'idle';
  const isOneTransaction = script.mode.kind === 'transaction' || (script.mode.kind === 'implicit' && script.statements.length > 1);
  for (const placed of script.statements) {
    try {
      if (isOneTransaction && status === 'idle' && (placed.index === 0 || script.mode.kind === 'implicit')) await session.query('BEGIN');
      if (readsFromClient(placed.statement)) throw copyFromClient;
      status = (await session.query(placed.statement.text)).transaction;
    } catch (error) {
      return sqlError(error, placed);
    }
    const after = status === 'idle' ? await takeSnapshot(session) : await takeSnapshotInside(session);
    const transaction = status === 'idle' ? 'none' : 'open';
    await visit({ placed, before, after, transaction }, (statements) => attempt(session, statements, frames[transaction]));
    before = after;
  }
  if (status !== 'idle') await session.query('COMMIT').catch(() => null);
  return null;
}

interface Frame {
  readonly begin: string;
  readonly end: string;
}

const frames: Readonly<Record<RehearsedStatement['transaction'], Frame>> = {
  open: { begin: savepoint('lockstep_try'), end: 'ROLLBACK TO lockstep_try; RELEASE lockstep_try' },
  none: { begin: 'BEGIN', end: 'ROLLBACK' },
};

async function attempt(session: Session, statements: readonly string[], { begin, end }: Frame): Promise<Attempt> {
  await session.query(begin);
  try {
    for (const sql of statements) await session.query(withoutConcurrently(sql));
    return { kind: 'ran', catalog: await takeSnapshotInside(session) };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { kind: 'refused', message: error.message, sqlstate: error.sqlstate };
  } finally {
    await session.query(end);
  }
}

/** What is tried is taken back, so it runs in a transaction, where CONCURRENTLY is refused; the catalog it leads to is the same. */
function withoutConcurrently(sql: string): string {
  const statement = parseStatement(sql);
  const token = statement.node['concurrent'] === true ? statementTokens(statement).find((each) => isKeyword(each, 'CONCURRENTLY')) : undefined;
  return token === undefined ? sql : sql.slice(0, token.start) + sql.slice(token.end);
}
