import type { Client } from 'pg';
import { cancelled, UserError } from '../../model/errors.ts';
import { planning, plansQuery, type Wire } from './plans.ts';
import { connectionError, placeOf, unfitTls, unreadableFile } from './server-errors.ts';
import { DatabaseError, type Notice, type QueryResult, type Refusal, type Session, type SqlValue, type TransactionStatus } from './target.ts';

export interface ServerSession extends Session {
  readonly serverVersion: string;
  /** False when the other end of the connection is not the process that answers: a pooler stands between. */
  readonly isDirect: boolean;
  /** True once it was cancelled or the connection broke. */
  isLost(): boolean;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly url: string;
  /** Milliseconds after which the server cancels a statement. */
  readonly statementTimeout: number;
  readonly signal: AbortSignal;
}

/** A session on a real server. Rejects with a UserError when it cannot connect; the signal ends the connection at once. */
export async function openServerSession({ url, statementTimeout, signal }: ServerOptions): Promise<ServerSession> {
  const place = placeOf(url);
  if (place === null) throw new UserError('target-failed', 'The connection is no PostgreSQL URL.', 'Write it as postgres://user:password@host:5432/database.');
  const unfit = unfitTls(url, place);
  if (unfit !== null) throw unfit;
  const client = await clientFor(url, statementTimeout).catch((error: unknown) => { throw unreadableFile(error, url, place); });
  const life = lifeOf(client, signal);
  await client.connect().catch((error: unknown) => {
    throw life.lost() ?? connectionError(error, place);
  });
  const { query, send } = inOrder(client, life);
  const { rows: [facts = {}] } = await query(`SELECT current_setting('server_version') AS version, pg_backend_pid() AS pid, ${plansQuery}`);
  const { version, pid } = facts;
  return { ...planning({ query, send }, facts), serverVersion: String(version), isDirect: Number(pid) === processOf(client), isLost: () => life.lost() !== null, close: life.close };
}

/** The driver, loaded only now. It reads the files of certificates that the connection names, and throws when it cannot. */
async function clientFor(url: string, statementTimeout: number): Promise<Client> {
  const { default: pg } = await import('pg');
  return new pg.Client({
    connectionString: asInPsql(url),
    // As an option of the connection it is what a reset goes back to.
    options: `-c statement_timeout=${String(statementTimeout)}`,
    application_name: 'lockstep',
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
  });
}

/** A server that is there answers within a second; one that is far away and asleep may take longer. */
const connectTimeout = 15_000;

