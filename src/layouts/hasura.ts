import type { Migration } from '../model/migration.ts';
import { newPair } from './header.ts';
import type { FolderView, Layout, Listing } from './layout.ts';
import { compareNumbers, compareText, fileName, refuseAnywhere, refuseTaken } from './naming.ts';
import { at, unreadable, wholeFile } from './scripts.ts';

/** Hasura: `<milliseconds since 1970>_name/up.sql` with `down.sql` beside it, below `migrations/<database>`. */
export const hasura: Layout = {
  id: 'hasura',
  title: 'Hasura',
  files: /(^|\/)\d{13}_[^/]*\/(up|down)\.sql$/,
  separator: null,
  bookkeeping: ['hdb_catalog.schema_migrations'],
  detect: (folder) => (folder.files.some((file) => grammar.test(file)) ? 3 : 0),
  list,
  // The server runs each file in a transaction of its own, and nothing in a file says otherwise (hasura/graphql-engine#2939).
  read: (text) => wholeFile(text, { kind: 'transaction', tool: 'Hasura', optOut: null }),
  write: (_text, { sql }) => sql,
  refuseName: (name, folder) => refuseAnywhere(name) ?? refuseTaken(name, steps(folder)),
  next(request) {
    const { folder, name, now } = request;
    const description = fileName(name);
    const id = `${nextVersion(steps(folder).map(({ number }) => number), now)}_${description}`;
    return newPair({ facts: { id, name: description, now }, up: at(folder, `${id}/up.sql`), down: at(folder, `${id}/down.sql`), request });
  },
};

interface Step {
  readonly id: string;
  readonly number: string;
  readonly name: string;
}

const grammar = /^(?<id>(?<number>\d{13})_(?<name>[^/]*))\/(?:up|down)\.sql$/;

/** The folders of migrations in the order in which they run. */
function steps(folder: FolderView): readonly Step[] {
  const byId = new Map<string, Step>();
  for (const file of folder.files) {
    const { id, number, name } = grammar.exec(file)?.groups ?? {};
    if (id !== undefined && number !== undefined) byId.set(id, { id, number, name: name ?? '' });
  }
  return [...byId.values()].sort((a, b) => compareNumbers(a.number, b.number) || compareText(a.id, b.id));
}

function nextVersion(numbers: readonly string[], now: Date): string {
  const newest = numbers.at(-1) ?? '0';
  const wanted = String(now.getTime());
  return compareNumbers(wanted, newest) > 0 ? wanted : String(BigInt(newest) + 1n);
}

function list(folder: FolderView): Listing {
  const present = new Set(folder.files);
  const all = steps(folder);
  const migrations = all.filter(({ id }) => present.has(`${id}/up.sql`)).map(({ id, name }): Migration => ({
    id,
    name: name === '' ? id : name,
    up: { path: at(folder, `${id}/up.sql`) },
    down: present.has(`${id}/down.sql`) ? { path: at(folder, `${id}/down.sql`) } : null,
    downPath: at(folder, `${id}/down.sql`),
  }));
  const withoutUp = all.filter(({ id }) => !present.has(`${id}/up.sql`)).map(({ id }) => ({
    path: at(folder, `${id}/down.sql`), message: `${id} has no up.sql: its down.sql is a down without its up.`, next: 'Restore up.sql from version control, or remove the folder.',
  }));
  const twins = all.flatMap((step, index) => {
    const before = all[index - 1];
    return before?.number !== step.number ? [] : [{ path: at(folder, `${step.id}/up.sql`), message: `${before.id} and ${step.id} have the same version: Hasura tells migrations apart by it alone.`, next: 'Give the one that was merged later a version of its own.', renumber: at(folder, `${step.id}/up.sql`) }];
  });
  return { migrations, problems: [...withoutUp, ...twins, ...unreadable(folder, folder.files.filter((file) => grammar.test(file)))] };
}
