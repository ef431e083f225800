import { planning, plansQuery } from './plans.ts';
import { rehearsal, rehearsed } from './rehearsal.ts';
import { DatabaseError, queryCanceled, type OpenOptions, type OpenTarget, type QueryResult, type Refusal, type Target } from './target.ts';

export type EngineAnswer =
  | { readonly kind: 'result'; readonly result: QueryResult }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'timed out' };

/** A running PGlite in a process of its own. Every method rejects with a UserError once the process is gone. */
export interface EngineInstance {
  readonly startedFrom: string | null;
  /** `18.6 (PGlite 0.5.16)` */
  readonly version: string;
  /** A statement that outlives `timeout` milliseconds takes the process with it. */
  query(sql: string, timeout: number): Promise<EngineAnswer>;
  save(key: string): Promise<void>;
  end(): Promise<void>;
}

export interface EngineRequest {
  readonly extensions: readonly string[];
  readonly startFrom: readonly string[];
  readonly signal: AbortSignal;
  /** Statements that change nothing. An instance kept for later runs them while it waits. */
  readonly rehearsal: readonly string[];
}

/** What the host provides: starting such a process, killing it on `signal`. */
export interface DatabaseEngine {
  start(request: EngineRequest): Promise<EngineInstance>;
}

/** The embedded PostgreSQL as a target. */
export function embeddedTarget(engine: DatabaseEngine): Target {
  return { id: 'embedded', open: (options) => open(engine, options) };
}

async function open(engine: DatabaseEngine, options: OpenOptions): Promise<OpenTarget> {
  const { extensions, startFrom, signal } = options;
  const instance = await engine.start({ extensions, startFrom, signal, rehearsal });
  const query = async (sql: string): Promise<QueryResult> => settled(await instance.query(sql, options.statementTimeout), options.statementTimeout);
  const { rows: [facts = {}] } = await query(`SELECT ${plansQuery}`);
  return {
    capabilities: {
      info: { id: 'embedded', title: `embedded PostgreSQL ${instance.version}`, serverVersion: instance.version.split(' ')[0] ?? instance.version },
      secondSession: { kind: 'unavailable', reason: 'The embedded PostgreSQL has a single session.' },
      realData: false,
    },
    session: planning({ query }, facts, rehearsed),
    startedFrom: instance.startedFrom,
    save: (key) => instance.save(key),
    close: () => instance.end(),
  };
}

function settled(answer: EngineAnswer, timeout: number): QueryResult {
  if (answer.kind === 'result') return answer.result;
  throw new DatabaseError(answer.kind === 'refused' ? answer.refusal : overdue(timeout));
}

/** A single-process PostgreSQL gets no timer signal, so its statement_timeout never fires: the host stops it, and this is what a server would have said. */
function overdue(timeout: number): Refusal {
  return {
    message: `canceling statement due to statement timeout (${String(timeout / 1000)} s)`,
    sqlstate: queryCanceled,
    detail: null,
    hint: null,
    position: null,
    notices: [],
    duration: timeout,
    transaction: 'failed',
  };
}
