import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { ExplainReport } from '../../src/model/explanation.ts';
import { lockstep, workspace } from './run.ts';

const files = {
  'package.json': '{}',
  'lockstep.config.json': '{ "postgres": 16 }',
  'drizzle/meta/_journal.json': JSON.stringify({ dialect: 'postgresql', entries: [{ idx: 0, when: 1, tag: '0000_orders', breakpoints: true }, { idx: 1, when: 2, tag: '0001_index', breakpoints: true }] }),
  'drizzle/0000_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(8));',
  'drizzle/0001_index.sql': "SET LOCAL lock_timeout = '5s';\n--> statement-breakpoint\nCREATE INDEX orders_code ON orders (code);\n--> statement-breakpoint\nALTER TABLE orders ALTER COLUMN code TYPE varchar(4);\n--> statement-breakpoint\nVACUUM orders;\n--> statement-breakpoint\nCREAT TABLE x ();\n",
  'drizzle/0001_index.down.sql': 'DROP INDEX orders_code;',
};

describe('lockstep explain', () => {
  it('says what each statement locks, rewrites and reads, as JSON by its schema', async () => {
    const { path, remove } = workspace(files);
    const { code, stdout, stderr } = await lockstep(['explain', 'drizzle/0001_index.sql', '--json'], { cwd: path });
    assert.deepEqual([code, stderr], [0, '']);
    const report = JSON.parse(stdout) as ExplainReport;
    const schema = JSON.parse(readFileSync(new URL('../../docs/schemas/explanation.schema.json', import.meta.url), 'utf8')) as object;
    const ajv = new Ajv({ allErrors: true });
    assert.ok(ajv.validate(schema, report), ajv.errorsText());
    assert.deepEqual([report.postgres, report.scripts.map(({ migration, side, tool }) => [migration, side, tool])], [16, [['0001_index', 'up', 'Drizzle']]]);
    const [set, index, type, vacuum, broken] = report.scripts[0]?.statements ?? [];
    assert.deepEqual([set?.line, set?.locks], [1, []]);
    assert.deepEqual(index, {
      span: { start: 56, end: 97 }, line: 3, sql: 'CREATE INDEX orders_code ON orders (code)',
      locks: [{ relation: 'orders', mode: 'SHARE', blocks: 'writes', isNew: false }], furtherLocks: null,
      rewrite: { kind: 'no' }, scan: { kind: 'yes', reason: 'the whole table is read to build the index' },
      transaction: 'tool', outsideOnly: null, lockTimeout: '5s', canRunInTransaction: true, problem: null,
    });
    assert.deepEqual([type?.rewrite.kind, type?.locks[0]?.mode], ['depends', 'ACCESS EXCLUSIVE']);
    assert.deepEqual([vacuum?.canRunInTransaction, vacuum?.outsideOnly, vacuum?.transaction], [false, 'VACUUM', 'tool']);
    assert.match(broken?.problem ?? '', /syntax error at or near "CREAT"/);
    remove();
  });

  it('says it to people', async () => {
    const { path, remove } = workspace(files);
    const { stdout } = await lockstep(['explain', 'drizzle/0001_index.sql'], { cwd: path });
    assert.match(stdout, /0001_index\.sql \(up of 0001_index, Drizzle, PostgreSQL 16\)\n\nline 1 {2}SET LOCAL lock_timeout = '5s'\n {2}locks nothing that exists\n\nline 3 {2}CREATE INDEX orders_code ON orders \(code\)\n {2}SHARE on orders: blocks writes\n {2}scan: the whole table is read to build the index\n {2}lock_timeout 5s\n/);
    assert.match(stdout, /VACUUM cannot run in a transaction, and this script has one: it fails/);
    remove();
  });

  it('knows at the down what the up made, and takes SQL that is no migration', async () => {
    const { path, remove } = workspace({ ...files, 'notes/look.sql': 'LOCK TABLE orders;\n' });
    const down = await lockstep(['explain', 'drizzle/0001_index.down.sql'], { cwd: path });
    assert.match(down.stdout, /down of 0001_index[^]*ACCESS EXCLUSIVE on orders/);
    const { stdout } = await lockstep(['explain', 'notes/look.sql'], { cwd: path });
    assert.match(stdout, /\(no migration, PostgreSQL 16\)[^]*ACCESS EXCLUSIVE on orders: blocks reads and writes\n {2}no lock_timeout: it waits for its locks without end/);
    remove();
  });

  it('refuses what is no file, and more than one', async () => {
    const { path, remove } = workspace(files);
    for (const [words, said] of [[['drizzle'], /cannot be read as UTF-8 text/], [['none.sql'], /cannot be read/], [[], /explain takes one file, not 0/], [['a.sql', 'b.sql'], /takes one file, not 2/]] as const) {
      const { code, stderr } = await lockstep(['explain', ...words], { cwd: path });
      assert.equal(code, 2);
      assert.match(stderr, said);
    }
    remove();
  });
});
