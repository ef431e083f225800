import type { Migration, Side } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import { newPair } from './header.ts';
import type { FolderView, Layout, Listing } from './layout.ts';
import { compareNumbers, compareText, fileName, nextNumber, refuseAnywhere, refuseTaken, timestampAfter } from './naming.ts';
import { at, unreadable, wholeFile } from './scripts.ts';

/**
 * golang-migrate: `VERSION_name.up.sql` with `VERSION_name.down.sql`; the version alone makes the pair. Each file is one message
 * to the server, unless the connection says `x-multi-statement=true`, which no file tells.
 */
export const golangMigrate: Layout = {
  id: 'golang-migrate',
  title: 'golang-migrate',
  files: /(^|\/)\d+_[^/]*\.(up|down)\.sql$/,
  separator: null,
  bookkeeping: ['schema_migrations'],
  detect(folder) {
    const numbered = folder.files.filter((file) => /^\d+[^/]*\.sql$/.test(file));
    const all = parts(folder);
    return all.some(({ side }) => side === 'up') && all.length === numbered.length ? 3 : 0;
  },
  list,
  read: (text) =>
    wholeFile(text, { kind: 'implicit', tool: 'golang-migrate', optOut: 'put the statement alone into a migration of its own: a single statement runs outside a transaction block' }),
  write: (_text, { sql }) => sql,
  refuseName: (name, folder) => refuseAnywhere(name) ?? refuseTaken(name, parts(folder)),
  next(request) {
    const { folder, name, now } = request;
    const description = fileName(name);
    const id = `${nextVersion(parts(folder).map(({ number }) => number), now)}_${description}`;
    return newPair({ facts: { id, name: description, now }, up: at(folder, `${id}.up.sql`), down: at(folder, `${id}.down.sql`), request });
  },
};

interface Part {
  readonly file: string;
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly side: Side;
}

const grammar = /^(?<id>(?<number>\d+)_(?<name>[^/]*))\.(?<side>up|down)\.sql$/;

function parts(folder: FolderView): readonly Part[] {
  return folder.files.flatMap((file) => {
    const { id, number, name, side } = grammar.exec(file)?.groups ?? {};
    return id === undefined || number === undefined ? [] : [{ file, id, number, name: name ?? '', side: side === 'down' ? 'down' as const : 'up' as const }];
  });
}

/** As `migrate create` counts: a timestamp, with `-seq` six digits; seconds since 1970 where the folder has them. */
function nextVersion(numbers: readonly string[], now: Date): string {
  const newest = numbers.toSorted(compareNumbers).at(-1);
  if (newest === undefined || newest.length >= 14) return timestampAfter(numbers, now);
  const seconds = String(Math.floor(now.getTime() / 1000));
  return newest.length === seconds.length && compareNumbers(seconds, newest) > 0 ? seconds : nextNumber(numbers);
}

function list(folder: FolderView): Listing {
  const all = [...parts(folder)].sort((a, b) => compareNumbers(a.number, b.number) || compareText(a.file, b.file));
  const sides: Record<Side, Map<string, Part>> = { up: new Map(), down: new Map() };
  const problems: ProjectProblem[] = [];
  for (const part of all) {
    const twin = sides[part.side].get(version(part));
    if (twin === undefined) sides[part.side].set(version(part), part);
    else problems.push({ ...(part.side === 'up' ? { renumber: at(folder, part.file) } : {}), path: at(folder, part.file), message: `${twin.file} and ${part.file} are both the ${part.side} of version ${version(part)}: golang-migrate refuses the whole folder.`, next: 'Give the one that was merged later a version of its own, in both of its files.' });
  }
  const migrations = all.filter(({ side }) => side === 'up').map((up): Migration => {
    const down = downFor(up, all);
    return { id: up.id, name: up.name === '' ? up.id : up.name, up: { path: at(folder, up.file) }, down: down === undefined ? null : { path: at(folder, down.file) }, downPath: at(folder, down?.file ?? `${up.id}.down.sql`) };
  });
  const orphans = [...sides.down.values()].filter((down) => !sides.up.has(version(down))).map((down) => ({
    path: at(folder, down.file), message: `${down.file} is a down without its up.`, next: `Add ${down.id}.up.sql, or rename this file to the version that it belongs to.`,
  }));
  return { migrations, problems: [...problems, ...orphans, ...unreadable(folder, all.map(({ file }) => file))] };
}

/** The down of its version. Where two ups share one after a merge, each has the down of its own name. */
function downFor(up: Part, all: readonly Part[]): Part | undefined {
  const same = all.filter((part) => version(part) === version(up));
  const downs = same.filter(({ side }) => side === 'down');
  return downs.find(({ id }) => id === up.id) ?? (same.filter(({ side }) => side === 'up').length === 1 ? downs[0] : undefined);
}

/** `0001` and `1` are one version. */
function version({ number }: Part): string {
  return BigInt(number).toString();
}
