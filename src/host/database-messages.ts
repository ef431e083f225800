import type { EngineAnswer } from '../dryrun/targets/embedded.ts';

/** The messages of PostgreSQL's protocol (manual 54.7) as PGlite hands them over; only the fields read here. */
export type Message =
  | { readonly name: 'rowDescription'; readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[] }
  | { readonly name: 'dataRow'; readonly fields: readonly (string | null)[] }
  | { readonly name: 'commandComplete'; readonly text: string }
  | { readonly name: 'readyForQuery'; readonly status: string }
  | { readonly name: 'notice'; readonly severity?: string; readonly message?: string }
  | {
      readonly name: 'error';
      readonly message: string;
      readonly code?: string;
      readonly detail?: string;
      readonly hint?: string;
      readonly position?: string;
    };

type Result = Extract<EngineAnswer, { kind: 'result' }>['result'];
type Row = Result['rows'][number];

/** The message of a simple query (manual 54.7, Query). */
export function simpleQuery(sql: string): Uint8Array {
  const text = new TextEncoder().encode(sql);
  const message = new Uint8Array(text.length + 6);
  message[0] = 0x51;
  new DataView(message.buffer).setInt32(1, text.length + 5);
  message.set(text, 5);
  return message;
}

/** What one query came to. Of several statements in it, rows and tag are those of the last. */
export function answerOf(messages: readonly Message[], duration: number): EngineAnswer {
  const transaction = statusOf(messages);
  const notices = messages.flatMap((each) => (each.name === 'notice' ? [{ severity: each.severity ?? 'NOTICE', message: each.message ?? '' }] : []));
  const error = messages.find((each) => each.name === 'error');
  if (error !== undefined) {
    const position = error.position === undefined ? null : Number(error.position);
    const { message, code = 'XX000', detail = null, hint = null } = error;
    return { kind: 'refused', refusal: { message, sqlstate: code, detail, hint, position, notices, duration, transaction } };
  }
  const { rows, tag } = lastResult(messages);
  return { kind: 'result', result: { rows, commandTag: tag, affectedRows: affected(tag), notices, duration, transaction } };
}

function statusOf(messages: readonly Message[]): Result['transaction'] {
  const ready = messages.findLast((each) => each.name === 'readyForQuery');
  if (ready?.status === 'T') return 'open';
  return ready?.status === 'E' ? 'failed' : 'idle';
}

const mostRows = 50_000;

function lastResult(messages: readonly Message[]): { rows: readonly Row[]; tag: string | null } {
  let fields: readonly { readonly name: string; readonly dataTypeID: number }[] = [];
  let rows: Row[] = [];
  let tag: string | null = null;
  for (const message of messages) {
    if (message.name === 'rowDescription') {
      fields = message.fields;
      rows = [];
    } else if (message.name === 'dataRow' && rows.length < mostRows) {
      rows.push(Object.fromEntries(fields.map((field, index) => [field.name, valueOf(message.fields[index] ?? null, field.dataTypeID)])));
    } else if (message.name === 'commandComplete') {
      tag = message.text;
    }
  }
  return { rows, tag };
}

/** The oids of built-in types never change: bool 16, int8 20, int2 21, int4 23, oid 26, float4 700, float8 701. */
function valueOf(text: string | null, type: number): string | number | boolean | null {
  if (text === null) return null;
  if (type === 16) return text === 't';
  return [20, 21, 23, 26, 700, 701].includes(type) ? Number(text) : text;
}

/** The count at the end of a command tag: `INSERT 0 3`, `UPDATE 5`, `SELECT 1` (manual 54.7, CommandComplete). */
function affected(tag: string | null): number | null {
  const count = /^(?:INSERT|UPDATE|DELETE|MERGE|SELECT|COPY|FETCH|MOVE|CREATE TABLE AS|REFRESH).* (\d+)$/.exec(tag ?? '')?.[1];
  return count === undefined ? null : Number(count);
}
