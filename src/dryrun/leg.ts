import type { PlacedStatement } from '../model/statement.ts';
import type { LegName, LegTrace, SqlError, StatementTrace } from '../model/trace.ts';
import { readsFromClient, refusesTransactions, transactionCommand, watchable } from './boundaries.ts';
import { sqlError } from './errors.ts';
import { lockWindows } from './observe/lock-windows.ts';
import { nothingTouched, unseen, type Observer, type Sighting } from './observe/observer.ts';
import type { Sample } from './observe/watcher.ts';
import { ordinary, tempFiles } from './observe/temp-files.ts';
import { explained, locksOthers } from './observe/via.ts';
import type { PlannedScript } from './plan.ts';
import { DatabaseError, type QueryResult, type Session, type TransactionStatus } from './targets/target.ts';

export interface LegRequest {
  readonly leg: LegName;
  readonly script: PlannedScript;
  /** Null: nothing is observed, as while the history is replayed. */
  readonly observer: Observer | null;
  readonly onStatement: (index: number) => void;
}

/**
 * Runs one script statement by statement, in the transactions that its tool would use. The leg's clock counts the time
 * inside PostgreSQL alone, so that watching does not lengthen it. SQL errors end the leg and are part of its trace;
 * rejects with a UserError when the session is lost or cancelled.
 */
export async function runLeg(session: Session, request: LegRequest): Promise<LegTrace> {
  const run = new Leg(session, request);
  await run.begin();
  for (const placed of request.script.statements) {
    request.onStatement(placed.index);
    await run.step(placed);
  }
  await run.end();
  await run.explain();
  return run.trace();
}

/** A leg while it runs; its lifetime is one call of runLeg. */
class Leg {
  readonly #session: Session;
  readonly #request: LegRequest;
  readonly #statements: StatementTrace[] = [];
  /** When each transaction ended, by its number. */
  readonly #ends: number[] = [];
  #clock = 0;
  #transaction = 0;
  #status: TransactionStatus = 'idle';
  /** Who opened the transaction that is open: Lockstep for the tool, or the file itself. */
  #owner: 'tool' | 'file' = 'tool';
  #baselineTaken = false;
  #failed = false;
  #commitError: SqlError | null = null;

  constructor(session: Session, request: LegRequest) {
    this.#session = session;
    this.#request = request;
  }

  async begin(): Promise<void> {
    if (this.#request.script.mode.kind === 'transaction' && this.#request.script.statements.length > 0) await this.#open();
  }

  async step(placed: PlacedStatement): Promise<void> {
    if (this.#failed) {
      this.#record(placed, { outcome: 'skipped', sighting: unseen('The statement did not run.') });
      return;
    }
    if (this.#status === 'idle' && this.#isImplicitBlock) await this.#open();
    if (readsFromClient(placed.statement)) this.#fail(placed, copyFromClient);
    else if (this.#status === 'idle' && this.#request.observer !== null && watchable(placed.statement) === 'wrapped') await this.#wrapped(placed);
    else await this.#direct(placed);
  }

  async end(): Promise<void> {
    if (this.#failed) {
      // A session that is lost has nothing left to roll back.
      if (this.#status !== 'idle') await this.#session.query('ROLLBACK').catch(() => null);
      this.#close();
    } else if (this.#status !== 'idle') {
      await this.#finish();
    }
  }

  /** Says of locks on tables that no statement names where they come from. */
  async explain(): Promise<void> {
    const { observer } = this.#request;
    if (observer === null || !this.#statements.some(locksOthers)) return;
    const ties = await observer.ties().catch((error: unknown) => {
      // The script's own settings can refuse the question; then the locks stand without their reason.
      if (error instanceof DatabaseError) return [];
      throw error;
    });
    this.#statements.splice(0, Infinity, ...this.#statements.map((statement) => explained(statement, ties)));
  }

  trace(): LegTrace {
    const { leg, script } = this.#request;
    const statements = this.#statements;
    return {
      leg,
      side: leg === 'down' ? 'down' : 'up',
      path: script.path,
      outcome: this.#failed ? 'failed' : 'done',
      duration: this.#clock,
      statements,
      ...(this.#commitError === null ? {} : { commitError: this.#commitError }),
      lockWindows: lockWindows(statements, (transaction) => this.#ends[transaction] ?? this.#clock),
    };
  }

  /** All statements of one message are one transaction (manual 54.2.2.1); a single one is by itself. */
  get #isImplicitBlock(): boolean {
    return this.#request.script.mode.kind === 'implicit' && this.#request.script.statements.length > 1;
  }

  async #open(): Promise<void> {
    const { transaction } = await this.#session.query('BEGIN');
    this.#status = transaction;
    this.#owner = 'tool';
  }

  /** A statement of its own transaction, made explicit so that its locks are still there to be seen. */
  async #wrapped(placed: PlacedStatement): Promise<void> {
    const { observer } = this.#request;
    const watch = observer?.watch('when long');
    const steps = await Promise.allSettled([
      this.#session.query('BEGIN'),
      observer?.baseline(),
      this.#session.query(placed.statement.text),
      observer?.inside(placed.statement.kind),
      this.#session.query('COMMIT'),
    ]);
    const [, , ran, seen, committed] = steps;
    const sample = await watch?.stop();
    if (ran.status === 'rejected' && ran.reason instanceof DatabaseError && refusesTransactions(ran.reason.sqlstate)) {
      await this.#direct(placed);
      return;
    }
    if (ran.status === 'rejected') this.#fail(placed, ran.reason);
    else if (committed.status === 'rejected') this.#fail(placed, committed.reason);
    else this.#done(placed, ran.value, alsoWatched(settled(seen), sample));
    this.#status = 'idle';
    this.#close();
  }

  async #direct(placed: PlacedStatement): Promise<void> {
    const { observer } = this.#request;
    const touches = watchable(placed.statement) !== 'nothing';
    const isInside = this.#status !== 'idle' && touches;
    const isBare = this.#status === 'idle' && touches;
    const before = isBare ? observer?.before() : isInside && !this.#baselineTaken ? observer?.baseline() : null;
    if (isInside) this.#baselineTaken = true;
    // What the second session sees before the statement begins is told apart by PostgreSQL's own word for it, "active".
    const watch = touches ? observer?.watch(isBare ? 'at once' : 'when long') : null;
    const running = this.#session.query(placed.statement.text);
    const after = isInside ? observer?.inside(placed.statement.kind) : null;
    const [, ran, seen] = await Promise.allSettled([before, running, after]);
    const sample = (await watch?.stop()) ?? null;
    if (ran.status === 'rejected') {
      this.#fail(placed, ran.reason);
      return;
    }
    const wasOpen = this.#status !== 'idle';
    this.#status = ran.value.transaction;
    const [outside] = await Promise.allSettled([isBare ? observer?.outside(sample) : null]);
    this.#done(placed, ran.value, !touches ? nothingTouched : isBare ? settled(outside) : alsoWatched(settled(seen), sample));
    if (transactionCommand(placed.statement) === 'begin') this.#owner = this.#request.script.mode.kind === 'transaction' && wasOpen ? 'tool' : 'file';
    if (this.#status === 'idle') this.#close();
  }

  /** The end of the script: the tool commits what it began; what only the file began is lost with the connection. */
  async #finish(): Promise<void> {
    const last = this.#statements.at(-1);
    if (this.#owner === 'file' && last !== undefined) {
      await this.#session.query('ROLLBACK');
      this.#statements.splice(-1, 1, { ...last, notices: [...last.notices, neverCommitted] });
      this.#close();
      return;
    }
    try {
      const { duration } = await this.#session.query('COMMIT');
      this.#clock += duration;
    } catch (error) {
      // Deferred constraints are checked at the commit (manual, SET CONSTRAINTS), whichever statement broke them.
      const placed = this.#request.script.statements.at(-1);
      if (placed === undefined) throw error;
      this.#failed = true;
      this.#commitError = { ...sqlError(error, placed), span: null };
    }
    this.#close();
  }

  #close(): void {
    this.#ends[this.#transaction] = this.#clock;
    this.#transaction += 1;
    this.#status = 'idle';
    this.#baselineTaken = false;
  }

  #done(placed: PlacedStatement, result: QueryResult, sighting: Sighting): void {
    const { duration, affectedRows: rows, notices } = result;
    // "INSERT 0 4": the figures are `rows` already.
    const commandTag = result.commandTag?.replace(/( \d+)+$/, '') ?? null;
    this.#record(placed, { outcome: 'done', sighting, duration, commandTag, rows, notices: this.#heard(notices), tempFiles: tempFiles(notices, sighting.heard) });
  }

  #fail(placed: PlacedStatement, reason: unknown): void {
    const error = sqlError(reason, placed);
    this.#failed = true;
    const { duration, notices, transaction } = reason as DatabaseError; // sqlError throws on whatever is no DatabaseError.
    this.#status = transaction;
    this.#record(placed, { outcome: 'failed', sighting: unseen(rolledBack), duration, error, notices: this.#heard(notices) });
  }

