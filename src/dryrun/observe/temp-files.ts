import type { Observed, TempFiles } from '../../model/trace.ts';
import { DatabaseError, type Notice, type QueryResult, type Session } from '../targets/target.ts';

/** SQL that is true while PostgreSQL tells the session of its temporary files. */
export const hearing = `(current_setting('log_temp_files') = '0' AND (current_setting('client_min_messages') = 'log' OR current_setting('client_min_messages') LIKE 'debug%'))`;

/** What the observer has to know of its own session. */
export interface OwnSession {
  readonly pid: number;
  /** `server_version_num`. */
  readonly version: number;
  /** Why PostgreSQL cannot tell it of temporary files, or null. */
  readonly deaf: string | null;
}

/** Lets PostgreSQL tell this session of every temporary file when it is removed, with its size (manual 20.8.3, log_temp_files). */
export async function hearTempFiles(session: Session): Promise<OwnSession> {
  try {
    return ownSession(await session.query(`SELECT ${facts}, set_config('log_temp_files', '0', false) AS files, set_config('client_min_messages', 'log', false) AS level`), null);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return ownSession(await session.query(`SELECT ${facts}`), `Temporary files are counted through log_temp_files, which this role may not set: ${error.message}.`);
  }
}

const facts = `pg_backend_pid() AS pid, current_setting('server_version_num')::int4 AS version`;

function ownSession({ rows }: QueryResult, deaf: string | null): OwnSession {
  return { pid: Number(rows[0]?.['pid']), version: Number(rows[0]?.['version']), deaf };
}

/** What one statement spilled, from what PostgreSQL said while it ran. */
export function tempFiles(notices: readonly Notice[], heard: Observed<true>): Observed<TempFiles> {
  if (heard.kind === 'unavailable') return heard;
  const sizes = notices.flatMap((notice) => spilled(notice) ?? []);
  return { kind: 'measured', value: { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) } };
}

/** Without what only Lockstep asked to hear: a client sees no message of level LOG by default. */
export function ordinary(notices: readonly Notice[]): readonly Notice[] {
  return notices.filter((notice) => notice.severity !== 'LOG' && spilled(notice) === null);
}

/** `temporary file: path "base/pgsql_tmp/pgsql_tmp42.1", size 8683520`, in whatever language the server speaks. */
function spilled({ message }: Notice): number | null {
  const size = /pgsql_tmp[^"»]*["»].*?(\d+)\s*$/.exec(message)?.[1];
  return size === undefined ? null : Number(size);
}
