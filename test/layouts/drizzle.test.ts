import assert from 'node:assert/strict';
import { drizzle } from '../../src/layouts/drizzle.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { folderOf } from './folder.ts';

const journal = (...entries: readonly (readonly [number, string, number])[]): string =>
  JSON.stringify({ version: '7', dialect: 'postgresql', entries: entries.map(([idx, tag, when]) => ({ idx, version: '7', when, tag, breakpoints: true })) });

const healthy = {
  'meta/_journal.json': journal([0, '0000_init', 1], [1, '0001_add_users', 2]),
  'meta/0000_snapshot.json': '{}',
  'meta/0001_snapshot.json': '{}',
  '0000_init.sql': 'select 1;',
  '0000_init.down.sql': 'select 2;',
  '0001_add_users.sql': 'select 3;',
};

const messages = (texts: Readonly<Record<string, string | null>>): readonly string[] => drizzle.list(folderOf(texts)).problems.map((problem) => problem.message);

describe('Drizzle', () => {
  it('lists what the journal names, with the down beside it', () => {
    const { migrations, problems } = drizzle.list(folderOf(healthy));
    assert.deepEqual(problems, []);
    assert.deepEqual(migrations.map(({ id, name, down, downPath }) => [id, name, down !== null, downPath]), [
      ['0000_init', 'init', true, '/repo/db/migrations/0000_init.down.sql'],
      ['0001_add_users', 'add_users', false, '/repo/db/migrations/0001_add_users.down.sql'],
    ]);
  });

  it('runs everything in one transaction, without a way out', () => {
    assert.deepEqual(drizzle.read('', { path: '/db/0001_a.sql', id: '0001_a', side: 'up', config: defaultConfig })?.mode, { kind: 'transaction', tool: 'Drizzle', optOut: null });
  });

  it('keeps the order of the journal, not of the names', () => {
    const texts = { 'meta/_journal.json': journal([0, '0001_b', 1], [1, '0000_a', 2]), '0001_b.sql': '', '0000_a.sql': '', 'meta/0000_snapshot.json': '' };
    assert.deepEqual(drizzle.list(folderOf(texts)).migrations.map(({ id }) => id), ['0001_b', '0000_a']);
  });

  it('leaves journals of other databases alone', () => {
    assert.ok(drizzle.detect(folderOf(healthy)) > 0);
    assert.equal(drizzle.detect(folderOf({ 'meta/_journal.json': '{"dialect":"sqlite","entries":[]}' })), 0);
    assert.equal(drizzle.detect(folderOf({ '0000_init.sql': '' })), 0);
  });

  const brokenJournals: readonly (readonly [string, string | null, RegExp])[] = [
    ['not JSON', '{"entries": [', /not valid JSON/],
    ['conflict markers', '{"entries": [\n<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n]}', /merge-conflict markers \(line 2\)/],
    ['no entries', '{"dialect":"postgresql"}', /no list of entries/],
    ['binary', null, /missing or is not UTF-8/],
  ];
  for (const [title, text, expected] of brokenJournals) {
    it(`goes on with the files when the journal is ${title}`, () => {
      const { migrations, problems } = drizzle.list(folderOf({ ...healthy, 'meta/_journal.json': text }));
      assert.deepEqual(migrations.map(({ id }) => id), ['0000_init', '0001_add_users']);
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.message ?? '', expected);
      assert.notEqual(problems[0]?.next, '');
    });
  }

  it('names an entry without its file, a file without its entry, a lost snapshot and a down without its up', () => {
    const texts = { 'meta/_journal.json': journal([0, '0000_init', 1], [1, '0001_gone', 2]), '0000_init.sql': '', '0002_extra.sql': '', '0009_odd.down.sql': '' };
    assert.deepEqual(messages(texts), [
      'Drizzle’s journal names 0001_gone, but 0001_gone.sql is missing: every run of the migrations fails.',
      '0002_extra.sql is not in Drizzle’s journal: Drizzle will never run it.',
      'The snapshot of 0001_gone is missing: the next `drizzle-kit generate` would repeat its changes.',
      '0009_odd.down.sql is a down without its up.',
    ]);
  });

  it('names entries that Drizzle would skip or that a merge doubled', () => {
    const texts = { 'meta/_journal.json': journal([0, '0000_a', 5], [1, '0001_b', 3], [1, '0001_c', 9], [3, '0000_a', 10]), '0000_a.sql': '', '0001_b.sql': '', '0001_c.sql': '', 'meta/0000_snapshot.json': '' };
    assert.deepEqual(messages(texts), [
      '0001_b is dated before 0000_a: a database that already ran 0000_a skips it without a word.',
      'Drizzle’s journal names 0000_a twice.',
    ]);
  });

  it('refuses tags that would leave the folder', () => {
    const text = '{"dialect":"postgresql","entries":[{"idx":0,"when":1,"tag":"../../etc/passwd"}]}';
    const { migrations, problems } = drizzle.list(folderOf({ 'meta/_journal.json': text }));
    assert.deepEqual(migrations, []);
    assert.match(problems[0]?.message ?? '', /Entry 1 of Drizzle’s journal names .*, which is no file of this folder/);
  });

  it('expects the number that drizzle-kit is going to give', () => {
    const now = new Date('2026-11-20T18:30:05Z');
    const made = drizzle.next({ folder: folderOf(healthy), name: 'add orders', now, config: defaultConfig });
    assert.deepEqual([made.id, made.upByTool], ['0002_add_orders', true]);
    const dated = { 'meta/_journal.json': journal([0, '20260101000000_a', 1]) };
    assert.equal(drizzle.next({ folder: folderOf(dated), name: 'b', now, config: defaultConfig }).id, '20261120183005_b');
  });
});