  #record(placed: PlacedStatement, told: Pick<StatementTrace, 'outcome'> & Partial<StatementTrace> & { readonly sighting: Sighting }): void {
    const { sighting: { heard, ...sighting }, ...rest } = told;
    this.#statements.push({
      index: placed.index,
      span: { start: placed.start, end: placed.start + placed.statement.text.length },
      sql: placed.statement.text,
      startedAt: this.#clock,
      duration: 0,
      commandTag: null,
      rows: null,
      tempFiles: heard.kind === 'unavailable' ? heard : { kind: 'measured', value: { files: 0, bytes: 0 } },
      notices: [],
      error: null,
      transaction: this.#transaction,
      ...sighting,
      ...rest,
    });
    this.#clock += rest.duration ?? 0;
  }

  /** The tool sends such a file as one message, in which a BEGIN is no second one; Lockstep's own made it so. */
  #heard(notices: QueryResult['notices']): readonly string[] {
    const texts = ordinary(notices).map((each) => `${each.severity}: ${each.message}`);
    return this.#isImplicitBlock ? texts.filter((text) => !text.includes('already a transaction in progress')) : texts;
  }
}

const rolledBack = 'The statement failed; what it had locked, read and written was rolled back with it.';
const neverCommitted = 'WARNING: the transaction that this file begins is never committed, so nothing of it stays';

/** What every COPY … FROM STDIN in a migration comes to. */
export const copyFromClient = new DatabaseError({
  message: 'COPY … FROM STDIN reads its rows from the client, and a dry run has none to send',
  sqlstate: '0A000',
  detail: null,
  hint: 'Write the rows as INSERT … VALUES.',
  position: null,
  notices: [],
  duration: 0,
  transaction: 'open',
});

/** What was read from inside is exact; the second session adds how the statement went on. */
function alsoWatched(sighting: Sighting, sample: Sample | null | undefined): Sighting {
  return sample == null ? sighting : { ...sighting, watched: { looks: sample.looks, phases: sample.phases } };
}

function settled(seen: PromiseSettledResult<Sighting | null | undefined>): Sighting {
  if (seen.status === 'fulfilled') return seen.value ?? unseen('Nothing was watched.');
  if (seen.reason instanceof DatabaseError) return unseen(`The look after the statement was refused: ${seen.reason.message}.`);
  throw seen.reason;
}
