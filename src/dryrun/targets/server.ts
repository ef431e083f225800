import type { Client } from 'pg';
import { UserError } from '../../model/errors.ts';
import { DatabaseError, type Notice, type QueryResult, type Refusal, type Session, type SqlValue, type TransactionStatus } from './target.ts';

export interface ServerSession extends Session {
  readonly serverVersion: string;
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
  const { default: pg } = await import('pg');
  // As an option of the connection it is what DISCARD ALL goes back to.
  const client = new pg.Client({ connectionString: url, options: `-c statement_timeout=${String(statementTimeout)}`, application_name: 'lockstep' });
  let lost: UserError | null = null;
  const lose = (reason: UserError): void => {
    lost ??= reason;
    stream(client).destroy();
  };
  client.on('error', (error) => { lose(new UserError('target-failed', `The server ended the connection: ${error.message}.`, 'Check that it is still running, then start the dry run again.')); });
  await client.connect().catch((error: unknown) => {
    throw new UserError('target-failed', `The server cannot be reached: ${messageOf(error)}.`, 'Check host, port, user and password of the connection.');
  });
  const cancel = (): void => { lose(new UserError('cancelled', 'The dry run was cancelled.', 'Start it again when you like.')); };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  const talk = listen(client);
  const ask = async (sql: string): Promise<QueryResult> => {
    if (lost !== null) throw lost;
    const started = performance.now();
    try {
      const last = lastOf(await client.query({ text: sql, types: { getTypeParser: () => (text: string) => text } }));
      const rows = last.rows.map((row) => typed(row, last.fields));
      return { ...talk.heard(), rows, affectedRows: last.rowCount, commandTag: last.command, duration: performance.now() - started };
    } catch (error) {
      throw lost ?? refused(error, { ...talk.heard(), duration: performance.now() - started });
    }
  };
  let previous: Promise<unknown> = Promise.resolve();
  const query = (sql: string): Promise<QueryResult> => {
    const asked = previous.then(() => ask(sql));
    previous = asked.catch(() => null);
    return asked;
  };
  const { rows } = await query('SHOW server_version');
  return { query, serverVersion: String(rows[0]?.['server_version']), close: () => (lost === null ? client.end() : Promise.resolve()) };
}

type RawRow = Readonly<Record<string, string | null>>;
type Heard = Pick<Refusal, 'notices' | 'transaction'>;

interface Wire {
  readonly stream: { destroy(): void };
  on(event: 'readyForQuery', heard: (message: { readonly status: string }) => void): void;
}

/** The protocol below the client. */
function wire(client: Client): Wire {
  // Every client has it; the types show only what lies above.
  return (client as unknown as { readonly connection: Wire }).connection;
}

function stream(client: Client): { destroy(): void } {
  return wire(client).stream;
}

/** Collects what the server says beside the rows. */
function listen(client: Client): { heard(): Heard } {
  let notices: Notice[] = [];
  let transaction: TransactionStatus = 'idle';
  client.on('notice', (notice) => notices.push({ severity: notice.severity ?? 'NOTICE', message: notice.message ?? '' }));
  wire(client).on('readyForQuery', ({ status }) => { transaction = status === 'T' ? 'open' : status === 'E' ? 'failed' : 'idle'; });
  return {
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
function lastOf(answer: Answer): Answer {
  return Array.isArray(answer) ? lastOf(answer.at(-1) as Answer) : answer; // It is a list of answers, never an empty one.
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
