import assert from 'node:assert/strict';
import { lint } from '../../src/analysis/lint.ts';
import type { Config } from '../../src/model/config.ts';
import { applyEdits } from '../../src/model/edit.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { exampleInput, found } from '../rules/check-sql.ts';

before(loadParser);

describe('what surrounds a statement', () => {
  it('a COMMIT in the file ends the transaction of the tool', () => {
    assert.deepEqual(found({ sql: 'CREATE INDEX CONCURRENTLY i ON orders (id);' }), ['concurrently-in-transaction']);
    assert.deepEqual(found({ sql: 'COMMIT;\nCREATE INDEX CONCURRENTLY i ON orders (id);' }), ['transaction-nested']);
  });

  it('BEGIN opens one where the tool does not', () => {
    const config: Partial<Config> = { plainTransaction: 'autocommit' };
    assert.deepEqual(found({ config, sql: 'BEGIN;\nDROP INDEX CONCURRENTLY IF EXISTS i;\nCOMMIT;\nDROP INDEX CONCURRENTLY IF EXISTS j;' }), ['concurrently-in-transaction']);
  });

  it('points at the BEGIN', () => {
    const sql = '-- 🐘\nBEGIN;\nVACUUM orders;\nCOMMIT;';
    const [finding] = lint(exampleInput({ sql, config: { plainTransaction: 'autocommit' } }));
    const [place] = finding?.related ?? [];
    assert.equal(sql.slice(place?.span.start, place?.span.end), 'BEGIN');
  });

  it('a lock timeout holds to the end of its transaction when it is LOCAL, and for the session when it is not', () => {
    const config: Partial<Config> = { plainTransaction: 'autocommit', runnerLockTimeout: null };
    const change = 'ALTER TABLE orders ADD COLUMN note text;';
    assert.deepEqual(found({ config, sql: `SET lock_timeout = '5s';\n${change}` }), []);
    assert.deepEqual(found({ config, sql: `SELECT set_config('lock_timeout', '5s', false);\n${change}` }), []);
    assert.deepEqual(found({ config, sql: `BEGIN;\nSET LOCAL lock_timeout = '5s';\n${change}\nCOMMIT;` }), []);
    assert.deepEqual(found({ config, sql: `BEGIN;\nSET LOCAL lock_timeout = '5s';\nCOMMIT;\n${change}` }), ['lock-timeout-missing']);
    assert.deepEqual(found({ config, sql: `SET LOCAL lock_timeout = '5s';\n${change}` }), ['lock-timeout-missing'], 'outside a transaction SET LOCAL does nothing');
    assert.deepEqual(found({ config, sql: `SET lock_timeout = '5s';\nRESET lock_timeout;\n${change}` }), ['lock-timeout-missing']);
  });

  it('a statement that is alone in a Prisma migration gets no fix that would put it into a transaction', () => {
    const fixes = (sql: string, config: Partial<Config> = {}): readonly string[] => lint(exampleInput({ sql, layout: 'prisma', config })).flatMap((each) => each.fixes.map((fix) => fix.edits.map((edit) => edit.text).join()));
    assert.deepEqual(fixes('ALTER TABLE orders ADD UNIQUE (note);'), []);
    assert.deepEqual(fixes('ALTER TABLE orders ALTER COLUMN note SET NOT NULL;'), []);
    assert.deepEqual(fixes('ALTER TABLE orders ADD CHECK (total > 0);'), [' NOT VALID']);
    assert.deepEqual(fixes('VACUUM FULL orders;', { runnerLockTimeout: null }), []);
    assert.deepEqual(fixes('CREATE INDEX i ON orders (note);', { runnerLockTimeout: null }), [' CONCURRENTLY']);
    assert.deepEqual(fixes('ALTER TABLE orders ADD COLUMN a text;', { runnerLockTimeout: null }), ["SET LOCAL lock_timeout = '5s';\n"]);
  });

  it('RESET ALL, DISCARD ALL and ROLLBACK take a lock timeout back', () => {
    const config: Partial<Config> = { plainTransaction: 'autocommit', runnerLockTimeout: null };
    const change = 'ALTER TABLE orders ADD COLUMN note text;';
    assert.deepEqual(found({ config, sql: `SET lock_timeout = '5s';\nRESET ALL;\n${change}` }), ['lock-timeout-missing']);
    assert.deepEqual(found({ config, sql: `SET lock_timeout = '5s';\nDISCARD ALL;\n${change}` }), ['lock-timeout-missing']);
    assert.deepEqual(found({ config, sql: `BEGIN;\nSET lock_timeout = '5s';\nROLLBACK;\n${change}` }), ['lock-timeout-missing']);
    assert.deepEqual(found({ config, sql: `BEGIN;\nSET lock_timeout = '5s';\nCOMMIT;\n${change}` }), []);
    assert.deepEqual(found({ config, sql: `SET lock_timeout = '5s';\nBEGIN;\nSET lock_timeout = 0;\nROLLBACK;\n${change}` }), []);
  });

  it('a table that was created and rolled back is not new', () => {
    const config: Partial<Config> = { plainTransaction: 'autocommit' };
    const index = 'CREATE INDEX i ON t (n);';
    assert.deepEqual(found({ config, sql: `BEGIN;\nCREATE TABLE t (id bigint PRIMARY KEY, n bigint);\nROLLBACK;\n${index}` }), ['create-index-blocking']);
    assert.deepEqual(found({ config, sql: `CREATE TABLE t (id bigint PRIMARY KEY, n bigint);\nBEGIN;\nDROP TABLE IF EXISTS t;\nROLLBACK;\n${index}` }), []);
    assert.deepEqual(found({ sql: `CREATE TABLE t (id bigint PRIMARY KEY, n bigint);\nROLLBACK;\n${index}` }), ['transaction-nested', 'create-index-blocking']);
  });

  it('CREATE TABLE IF NOT EXISTS of what the history has creates nothing', () => {
    const setup = 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);';
    const again = 'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, note text);';
    const index = 'CREATE INDEX i ON orders (note);';
    assert.deepEqual(found({ setup, sql: `${again}\n${index}` }), ['create-index-blocking']);
    assert.deepEqual(found({ sql: `${again}\n${index}` }), []);
    assert.deepEqual(found({ setup: `${setup}\nDROP TABLE orders;`, sql: `${again}\n${index}` }), []);
    assert.deepEqual(found({ setup: `${setup}\nALTER TABLE orders RENAME TO sales;`, sql: `${again}\n${index}` }), []);
    assert.deepEqual(found({ setup, side: 'down', otherSide: again, sql: 'DROP TABLE IF EXISTS orders;' }), ['drop-table']);
    assert.deepEqual(found({ side: 'down', otherSide: again, sql: 'DROP TABLE IF EXISTS orders;' }), []);
  });

  it('a proof that a column holds no null lasts as long as its constraint', () => {
    const proof = 'CREATE TABLE t (id bigint, n text);\nALTER TABLE t ADD CONSTRAINT c CHECK (n IS NOT NULL);\n';
    const change = (column = 'n', table = 't'): string => `ALTER TABLE ${table} ALTER COLUMN ${column} SET NOT NULL;`;
    assert.deepEqual(found({ setup: proof, sql: change() }), []);
    assert.deepEqual(found({ setup: `${proof}ALTER TABLE t DROP CONSTRAINT c;`, sql: change() }), ['set-not-null-scan']);
    assert.deepEqual(found({ setup: `${proof}ALTER TABLE t DROP COLUMN n;\nALTER TABLE t ADD COLUMN n text;`, sql: change() }), ['set-not-null-scan']);
    assert.deepEqual(found({ setup: `${proof}ALTER TABLE t RENAME COLUMN n TO m;`, sql: change('m') }), []);
    assert.deepEqual(found({ setup: `${proof}ALTER TABLE t RENAME COLUMN n TO m;\nALTER TABLE t ADD COLUMN n text;`, sql: change() }), ['set-not-null-scan']);
    assert.deepEqual(found({ setup: `${proof}DROP TABLE t;\nCREATE TABLE t (id bigint, n text);`, sql: change() }), ['set-not-null-scan']);
    assert.deepEqual(found({ setup: `${proof}ALTER TABLE t RENAME TO u;`, sql: change('n', 'u') }), []);
    assert.deepEqual(found({ setup: 'CREATE TABLE t (n text);\nALTER TABLE t ADD CHECK (n IS NOT NULL);\nALTER TABLE t DROP CONSTRAINT t_n_check;', sql: change() }), ['set-not-null-scan']);
  });

  it('a foreign key of a partitioned table gets NOT VALID from PostgreSQL 18 on', () => {
    const setup = 'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);';
    const fixes = (postgres: Config['postgres']): number => lint(exampleInput({ setup, sql: 'ALTER TABLE events ADD FOREIGN KEY (id) REFERENCES orders (id);', config: { postgres } }))[0]?.fixes.length ?? -1;
    assert.deepEqual([fixes(17), fixes(18)], [0, 1]);
  });

  it('a key that references its own table names the table once', () => {
    const [finding] = lint(exampleInput({ sql: 'ALTER TABLE orders ADD FOREIGN KEY (parent) REFERENCES orders (id);' }));
    assert.match(finding?.message ?? '', /^Writes to orders wait/);
  });

  it('ADD NOT NULL of PostgreSQL 18 reads the table unless it is NOT VALID', () => {
    const config: Partial<Config> = { postgres: 18, plainTransaction: 'autocommit' };
    const sql = 'ALTER TABLE orders ADD CONSTRAINT nn NOT NULL note;';
    assert.deepEqual(found({ config, sql }), ['set-not-null-scan']);
    assert.deepEqual(found({ config, sql: 'ALTER TABLE orders ADD CONSTRAINT nn NOT NULL note NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT nn;' }), []);
    const [fix] = lint(exampleInput({ config, sql }))[0]?.fixes ?? [];
    assert.equal(applyEdits(sql, fix?.edits ?? []), 'ALTER TABLE orders ADD CONSTRAINT nn NOT NULL note NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT nn;');
  });

  it('IF EXISTS goes behind the words that name what is dropped', () => {
    for (const [kind, name] of [['ROLE', 'a'], ['USER', 'a'], ['DATABASE', 'a'], ['USER MAPPING', 'FOR a SERVER b'], ['TABLESPACE', 'a'], ['PROCEDURAL LANGUAGE', 'a'], ['LANGUAGE', 'a']] as const) {
      const sql = `DROP ${kind} ${name};`;
      const finding = lint(exampleInput({ sql, config: { plainTransaction: 'autocommit' } })).find(({ rule }) => rule === 'missing-if-exists');
      assert.equal(applyEdits(sql, finding?.fixes[0]?.edits ?? []), `DROP ${kind} IF EXISTS ${name};`);
    }
  });

  it('a WHERE is always true only when it depends on nothing', () => {
    for (const where of ['1 = 1', 'NOT false', "'a' = 'a' AND true", 'false OR NOT (1 = 2)']) assert.deepEqual(found({ sql: `DELETE FROM orders WHERE ${where};` }), ['delete-without-where'], where);
    for (const where of ['false', '1 = 2', 'id = 1', 'id = id', 'NOT done', 'true AND done', "'a' = 'b'"]) assert.deepEqual(found({ sql: `DELETE FROM orders WHERE ${where};` }), [], where);
    assert.deepEqual(found({ sql: 'WITH d AS (UPDATE orders SET a = 1 RETURNING *) SELECT * FROM d;' }), ['update-without-where']);
  });

  it('a missing lock timeout is said once a script', () => {
    assert.deepEqual(found({ config: { runnerLockTimeout: null, rules: { 'lock-window-wide': 'off' } }, sql: 'ALTER TABLE orders ADD COLUMN a text;\nALTER TABLE customers ADD COLUMN b text;' }), ['lock-timeout-missing']);
  });

  it('a table created in the same file is never flagged, under any name it gets', () => {
    const sql = `CREATE TABLE draft (id bigint, name varchar(10));
      ALTER TABLE draft RENAME TO final;
      CREATE INDEX i ON final (name);
      ALTER TABLE final ADD COLUMN total bigint NOT NULL, ALTER COLUMN name TYPE varchar(5), ALTER COLUMN id SET NOT NULL, ADD UNIQUE (name), ADD CHECK (total > 0);
      ALTER TABLE final RENAME COLUMN name TO title;
      UPDATE final SET total = 1;
      DROP INDEX i;
      DROP TABLE final;`;
    assert.deepEqual(found({ sql, config: { runnerLockTimeout: null } }), []);
  });

  it('a table that was dropped and is still named exists no more than before', () => {
    assert.deepEqual(found({ sql: 'CREATE TABLE a (id bigint);\nDROP TABLE a;\nDROP TABLE IF EXISTS a;' }), ['drop-table']);
  });

  it('quoted names are compared as they are', () => {
    assert.deepEqual(found({ sql: 'CREATE TABLE "Orders" (id bigint PRIMARY KEY, n bigint);\nCREATE INDEX i ON "Orders" (n);' }), []);
    assert.deepEqual(found({ sql: 'CREATE TABLE "Orders" (id bigint PRIMARY KEY, n bigint);\nCREATE INDEX i ON orders (n);' }), ['create-index-blocking']);
  });

  it('the history tells the type of a column, through renames', () => {
    const setup = 'CREATE TABLE t (note varchar(10));\nALTER TABLE t RENAME COLUMN note TO remark;';
    assert.deepEqual(found({ setup, sql: 'ALTER TABLE t ALTER COLUMN remark TYPE text;' }), []);
    assert.deepEqual(found({ sql: 'ALTER TABLE t ALTER COLUMN remark TYPE text;' }), ['alter-column-type-rewrite']);
  });

  it('one broken statement does not silence the others', () => {
    assert.deepEqual(found({ sql: 'ALTER TABEL t;\nDROP TABLE IF EXISTS orders;\nSELECT (;' }), ['syntax-error', 'drop-table', 'syntax-error']);
  });

  it('offsets count UTF-16 units, whatever stands before', () => {
    const sql = "-- 🐘🐘 ä\r\nSELECT '🐘';\r\nALTER TABLE \"Übersicht🐘\" ADD COLUMN \"größe\" int NOT NULL;";
    const [finding] = lint(exampleInput({ sql }));
    assert.equal(sql.slice(finding?.span.start, finding?.span.end), 'ADD COLUMN "größe" int NOT NULL');
    assert.match(applyEdits(sql, finding?.fixes[0]?.edits ?? []), /ADD COLUMN "größe" int;$/);
  });

  it('reads expressions that are nested deeper than JavaScript recurses', () => {
    const sum = Array.from({ length: 3500 }, () => '1').join(' + ');
    assert.deepEqual(found({ sql: `SELECT ${sum} FROM orders;\nALTER TABLE orders ADD CHECK (${sum} > 0);` }), ['check-validates']);
  });

  it('takes a severity or "off" from the configuration', () => {
    const sql = 'DROP TABLE IF EXISTS orders;';
    assert.deepEqual(found({ sql, config: { rules: { 'drop-table': 'off' } } }), []);
    assert.equal(lint(exampleInput({ sql, config: { rules: { 'drop-table': 'information' } } }))[0]?.severity, 'information');
  });

  it('says nothing of files without statements', () => {
    for (const sql of ['', '\n\n', '-- nothing yet\n', ';;;']) assert.deepEqual(found({ sql, down: 'missing', config: { runnerLockTimeout: null } }), []);
  });
});

