import assert from 'node:assert/strict';
import { detectLayout } from '../../src/layouts/detect.ts';
import { supabase } from '../../src/layouts/supabase.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { folderOf } from './folder.ts';
import { readSide } from './reading.ts';

const path = '/repo/supabase/migrations';

describe('Supabase', () => {
  it('is recognised by its folder, unless a marker says otherwise', () => {
    const id = (texts: Readonly<Record<string, string>>, at = path): string | undefined => detectLayout(folderOf(texts, at))?.id;
    assert.equal(id({ '20240101000000_a.sql': '' }), 'supabase');
    assert.equal(id({ '20240101000000_a.sql': '' }, '/repo/db/migrations'), 'plain');
    assert.equal(id({ '20240101000000_a.sql': '', 'meta/_journal.json': '{"dialect":"postgresql","entries":[]}' }), 'drizzle');
  });

  it('orders by the name as a text, with our downs in a folder that its command line passes over', () => {
    const { migrations, problems } = supabase.list(folderOf({ '9_a.sql': '', '10_b.sql': '', 'down/10_b.sql': '', 'down/11_c.sql': '', '10_d.sql': '', 'seed.sql': '' }, path));
    assert.deepEqual(migrations.map(({ id, down, downPath }) => [id, down !== null, downPath]), [
      ['10_b', true, `${path}/down/10_b.sql`],
      ['10_d', false, `${path}/down/10_d.sql`],
      ['9_a', false, `${path}/down/9_a.sql`],
    ]);
    assert.deepEqual(problems.map(({ message }) => message), [
      '10_b.sql and 10_d.sql have the same version: Supabase runs the second one and then fails, because its version is recorded already.',
      'down/11_c.sql is a down without its up.',
      'seed.sql is no <timestamp>_name.sql: Supabase passes over it.',
    ]);
  });

  it('runs a file in one transaction, but for what it knows to need none', () => {
    const kind = (text: string): string | undefined => readSide(supabase, text, 'up')?.mode.kind;
    assert.equal(kind('CREATE TABLE a ();\nSELECT 1;'), 'transaction');
    for (const text of ['SELECT 1;\n-- now\ncreate unique index\n concurrently i ON a (id);', 'DROP INDEX CONCURRENTLY i;', 'REINDEX (VERBOSE) TABLE CONCURRENTLY a;', 'VACUUM (FULL) a;', "ALTER SYSTEM SET work_mem = '5MB';", 'CLUSTER;']) {
      assert.equal(kind(text), 'autocommit', text);
    }
    // It does not see through a comment between the words, and neither do words in a body count.
    for (const text of ['CREATE /* x */ INDEX CONCURRENTLY i ON a (id);', "SELECT 'VACUUM;\nVACUUM';", 'CREATE TABLE vacuum_log ();']) assert.equal(kind(text), 'transaction', text);
  });

  it('writes both files of the next migration', () => {
    const made = supabase.next({ folder: folderOf({}, path), name: 'add orders', now: new Date('2026-11-20T18:30:05Z'), config: defaultConfig });
    assert.deepEqual([made.up.path, made.down?.path], [`${path}/20261120183005_add_orders.sql`, `${path}/down/20261120183005_add_orders.sql`]);
  });
});
