import { readSizes } from '../dryrun/observe/sizes.ts';
import { openServerSession } from '../dryrun/targets/server.ts';
import { DatabaseError } from '../dryrun/targets/target.ts';
import { UserError } from '../model/errors.ts';
import { isRecord } from '../model/record.ts';
import type { TableSize, TableSizes } from '../model/trace.ts';
import type { FilePort, SecretPort } from './ports.ts';

/** Sizes of a server's tables, captured to be read by later dry runs: no row, no name of a server. */
export interface CapturedStats {
  readonly version: 1;
  /** ISO 8601. */
  readonly capturedAt: string;
  readonly serverVersion: string;
  readonly tables: Readonly<Record<string, TableSize>>;
}

export const statsFile = 'lockstep.stats.json';

export interface CaptureRequest {
  /** The environment variable or secret that holds the connection. */
  readonly variable: string;
  readonly signal: AbortSignal;
}

/** Reads the sizes of a server's tables in one read-only transaction. Rejects with a UserError when the server cannot be had. */
export async function captureStats({ secrets, now }: { readonly secrets: SecretPort; readonly now: () => Date }, { variable, signal }: CaptureRequest): Promise<CapturedStats> {
  const url = await secrets.read(variable);
  if (url === null) throw new UserError('target-failed', `${variable} is not set.`, `Set it to the connection of the server: ${variable}=postgres://…; in VS Code, “Lockstep: Set the Connection of the Server Target” keeps it as a secret. A role that may only connect is enough.`);
  const session = await openServerSession({ url, statementTimeout: captureTimeout, signal });
  try {
    await session.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY');
    return { version: 1, capturedAt: now().toISOString(), serverVersion: session.serverVersion, tables: await readSizes(session) };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new UserError('target-failed', `The sizes cannot be read: ${error.message} (${error.sqlstate}).`, error.sqlstate === '55P03' ? 'Somebody holds a table exclusively. Try again when that is done.' : 'Use a role that may read the catalog.');
  } finally {
    await session.close();
  }
}

const captureTimeout = 60_000;

/** Writes what was captured where dry runs of the project look for it, and returns the path. */
export async function keepStats(files: FilePort, root: string, stats: CapturedStats): Promise<string> {
  const path = `${root}/${statsFile}`;
  await files.write(path, statsText(stats), (await files.exists(path)) ? 'replace' : 'create');
  return path;
}

/** One line for each table, so that a later capture is a readable difference. */
export function statsText({ tables, ...head }: CapturedStats): string {
  const lines = Object.entries(tables).map(([name, size]) => `    ${JSON.stringify(name)}: ${JSON.stringify(size)}`);
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "tables": {\n${lines.join(',\n')}\n  }\n}\n`;
}

/** The sizes that a project keeps; null without the file. Throws `config-invalid` when it is not what `lockstep stats` writes. */
export async function readStats(files: FilePort, root: string): Promise<TableSizes | null> {
  const path = `${root}/${statsFile}`;
  const text = await files.read(path);
  if (text === null) return null;
  const stats = parsed(text);
  if (stats === null) throw new UserError('config-invalid', `${path} is not what "lockstep stats --write" writes.`, 'Capture the sizes again, or remove the file.');
  return { source: statsFile, capturedAt: stats.capturedAt, tables: stats.tables };
}

function parsed(text: string): CapturedStats | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || value['version'] !== 1 || typeof value['capturedAt'] !== 'string' || !isRecord(value['tables'])) return null;
    if (!Object.values(value['tables']).every(isSize)) return null;
    return value as unknown as CapturedStats; // Each field that is read has just been looked at.
  } catch {
    return null;
  }
}

function isSize(value: unknown): value is TableSize {
  return isRecord(value) && ['rows', 'bytes', 'indexBytes'].every((key) => typeof value[key] === 'number' && value[key] >= 0);
}
