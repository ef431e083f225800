import assert from 'node:assert/strict';
import { inReverse } from '../../src/down/generate.ts';
import { writeDown } from '../../src/down/write.ts';
import { exact, nothing } from '../../src/down/inverse.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';
import { catalog, inverseOf, object, step } from './support.ts';

const table = object('table', 'public.orders', 'CREATE TABLE public.orders ()');
const id = object('column', 'public.orders.id', 'id bigint NOT NULL', 'public.orders');
const note = object('column', 'public.orders.note', `note text DEFAULT 'x; y'::text;\nCOMMENT ON COLUMN public.orders.note IS 'a;b'`, 'public.orders');
const key = object('constraint', 'public.orders.orders_pkey', 'CONSTRAINT orders_pkey PRIMARY KEY (id)', 'public.orders');
const index = object('index', 'public.orders_note', 'CREATE INDEX orders_note ON public.orders USING btree (note)', 'public.orders');
const view = object('view', 'public.notes', 'CREATE VIEW public.notes AS\n SELECT note\n   FROM public.orders');
const above = object('view', 'public.all_notes', 'CREATE VIEW public.all_notes AS\n SELECT note\n   FROM public.notes');

describe('the inverse of a statement', () => {
  before(loadParser);

  it('drops what came, with everything that goes along, in the right order', () => {
    const made = step('CREATE TABLE orders (…)', catalog(), catalog(table, id, note, key, index, view, above));
    assert.deepEqual(inverseOf(made), exact('DROP VIEW IF EXISTS public.all_notes', 'DROP VIEW IF EXISTS public.notes', 'DROP TABLE IF EXISTS public.orders'));
  });

  it('makes a table again with its columns and keys, and says that its rows are gone', () => {
    const inverse = inverseOf(step('DROP TABLE orders', catalog(table, id, note, key, index), catalog()));
    assert.equal(inverse.kind, 'lossy');
    assert.deepEqual(inverse, {
      kind: 'lossy',
      reason: 'The rows of public.orders are gone.',
      statements: [
        `CREATE TABLE public.orders (\n  id bigint NOT NULL,\n  note text DEFAULT 'x; y'::text,\n  CONSTRAINT orders_pkey PRIMARY KEY (id)\n)`,
        `COMMENT ON COLUMN public.orders.note IS 'a;b'`,
        'CREATE INDEX orders_note ON public.orders USING btree (note)',
      ],
    });
  });

  it('gives rows a placeholder in a column that comes back NOT NULL', () => {
    const inverse = inverseOf(step('ALTER TABLE orders DROP COLUMN id', catalog(table, id), catalog(table)));
    assert.deepEqual(inverse.kind === 'lossy' ? inverse.statements : [], ['ALTER TABLE public.orders ADD COLUMN id bigint DEFAULT 0 NOT NULL', 'ALTER TABLE public.orders ALTER COLUMN id DROP DEFAULT']);
  });

  it('builds and drops indexes CONCURRENTLY where the down runs outside a transaction', () => {
    const drop = step('DROP INDEX CONCURRENTLY orders_note', catalog(table, note, index), catalog(table, note));
    assert.deepEqual(inverseOf(drop, { mode: 'outside' }), exact('CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_note ON public.orders USING btree (note)'));
    const create = step('CREATE INDEX CONCURRENTLY orders_note ON orders (note)', catalog(table, note), catalog(table, note, index));
    assert.deepEqual(inverseOf(create, { mode: 'outside' }), exact('DROP INDEX CONCURRENTLY IF EXISTS public.orders_note'));
  });

  for (const [sql, back] of [
    ['ALTER TABLE public.orders RENAME COLUMN note TO "Remark"', 'ALTER TABLE public.orders RENAME COLUMN "Remark" TO note'],
    ['ALTER TABLE IF EXISTS ONLY public.orders RENAME TO purchases', 'ALTER TABLE IF EXISTS ONLY public.purchases RENAME TO orders'],
    ['ALTER MATERIALIZED VIEW a.b RENAME TO c', 'ALTER MATERIALIZED VIEW a.c RENAME TO b'],
    ['ALTER FUNCTION f(int, text) RENAME TO g', 'ALTER FUNCTION g(int, text) RENAME TO f'],
    [`ALTER TYPE mood RENAME VALUE 'it''s' TO 'is'`, `ALTER TYPE mood RENAME VALUE 'is' TO 'it''s'`],
    ['ALTER TRIGGER a ON public.orders RENAME TO b', 'ALTER TRIGGER b ON public.orders RENAME TO a'],
    ['ALTER TABLE orders SET SCHEMA side', 'ALTER TABLE side.orders SET SCHEMA public'],
  ] as const) {
    it(`renames back: ${sql}`, () => assert.deepEqual(inverseOf(step(sql, catalog(table), catalog())), exact(back)));
  }

  it('deletes the rows that INSERT added, by their key', () => {
    const here = catalog(table, id, note, key);
    assert.deepEqual(inverseOf(step(`INSERT INTO orders (note, id) VALUES ('a, (b)', 1), (lower('C'), 2)`, here, here)), exact('DELETE FROM public.orders WHERE id IN (1, 2)'));
    for (const sql of [`INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING`, `INSERT INTO orders (note) VALUES ('x')`, 'INSERT INTO orders (id) SELECT 1', 'INSERT INTO orders (id) VALUES (random())']) {
      assert.equal(inverseOf(step(sql, here, here)).kind, 'lossy', sql);
    }
  });

  it('leaves alone what happens to rows of tables and columns that the up itself made', () => {
    const [none, bare, full] = [catalog(), catalog(table, id), catalog(table, id, note)];
    const addsNote = step('ALTER TABLE orders ADD COLUMN note text', bare, full);
    assert.deepEqual(inverseOf(step(`UPDATE orders SET note = 'x'`, full, full), { earlier: [addsNote] }), nothing);
    assert.equal(inverseOf(step(`UPDATE orders SET note = 'x', id = 2`, full, full), { earlier: [addsNote] }).kind, 'lossy');
    assert.deepEqual(inverseOf(step('DELETE FROM orders', bare, bare), { earlier: [step('CREATE TABLE orders (id bigint)', none, bare)] }), nothing);
    // A table that was only renamed has rows of its own.
    assert.equal(inverseOf(step('DELETE FROM orders', bare, bare), { earlier: [step('ALTER TABLE x RENAME TO orders', none, bare)] }).kind, 'lossy');
  });

  it('never takes silence for proof: what no snapshot holds is impossible unless its words say how to undo it', () => {
    const same = catalog(table);
    const kindOf = (sql: string): string => inverseOf(step(sql, same, same)).kind;
    for (const sql of ['ALTER SYSTEM SET work_mem = 1', `SECURITY LABEL ON TABLE orders IS 'x'`, `ALTER ROLE x PASSWORD 'y'`, `ALTER USER MAPPING FOR x SERVER y OPTIONS (SET password 'z')`, `ALTER SUBSCRIPTION x CONNECTION 'host=y'`, 'ALTER DATABASE other SET work_mem = 1']) assert.equal(kindOf(sql), 'impossible', sql);
    for (const sql of ['SET search_path = x', 'VACUUM', 'CREATE TABLE IF NOT EXISTS orders (id int)', 'DROP VIEW IF EXISTS v', 'SELECT 1', 'DROP COLLATION IF EXISTS x']) assert.deepEqual(inverseOf(step(sql, same, same)), nothing, sql);
    for (const sql of ['SELECT lo_unlink(1)', 'ALTER SUBSCRIPTION x REFRESH PUBLICATION', 'ALTER SUBSCRIPTION x ADD PUBLICATION y', 'ALTER COLLATION x REFRESH VERSION', 'EXECUTE q', 'ALTER SEQUENCE s RESTART', `SELECT setval('s', 1)`]) assert.equal(kindOf(sql), 'lossy', sql);
    assert.deepEqual(inverseOf(step('CREATE DATABASE "A b"', same, same)), exact('DROP DATABASE IF EXISTS "A b"'));
    assert.deepEqual(inverseOf(step('ALTER EXTENSION citext ADD FUNCTION f(int)', same, same)), exact('ALTER EXTENSION citext DROP FUNCTION f(int)'));
  });

  it('drops a subscription without reaching its publisher, and never makes one whose connection it does not know', () => {
    const news = object('subscription', 'news', `CREATE SUBSCRIPTION news CONNECTION '(not read)' PUBLICATION p WITH (connect = false, enabled = true, slot_name = 'news')`);
    const other = object('subscription', 'news', `CREATE SUBSCRIPTION news CONNECTION '(not read)' PUBLICATION p, q WITH (connect = false, enabled = false, slot_name = 'news')`);
    assert.deepEqual(inverseOf(step('CREATE SUBSCRIPTION news …', catalog(), catalog(news))), exact('ALTER SUBSCRIPTION news DISABLE', 'ALTER SUBSCRIPTION news SET (slot_name = NONE)', 'DROP SUBSCRIPTION IF EXISTS news'));
    assert.deepEqual(inverseOf(step('ALTER SUBSCRIPTION news …', catalog(news), catalog(other))), exact('ALTER SUBSCRIPTION news SET PUBLICATION p WITH (refresh = false)', 'ALTER SUBSCRIPTION news ENABLE'));
    const dropped = inverseOf(step('DROP SUBSCRIPTION news', catalog(news), catalog()));
    assert.deepEqual(dropped.kind === 'lossy' ? dropped.statements : null, []);
  });

  it('takes EXECUTE for what was prepared', () => {
    const here = catalog(table, id, note, key);
    const prepared = step(`PREPARE q AS UPDATE orders SET note = 'x'`, here, here);
    assert.equal(inverseOf(step('EXECUTE q', here, here), { earlier: [prepared] }).kind, 'lossy');
    assert.deepEqual(inverseOf(step('EXECUTE r', here, here), { earlier: [prepared, step('PREPARE r AS SELECT 1', here, here)] }), nothing);
  });
});