describe('suppressions', () => {
  const drop = 'DROP TABLE IF EXISTS orders';

  it('hold for the line below, for their own line, and for the end of a statement', () => {
    assert.deepEqual(found({ sql: `-- lockstep-ignore drop-table: moved\n${drop};` }), []);
    assert.deepEqual(found({ sql: `${drop}; -- lockstep-ignore drop-table: moved` }), []);
    assert.deepEqual(found({ sql: 'DROP TABLE IF EXISTS\n  orders; -- lockstep-ignore drop-table: moved' }), []);
    assert.deepEqual(found({ sql: `/* lockstep-ignore drop-table: moved */\n${drop};` }), []);
    assert.deepEqual(found({ sql: `-- lockstep-ignore drop-table: moved\n-- see the ticket\n${drop};` }), []);
    assert.deepEqual(found({ sql: `-- lockstep-ignore drop-table: moved\n\n/* see\n the ticket */\n\n  ${drop};` }), []);
    assert.deepEqual(found({ sql: `/* lockstep-ignore drop-table: moved */ ${drop};` }), []);
  });

  it('do not reach further', () => {
    assert.deepEqual(found({ sql: `-- lockstep-ignore drop-table: moved\n${drop};\nDROP TABLE IF EXISTS customers;` }), ['drop-table']);
    assert.deepEqual(found({ sql: `-- lockstep-ignore drop-table: moved\nSELECT 1;\n${drop};` }), ['unused-suppression', 'drop-table']);
    assert.deepEqual(found({ sql: `-- lockstep-ignore drop-table: moved\n;\n${drop};` }), ['unused-suppression', 'drop-table']);
  });

  it('name one rule, several, or all', () => {
    const both = 'DROP TABLE orders';
    assert.deepEqual(found({ sql: `-- lockstep-ignore drop-table: moved\n${both};` }), ['missing-if-exists']);
    assert.deepEqual(found({ sql: `-- lockstep-ignore drop-table, missing-if-exists: moved\n${both};` }), []);
    assert.deepEqual(found({ sql: `-- lockstep-ignore-file: an old migration\n${both};\nSELECT (;` }), []);
  });

  it('end on their day', () => {
    const sql = (day: string): string => `-- lockstep-ignore-until ${day} drop-table: until the archive is done\n${drop};`;
    assert.deepEqual(found({ sql: sql('2026-11-21') }), []);
    assert.deepEqual(found({ sql: sql('2026-11-20') }), ['unused-suppression', 'drop-table']);
  });

  it('without a day that exists silence nothing', () => {
    for (const day of ['soon', '01.02.2027', '2027-13-01', '2027-02-30', '']) {
      assert.deepEqual(found({ sql: `-- lockstep-ignore-until ${day} drop-table: until the archive is done\n${drop};` }), ['unused-suppression', 'drop-table'], day);
    }
  });

  it('of squawk are honoured', () => {
    assert.deepEqual(found({ sql: `-- squawk-ignore ban-drop-table\n${drop};` }), []);
    assert.deepEqual(found({ sql: `-- squawk-ignore-file\n${drop};` }), []);
  });

  it('are comments, not strings', () => {
    assert.deepEqual(found({ sql: `SELECT '-- lockstep-ignore-file: no';\n${drop};` }), ['drop-table']);
  });

  it('of a rule that is switched off are not called unused', () => {
    assert.deepEqual(found({ sql: `-- lockstep-ignore drop-table: moved\n${drop};`, config: { rules: { 'drop-table': 'off' } } }), []);
  });
});
