import { drizzle } from '../layouts/drizzle.ts';
import { parseScript } from '../sql/script.ts';
import { findKit } from './drizzle-kit.ts';
import { drizzleConfig } from './neighbours.ts';
import { join, parent } from './paths.ts';
import type { Ports } from './ports.ts';
import type { Located } from './project.ts';

/** drizzle-kit is loaded and compares two snapshots, which takes about a second. */
const timeout = 20_000;

/** What drizzle-kit itself would do to get from a migration's snapshot back to the one before. */
export interface SwappedSnapshots {
  /** Numbers of the two snapshots. */
  readonly from: string;
  readonly to: string;
  readonly statements: readonly string[];
}

/**
 * The statements of the workspace's own drizzle-kit, or null: where the folder is no Drizzle's, where drizzle-kit or a snapshot
 * is missing, where it has a question to ask, and where a statement says CASCADE, which would take along what came later.
 */
export async function swappedSnapshots({ files, processes }: Pick<Ports, 'files' | 'processes'>, { folder, migration }: Located, signal: AbortSignal): Promise<SwappedSnapshots | null> {
  const previous = folder.migrations[folder.migrations.findIndex((each) => each.id === migration.id) - 1];
  const config = folder.layout === drizzle && previous !== undefined ? await drizzleConfig(files, folder.path) : null;
  if (previous === undefined || config === null) return null;
  const cwd = parent(config.path);
  const kit = await findKit(files, cwd).catch(() => null);
  const [from, to] = [migration.id, previous.id].map((id) => id.slice(0, id.indexOf('_')));
  const paths = [from, to].map((number) => join(folder.path, `meta/${number ?? ''}_snapshot.json`));
  if (kit === null || from === undefined || to === undefined || !(await Promise.all(paths.map((path) => files.exists(path)))).every(Boolean)) return null;
  const result = await processes.run({ file: 'node', args: ['-e', script, join(parent(kit), 'api.js'), ...paths], cwd, timeout, signal });
  const statements = result.exitCode === 0 ? read(result.stdout) : [];
  return statements.length === 0 || statements.some(isCascade) ? null : { from, to, statements };
}

const mark = 'lockstep-statements:';

const script = `const [api, from, to] = process.argv.slice(1);
const { readFileSync } = require('node:fs');
const snapshot = (path) => JSON.parse(readFileSync(path, 'utf8'));
require(api).generateMigration(snapshot(from), snapshot(to)).then((statements) => { process.stdout.write('\\n${mark}' + JSON.stringify(statements)); }, () => { process.exitCode = 1; });`;

/** Whatever else drizzle-kit prints stands before. */
function read(stdout: string): readonly string[] {
  const at = stdout.lastIndexOf(mark);
  if (at < 0) return [];
  const value: unknown = JSON.parse(stdout.slice(at + mark.length));
  const texts = Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  return texts.flatMap((text) => parseScript(text).statements.map(({ statement }) => statement.text));
}

function isCascade(sql: string): boolean {
  return parseScript(sql).statements.some(({ statement: { kind, node } }) => kind === 'SyntaxError' || (kind === 'DropStmt' && node['behavior'] === 'DROP_CASCADE'));
}

interface SwappedWriting {
  readonly header: string;
  readonly opening: readonly string[];
  /** What is lost all the same. */
  readonly reasons: readonly string[];
}

/** Its statements as a file, with what the catalog's own inverses say of losses, because these lose the same. */
export function writeSwapped({ statements, from, to }: SwappedSnapshots, { header, opening, reasons }: SwappedWriting): string {
  const comments = [`-- drizzle-kit's own statements from its snapshot ${from} back to ${to}`, ...reasons.map((reason) => `-- irreversible: ${reason.replaceAll(/\s+/g, ' ')}`)];
  return `${header}${comments.join('\n')}\n${[...opening, ...statements].map((sql) => `${sql};`).join(`\n${drizzle.separator ?? ''}\n`)}\n`;
}
