import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Migration } from '../../src/model/migration.ts';
import { booksIn, catalogOf, emptyDatabase, major, replayed, withCopy, withoutBooks, type Books, type Expected } from './observe.ts';
import { readObserved, record, type Fate, type Observed, type Outcome } from './observed.ts';
import { runnerProject, type Ran, type RunnerProject, type Wish } from './project.ts';
import { installedTools, type Tool } from './tools.ts';

type Seen = { -readonly [K in keyof Observed]?: Observed[K] } & { alone?: Outcome; outside?: Outcome; after?: Outcome };

for (const tool of installedTools()) {
  describe(`${tool.title} (${tool.id}), the real one, on PostgreSQL ${String(major)}`, function () {
    this.timeout(300_000);
    const seen: Seen = {};
    let project: RunnerProject;
    /** Where the history was applied; every trial begins with a copy of it. */
    let applied: Awaited<ReturnType<typeof emptyDatabase>>;
    let history: Expected;
    let books: Books;

    before(async () => {
      project = runnerProject(tool);
      applied = await emptyDatabase();
      succeeded(await project.run(tool.up, applied.url));
      // Once more: nothing is left to do.
      succeeded(await project.run(tool.up, applied.url));
      const opened = await project.open();
      history = await replayed(opened, last(opened.folder.migrations));
      books = booksIn(await catalogOf(applied.url), history.catalog);
    });

    after(async () => {
      project.remove();
      await applied.drop();
    });

    it('leaves the catalog that replaying the history yields, beside its own tables', async () => {
      const { migrations, layout, problems } = (await project.open()).folder;
      assert.deepEqual(problems, []);
      assert.equal(history.error, null);
      assert.deepEqual(withoutBooks(await catalogOf(applied.url), books), history.catalog);
      const tables = books.tables.map((each) => each.replace(/^public\./, ''));
      assert.deepEqual(tables, layout.bookkeeping.filter((each) => tool.unneeded?.includes(each) !== true).sort());
      const ran = await ranIn(applied.url);
      assert.ok(ran.length > 1);
      assert.deepEqual(ran, migrations.map(({ id }) => id).filter((id) => ran.includes(id)));
      seen.books = tables;
    });

    if (Object.keys(tool.sorted).length > 0) it('runs migrations in the order in which Lockstep lists them, whatever their names', async () => {
      const others = runnerProject(tool);
      const database = await emptyDatabase();
      try {
        others.replace(tool.sorted);
        succeeded(await others.run(tool.up, database.url));
        // The first one makes the table in which the others write their names.
        assert.deepEqual(await ranIn(database.url), (await others.open()).folder.migrations.slice(1).map(({ id }) => id));
      } finally {
        others.remove();
        await database.drop();
      }
    });

    /** Adds migrations to a copy of the project, runs the tool on a copy of the database, and compares with what Lockstep makes of the last one. */
    async function tried(...wishes: readonly Wish[]): Promise<{ readonly ran: Ran; readonly tables: readonly string[] }> {
      const copy = runnerProject(tool);
      try {
        return await withCopy(applied.name, async (url) => {
          let ran: Ran = { ok: true, output: '' };
          let made: Migration | null = null;
          for (const [index, wish] of wishes.entries()) {
            succeeded(ran);
            made = await copy.add(`trial ${String(index + 1)}`, wish);
            ran = await copy.run(tool.up, url);
          }
          const opened = await copy.open();
          assert.ok(made !== null);
          const expected = await replayed(opened, made);
          const catalog = withoutBooks(await catalogOf(url), books);
          assert.equal(ran.ok, expected.ok, `${tool.title}: ${ran.output}\nLockstep: ${expected.error ?? 'no error'}`);
          assert.deepEqual(catalog, expected.catalog);
          return { ran, tables: Object.values(catalog).filter(({ kind }) => kind === 'table').map(({ name }) => name) };
        });
      } finally {
        copy.remove();
      }
    }

    const fate = (tables: readonly string[], name: string): Fate => (tables.includes(`public.${name}`) ? 'kept' : 'undone');

    it('runs what New Migration writes, and its own command runs the down', async () => {
      const copy = runnerProject(tool);
      try {
        await withCopy(applied.name, async (url) => {
          await copy.add('add notes', { up: ['CREATE TABLE notes (id int, body text)', body], down: ['DROP FUNCTION answer()', 'DROP TABLE notes'] });
          succeeded(await copy.run(tool.up, url));
          const catalog = await catalogOf(url);
          assert.ok('table public.notes' in catalog);
          assert.ok(Object.keys(catalog).some((key) => key.startsWith('function public.answer')));
          if (tool.down === null) seen.down = 'has none';
          else {
            succeeded(await copy.run(tool.down, url));
            assert.deepEqual(await catalogOf(url), await catalogOf(applied.url));
            seen.down = 'undone';
          }
        });
      } finally {
        copy.remove();
      }
    });

    it('does with a migration that fails what Lockstep says', async () => {
      const { ran, tables } = await tried({ up: failing });
      assert.ok(!ran.ok);
      seen.failed = fate(tables, 'first');
    });

    it('does with a migration that fails and asks for no transaction what Lockstep says', async () => {
      const { ran, tables } = await tried({ up: failing, transaction: 'none' });
      assert.ok(!ran.ok);
      seen.failedOutside = fate(tables, 'first');
    });

    it('runs CREATE INDEX CONCURRENTLY where Lockstep says so', async () => {
      const outcome = ({ ran }: { readonly ran: Ran }): Outcome => (ran.ok ? 'runs' : 'refused');
      seen.alone = outcome(await tried({ up: [concurrently] }));
      seen.outside = outcome(await tried({ up: [concurrently], transaction: 'none' }));
      seen.after = outcome(await tried({ up: ['CREATE TABLE first (id int)', concurrently], transaction: 'none' }));
    });

    it('keeps or undoes the migration before the one that fails', async () => {
      const copy = runnerProject(tool);
      try {
        await withCopy(applied.name, async (url) => {
          await copy.add('earlier', { up: ['CREATE TABLE earlier (id int)'], down: ['DROP TABLE earlier'] });
          await copy.add('failing', { up: failing });
          assert.ok(!(await copy.run(tool.together ?? tool.up, url)).ok);
          seen.earlier = 'table public.earlier' in (await catalogOf(url)) ? 'kept' : 'undone';
        });
      } finally {
        copy.remove();
      }
    });

    it('was seen to do what is written down', () => {
      const { alone, outside, after, books, down, failed, failedOutside, earlier } = seen;
      assert.ok(alone && outside && after && books && down && failed && failedOutside && earlier, 'an observation is missing');
      const observed: Observed = { tool: tool.title, layout: tool.layout, version: versionOf(tool), failed, failedOutside, earlier, concurrently: { alone, outside, after }, down, books };
      if (process.env['LOCKSTEP_RECORD'] === '1') record(tool.id, observed);
      const written = readObserved()[tool.id];
      // Debian, not this repository, decides which version of its programs is there.
      assert.deepEqual(observed, 'program' in tool.versioned ? { ...written, version: observed.version } : written);
    });
  });
}

const failing = ['CREATE TABLE first (id int)', 'SELECT 1 / 0'];
const concurrently = 'CREATE INDEX CONCURRENTLY orders_note ON orders (note)';
const body = "CREATE FUNCTION answer() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 'a;b';\n  RETURN 42;\nEND\n$$";

function succeeded({ ok, output }: Ran): void {
  assert.ok(ok, output);
}

function last(migrations: readonly Migration[]): Migration {
  const found = migrations.at(-1);
  assert.ok(found !== undefined);
  return found;
}

/** What the migrations wrote down themselves while they ran. */
async function ranIn(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>('SELECT name FROM ran ORDER BY id');
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

function versionOf({ versioned, packages }: Tool): string {
  if ('program' in versioned) return /\d[\d.]*\d/.exec(execFileSync(versioned.program, ['--version'], { encoding: 'utf8' }))?.[0] ?? '';
  const { version } = JSON.parse(readFileSync(join(packages, 'node_modules', versioned.package, 'package.json'), 'utf8')) as { version: string }; // Every package has one.
  return version;
}