describe('a generated down as a file', () => {
  before(loadParser);

  const undone = (sql: string): Parameters<typeof inReverse>[0] => parseScript(sql).statements.map((placed) => ({ placed, inverse: inverseFor(placed.statement.text), remains: [] }));
  const inverseFor = (text: string): ReturnType<typeof exact> => (text === 'BEGIN' ? exact('COMMIT') : text === 'COMMIT' ? exact('BEGIN') : exact(`-${text}`));

  it('runs backwards, and leaves out what a ROLLBACK of the up took back', () => {
    const order = inReverse(undone('BEGIN; A; COMMIT; B; BEGIN; C; ROLLBACK; D')).flatMap(({ inverse }) => (inverse.kind === 'exact' ? inverse.statements : []));
    assert.deepEqual(order, ['-D', '-B', 'BEGIN', '-A', 'COMMIT']);
  });

  it('puts the separator of its tool between statements, reasons on one line, and nothing where nothing is undone', () => {
    const [first, second, third] = parseScript('DROP TABLE a; UPDATE b SET c = 1; SET x = 1').statements;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const text = writeDown(
      [
        { placed: first, inverse: { kind: 'lossy', statements: ['CREATE TABLE a ()', 'GRANT SELECT ON a TO b'], reason: 'Rows\nare gone.' }, remains: [] },
        { placed: second, inverse: { kind: 'impossible', reason: 'Values are gone.' }, remains: [] },
        { placed: third, inverse: nothing, remains: [] },
      ],
      { header: '-- Rollback\n\n', separator: '--> statement-breakpoint', opening: [`SET LOCAL lock_timeout = '5s'`] },
    );
    assert.equal(text, `-- Rollback

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint

-- Undoes: UPDATE b SET c = 1
-- irreversible: Values are gone.

-- Undoes: DROP TABLE a
-- irreversible: Rows are gone.
CREATE TABLE a ();
--> statement-breakpoint
GRANT SELECT ON a TO b;
`);
  });
});
