import assert from 'node:assert/strict';
import { pastOf } from '../../src/analysis/known-schema.ts';
import { lockWindows } from '../../src/analysis/lock-windows.ts';
import { defaultConfig } from '../../src/model/config.ts';
import type { Side, TransactionMode } from '../../src/model/migration.ts';
import type { KnownTable } from '../../src/sql/known-table.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';

before(loadParser);

describe('what a history tells of a table', () => {
  it('has its columns: what they hold, and what fills them', () => {
    const { columns } = told(`
      CREATE TABLE t (id bigserial PRIMARY KEY, a int NOT NULL DEFAULT 1, b text, c int GENERATED ALWAYS AS IDENTITY, d int GENERATED ALWAYS AS (a + 1) STORED);
      ALTER TABLE t ADD COLUMN e text DEFAULT NULL, ALTER COLUMN b SET DEFAULT 'x', ALTER COLUMN b SET NOT NULL, ALTER COLUMN a DROP DEFAULT;
      ALTER TABLE t ALTER COLUMN a DROP NOT NULL, ALTER COLUMN a TYPE bigint;
      ALTER TABLE t RENAME COLUMN b TO title;`);
    assert.deepEqual(
      columns.map(({ name, type, notNull, filled }) => [name, type?.name, notNull, filled]),
      [['id', 'bigserial', true, 'default'], ['a', 'int8', false, null], ['title', 'text', true, 'default'], ['c', 'int4', true, 'identity'], ['d', 'int4', false, 'generated'], ['e', 'text', false, null]],
    );
  });

  it('has its constraints under the names that PostgreSQL gives, and their indexes', () => {
    const table = told(`
      CREATE TABLE p (id bigint PRIMARY KEY);
      CREATE TABLE t (id bigint PRIMARY KEY, p_id bigint REFERENCES p, n int CHECK (n > 0), m int UNIQUE, UNIQUE (n, m), CHECK (n < m));
      ALTER TABLE t ADD CONSTRAINT later FOREIGN KEY (m) REFERENCES p (id) NOT VALID;`);
    assert.deepEqual(
      table.constraints.map(({ name, kind, columns, valid }) => [name, kind, columns, valid]),
      [
        ['t_n_m_key', 'unique', ['n', 'm'], true], ['t_check', 'check', ['n', 'm'], true], ['t_pkey', 'primary key', ['id'], true],
        ['t_p_id_fkey', 'foreign key', ['p_id'], true], ['t_n_check', 'check', ['n'], true], ['t_m_key', 'unique', ['m'], true], ['later', 'foreign key', ['m'], false],
      ],
    );
    assert.deepEqual(table.indexes.map(({ name, columns, constraint }) => [name, columns, constraint]), [['t_n_m_key', ['n', 'm'], 't_n_m_key'], ['t_pkey', ['id'], 't_pkey'], ['t_m_key', ['m'], 't_m_key']]);
  });

  it('follows USING INDEX, renames, and what goes with a column', () => {
    const table = told(`
      CREATE TABLE t (a bigint NOT NULL, b int, c int);
      CREATE UNIQUE INDEX t_a_idx ON t (a);
      CREATE INDEX t_low ON t (lower(b::text), b) WHERE b > 0;
      CREATE INDEX t_c ON t USING hash (c);
      ALTER TABLE t ADD CONSTRAINT t_pk PRIMARY KEY USING INDEX t_a_idx;
      ALTER TABLE t RENAME CONSTRAINT t_pk TO t_key;
      ALTER INDEX t_c RENAME TO t_c_hash;
      ALTER TABLE t DROP COLUMN b;`);
    assert.deepEqual(table.constraints.map(({ name, kind, columns }) => [name, kind, columns]), [['t_a_not_null', 'not null', ['a']], ['t_key', 'primary key', ['a']]]);
    assert.deepEqual(table.indexes.map(({ name, columns, method, partial, constraint }) => [name, columns, method, partial, constraint]), [['t_key', ['a'], 'btree', false, 't_key'], ['t_c_hash', ['c'], 'hash', false, null]]);
  });

  it('has the keys that refer to it and the views that read it, as long as they do', () => {
    const sql = `
      CREATE TABLE t (id bigint PRIMARY KEY);
      CREATE TABLE a (t_id bigint CONSTRAINT a_t REFERENCES t);
      CREATE TABLE b (t_id bigint REFERENCES t);
      CREATE TABLE c (t_id bigint REFERENCES t);
      CREATE VIEW v AS SELECT id FROM t;
      CREATE MATERIALIZED VIEW m AS SELECT id FROM t;`;
    assert.deepEqual([told(sql).incoming.map((each) => each.constraint), told(sql).views.map((each) => each.name)], [['a_t', 'b_t_id_fkey', 'c_t_id_fkey'], ['v', 'm']]);
    const after = told(`${sql}\nALTER TABLE a DROP CONSTRAINT a_t; DROP TABLE b; ALTER TABLE c DROP COLUMN t_id;`);
    assert.deepEqual(after.incoming, []);
  });

  it('has row-level security and its policies', () => {
    const table = told(`
      CREATE TABLE t (id bigint);
      ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY a ON t FOR SELECT TO app USING (true);
      CREATE POLICY b ON t AS RESTRICTIVE USING (id > 0);
      ALTER TABLE t NO FORCE ROW LEVEL SECURITY;
      DROP POLICY b ON t;`);
    assert.deepEqual([table.rowSecurity, table.rowSecurityForced, table.policies], [true, false, [{ name: 'a', permissive: true, command: 'select', roles: ['app'] }]]);
  });

  it('says when there can be more: LIKE, a query, partitions, and tables that something else made', () => {
    const complete = (sql: string): boolean => told(sql).isComplete;
    assert.deepEqual(
      [complete('CREATE TABLE t (a int)'), complete('CREATE TABLE t (LIKE o)'), complete('CREATE TABLE t AS SELECT 1 AS a'), complete('CREATE TABLE t PARTITION OF o DEFAULT'), complete('ALTER TABLE t ADD COLUMN a int')],
      [true, false, false, false, false],
    );
    assert.deepEqual(told('CREATE TABLE t PARTITION OF o DEFAULT').partitionOf, { schema: null, name: 'o' });
  });

  it('has the foreign keys of and to a renamed table under its new name', () => {
    const { schema } = pastOf([parseScript('CREATE TABLE a (id bigint PRIMARY KEY, a_id bigint REFERENCES a); CREATE TABLE b (a_id bigint CONSTRAINT b_a REFERENCES a); ALTER TABLE a RENAME TO n; ALTER TABLE b RENAME TO m;')]);
    assert.deepEqual(schema.table('public.m')?.constraints.map(({ references }) => references?.table.name), ['n']);
    assert.deepEqual(schema.table('public.n')?.incoming.map(({ table }) => table.name).sort(), ['m', 'n']);
    const { schema: after } = pastOf([parseScript('CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (a_id bigint CONSTRAINT b_a REFERENCES a); ALTER TABLE a RENAME TO n; ALTER TABLE b DROP CONSTRAINT b_a;')]);
    assert.deepEqual([after.table('public.a'), after.table('public.n')?.incoming], [null, []]);
  });

  it('has the columns of a view whose query names them all, and the views over it when it is replaced', () => {
    const columns = (query: string, aliases = ''): unknown => {
      const view = told(`CREATE VIEW t${aliases} AS ${query}`);
      return view.isComplete ? view.columns.map(({ name, type }) => (type === null ? name : `${name} ${type.name}`)) : null;
    };
    assert.deepEqual(columns('SELECT a, b.c, d AS e, f::text, count(*), coalesce(a, 1) FROM x'), ['a', 'c', 'e', 'f text', 'count', 'coalesce']);
    assert.deepEqual(columns('SELECT a, 1 FROM x UNION SELECT b, c FROM y', ' (one, two)'), ['one', 'two']);
    assert.deepEqual([columns('SELECT a AS n FROM x UNION SELECT b FROM y'), columns('SELECT x.* FROM x'), columns('SELECT * FROM x', ' (a)'), columns('SELECT 1 + 1'), columns('TABLE x')], [['n'], null, null, null, null]);
    const replaced = told('CREATE VIEW t AS SELECT a FROM x; CREATE VIEW over AS SELECT a FROM t; CREATE OR REPLACE VIEW t AS SELECT a, b FROM x;');
    assert.deepEqual([replaced.columns.length, replaced.views.map(({ name }) => name)], [2, ['over']]);
  });

  it('moves with a renamed table, and ends with a dropped one', () => {
    const schema = pastOf([parseScript('CREATE TABLE a (id bigint PRIMARY KEY); ALTER TABLE a RENAME TO b; CREATE TABLE c (id int); DROP TABLE c;')]).schema;
    assert.deepEqual([schema.table('public.a'), schema.table('public.b')?.constraints.length, schema.table('public.c'), schema.tableOfIndex('public.a_pkey')?.name], [null, 1, null, 'b']);
  });
});