interface Life {
  lost(): UserError | null;
  /** Fulfilled when the connection is over, however it ended. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** The connection until it is closed, cancelled or lost. */
function lifeOf(client: Client, signal: AbortSignal): Life {
  let lost: UserError | null = null;
  const lose = (reason: UserError): void => {
    lost ??= reason;
    stream(client).destroy();
  };
  const cancel = (): void => { lose(cancelled()); };
  client.on('error', (error) => { lose(new UserError('target-failed', `The server ended the connection: ${error.message}.`, 'Check that it is still running, then start the dry run again.')); });
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return {
    lost: () => lost,
    ended: new Promise((resolve) => client.once('end', resolve)),
    async close() {
      signal.removeEventListener('abort', cancel);
      if (lost === null) await client.end();
    },
  };
}

/** Queries run in the order of their calls, and each is told what the server said beside it. */
function inOrder(client: Client, life: Life): Required<Wire> {
  const talk = listen(client);
  const ask = async (sql: string): Promise<Answered> => {
    const gone = life.lost();
    if (gone !== null) throw gone;
    const started = performance.now();
    const ready = talk.nextReady();
    try {
      const answers = answersOf(await client.query({ text: sql, types: { getTypeParser: () => (text: string) => text } }));
      return { answers, ...talk.heard(), commandTag: talk.commandTag(), duration: performance.now() - started };
    } catch (error) {
      const duration = performance.now() - started;
      // PostgreSQL says what the transaction is in only after the error, perhaps in a packet of its own.
      await Promise.race([ready, life.ended]);
      throw life.lost() ?? refused(error, { ...talk.heard(), duration });
    }
  };
  let previous: Promise<unknown> = Promise.resolve();
  const next = (sql: string): Promise<Answered> => {
    const asked = previous.then(() => ask(sql));
    previous = asked.catch(() => null);
    return asked;
  };
  return {
    async query(sql) {
      const { answers, ...heard } = await next(sql);
      const last = answers.at(-1);
      return { ...heard, rows: last === undefined ? [] : rowsOf(last), affectedRows: last?.rowCount ?? null };
    },
    send: async (statements) => (await next(statements.join(';\n'))).answers.map(rowsOf),
  };
}

/** What came of one message: an answer for each of its statements. */
interface Answered extends Omit<QueryResult, 'rows' | 'affectedRows'> {
  readonly answers: readonly Answer[];
}

/**
 * A URL means what it means to psql (manual 34.1.2): `require` encrypts without checking the certificate. `prefer` and `allow`,
 * which try one way and then the other, stand for no encryption here; a server that wants it says so.
 */
function asInPsql(url: string): string {
  const parsed = new URL(url);
  // The authorities that everybody trusts; they are those of Node here.
  if (parsed.searchParams.get('sslrootcert') === 'system') {
    parsed.searchParams.delete('sslrootcert');
    parsed.searchParams.set('sslmode', 'verify-full');
  }
  const mode = parsed.searchParams.get('sslmode');
  if (mode === null || parsed.searchParams.has('uselibpqcompat')) return url;
  if (mode === 'prefer' || mode === 'allow') parsed.searchParams.delete('sslmode');
  else parsed.searchParams.set('uselibpqcompat', 'true');
  return parsed.href;
}

type RawRow = Readonly<Record<string, string | null>>;
type Heard = Pick<Refusal, 'notices' | 'transaction'>;

interface Protocol {
  readonly stream: { destroy(): void };
  on(event: 'readyForQuery', heard: (message: { readonly status: string }) => void): void;
  once(event: 'readyForQuery', heard: () => void): void;
  on(event: 'commandComplete', heard: (message: { readonly text: string }) => void): void;
}

/** The protocol below the client. */
function wire(client: Client): Protocol {
  // Every client has it; the types show only what lies above.
  return (client as unknown as { readonly connection: Protocol }).connection;
}

function stream(client: Client): { destroy(): void } {
  return wire(client).stream;
}

/** The process that the server named when the connection began (manual 54.2.1, BackendKeyData). */
function processOf(client: Client): number | null {
  return (client as unknown as { readonly processID: number | null }).processID; // As above.
}

/** Collects what the server says beside the rows. */
function listen(client: Client): { heard(): Heard; commandTag(): string; nextReady(): Promise<void> } {
  let notices: Notice[] = [];
  let transaction: TransactionStatus = 'idle';
  let tag = '';
  client.on('notice', (notice) => notices.push({ severity: notice.severity ?? 'NOTICE', message: notice.message ?? '' }));
  wire(client).on('readyForQuery', ({ status }) => { transaction = status === 'T' ? 'open' : status === 'E' ? 'failed' : 'idle'; });
  // node-postgres keeps the tag's first word only: ALTER of ALTER TABLE.
  wire(client).on('commandComplete', ({ text }) => { tag = text; });
  return {
    nextReady: () => new Promise((resolve) => { wire(client).once('readyForQuery', resolve); }),
    commandTag: () => tag,
    heard() {
      const heard = { notices, transaction };
      notices = [];
      return heard;
    },
  };
}

interface Answer {
  readonly rows: readonly RawRow[];
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rowCount: number | null;
  readonly command: string;
}

/** Of several statements in one text, node-postgres answers with a list, which its types leave out. */
function answersOf(answer: Answer): readonly Answer[] {
  return Array.isArray(answer) ? (answer as readonly Answer[]) : [answer]; // The driver makes the list of such answers alone.
}

function rowsOf({ rows, fields }: Answer): QueryResult['rows'] {
  return rows.map((row) => typed(row, fields));
}

function typed(row: RawRow, fields: readonly { readonly name: string; readonly dataTypeID: number }[]): Record<string, SqlValue> {
  return Object.fromEntries(fields.map(({ name, dataTypeID }) => [name, valueOf(row[name] ?? null, dataTypeID)]));
}

/** The oids of built-in types never change: bool 16, int8 20, int2 21, int4 23, oid 26, float4 700, float8 701. */
function valueOf(text: string | null, type: number): SqlValue {
  if (text === null) return null;
  if (type === 16) return text === 't';
  return [20, 21, 23, 26, 700, 701].includes(type) ? Number(text) : text;
}

/** An error with SQLSTATE is PostgreSQL's answer; anything else means that the connection is gone. */
function refused(error: unknown, heard: Heard & { readonly duration: number }): DatabaseError | UserError {
  const { code, detail, hint, position } = error as { code?: string; detail?: string; hint?: string; position?: string }; // node-postgres copies the fields of the message.
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) return new UserError('target-failed', `The connection failed: ${messageOf(error)}.`, 'Start the dry run again.');
  const place = position === undefined ? null : Number(position);
  return new DatabaseError({ ...heard, message: messageOf(error), sqlstate: code, detail: detail ?? null, hint: hint ?? null, position: place });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
