import { drizzle1 } from '../layouts/drizzle-1.ts';
import { drizzle } from '../layouts/drizzle.ts';
import { isRecord } from '../model/record.ts';
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
  /** What the two snapshots are called: numbers, or in Drizzle 1.0 folders. */
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
  const { layout, path } = folder;
  if (previous === undefined || (layout !== drizzle && layout !== drizzle1)) return null;
  const config = await drizzleConfig(files, path);
  const kit = config === null ? null : await findKit(files, parent(config.path)).catch(() => null);
  if (config === null || kit === null) return null;
  const [program, api, ...names] = layout === drizzle ? [journalled, 'api.js', prefixOf(migration.id), prefixOf(previous.id)] : [foldered, 'api-postgres.js', migration.id];
  const result = await processes.run({ file: 'node', args: ['-e', program, join(parent(kit), api), path, ...names], cwd: parent(config.path), timeout, signal });
  const swapped = result.exitCode === 0 ? read(result.stdout) : null;
  return swapped === null || swapped.statements.length === 0 || swapped.statements.some(isCascade) ? null : { from: names[0] ?? '', ...swapped };
}

const mark = 'lockstep-statements:';

const opening = `const [api, folder, from, to] = process.argv.slice(1);
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { generateMigration, reconstruct } = require(api);
const read = (path) => JSON.parse(readFileSync(folder + '/' + path, 'utf8'));
const told = (to, statements) => process.stdout.write('\\n${mark}' + JSON.stringify({ to, statements }));
`;

/** drizzle-kit 0.x: each snapshot is the whole schema. */
const journalled = `${opening}const [now, then] = [from, to].map((number) => read('meta/' + number + '_snapshot.json'));
generateMigration(now, then).then((statements) => told(to, statements), () => { process.exitCode = 1; });`;

/**
 * drizzle-kit 1.0: a snapshot is the difference to the one that it names as the one before, and drizzle-kit puts the schema together from
 * all of them. Where something was renamed it would have to be told so, and ends; a merge has several before it, and none of them is the way back.
 */
const foldered = `${opening}const files = Object.fromEntries(readdirSync(folder).filter((id) => existsSync(folder + '/' + id + '/snapshot.json')).map((id) => [id, read(id + '/snapshot.json')]));
const { prevIds = [] } = files[from];
const [before] = Object.keys(files).filter((id) => prevIds.length === 1 && files[id].id === prevIds[0]);
const stateOf = async (id) => (reconstruct === undefined ? files[id] : reconstruct(files, files[id].id));
if (before === undefined) process.exitCode = 1;
else Promise.all([stateOf(from), stateOf(before)]).then(([now, then]) => generateMigration(now, then)).then((statements) => told(before, statements)).catch(() => { process.exitCode = 1; });`;

function prefixOf(id: string): string {
  return id.slice(0, id.indexOf('_'));
}

/** Whatever else drizzle-kit prints stands before. */
function read(stdout: string): Pick<SwappedSnapshots, 'to' | 'statements'> | null {
  const at = stdout.lastIndexOf(mark);
  const value: unknown = at < 0 ? null : JSON.parse(stdout.slice(at + mark.length));
  if (!isRecord(value) || typeof value['to'] !== 'string' || !Array.isArray(value['statements'])) return null;
  const texts = value['statements'].filter((each) => typeof each === 'string');
  return { to: value['to'], statements: texts.flatMap((text) => parseScript(text).statements.map(({ statement }) => statement.text)) };
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