describe('the transactions that block traffic', () => {
  const history = 'CREATE TABLE t (id bigint PRIMARY KEY); CREATE TABLE u (id bigint); CREATE INDEX u_idx ON u (id);';

  it('go from the first lock on what existed before to the end', () => {
    const sql = 'SELECT 1; CREATE TABLE n (id int); ALTER TABLE n ADD COLUMN a int; ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = 1; DROP INDEX u_idx;';
    assert.deepEqual(windows(sql, 'transaction'), [{ locks: ['t ACCESS EXCLUSIVE 3', 'u ACCESS EXCLUSIVE 5'], later: [4, 5] }]);
    assert.deepEqual(windows(sql, 'autocommit'), []);
  });

  it('are those of BEGIN and COMMIT too', () => {
    const sql = 'BEGIN; ALTER TABLE t ADD COLUMN a int; SELECT 1; COMMIT; ALTER TABLE t ADD COLUMN b int; BEGIN; CREATE INDEX i ON t (id); ROLLBACK;';
    assert.deepEqual(windows(sql, 'autocommit'), [{ locks: ['t ACCESS EXCLUSIVE 1'], later: [2] }, { locks: ['t SHARE 6'], later: [] }]);
  });

  it('leave out what a down takes back', () => {
    assert.deepEqual(windows('DROP TABLE n; ALTER TABLE t DROP COLUMN a;', 'transaction', 'CREATE TABLE n (id int); ALTER TABLE t ADD COLUMN a int;'), [{ locks: ['t ACCESS EXCLUSIVE 1'], later: [] }]);
  });

  function windows(sql: string, kind: TransactionMode['kind'], up?: string): unknown {
    const side: Side = up === undefined ? 'up' : 'down';
    const input = { script: parseScript(sql), side, mode: { kind, tool: 'the test', optOut: null } as const, config: defaultConfig, otherSide: up === undefined ? null : parseScript(up), past: pastOf([parseScript(history)]) };
    return lockWindows(input).map(({ locks, later }) => ({ locks: locks.map(({ relation, mode, by }) => `${relation.name} ${mode} ${String(by.index)}`), later: later.map(({ index }) => index) }));
  }
});

function told(sql: string): KnownTable {
  const table = pastOf([parseScript(sql)]).schema.table('public.t');
  assert.ok(table !== null);
  return table;
}
