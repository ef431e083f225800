import assert from 'node:assert/strict';
import { detectLayout } from '../../src/layouts/detect.ts';
import { flyway } from '../../src/layouts/flyway.ts';
import { compareVersions, nextVersion, versionKey } from '../../src/layouts/flyway-version.ts';
import type { FolderView, ScriptReading } from '../../src/layouts/layout.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { folderOf } from './folder.ts';

const now = new Date('2026-11-20T18:30:05Z');

function read(text: string, folder: FolderView = folderOf({ 'V1__a.sql': text })): ScriptReading {
  return flyway.read(text, { path: '/repo/db/migrations/V1__a.sql', id: 'V1__a', side: 'up', config: defaultConfig, folder }) ?? assert.fail('a whole file is always read');
}

describe('Flyway', () => {
  it('orders by version, part by part, and repeatables after all by name', () => {
    const folder = folderOf({ 'V1_10__c.sql': '', 'V1.9__b.sql': '', 'V01__a.sql': '', 'V20240101.2__d.sql': '', 'R__views.sql': '', 'R__functions.sql': '', 'B2__base.sql': '', 'afterMigrate.sql': '' });
    const { migrations, problems } = flyway.list(folder);
    assert.deepEqual(migrations.map(({ id }) => id), ['V01__a', 'V1.9__b', 'V1_10__c', 'V20240101.2__d', 'R__functions', 'R__views']);
    assert.deepEqual(problems, []);
    assert.ok(compareVersions('1.10', '1_9') > 0);
    assert.equal(versionKey('01.0'), versionKey('1'));
  });

  it('pairs an undo by its version, and knows where a missing one belongs', () => {
    const { migrations } = flyway.list(folderOf({ 'V1__a.sql': '', 'U1.0__undo_a.sql': '', 'sub/V2__b.sql': '', 'R__v.sql': '' }));
    assert.deepEqual(migrations.map(({ down, downPath }) => [down?.path ?? null, downPath]), [
      ['/repo/db/migrations/U1.0__undo_a.sql', '/repo/db/migrations/U1.0__undo_a.sql'],
      [null, '/repo/db/migrations/sub/U2__b.sql'],
      [null, null],
    ]);
  });

  it('is recognised by its names, and looks where its configuration says', () => {
    assert.equal(detectLayout(folderOf({ 'V1__a.sql': null }))?.id, 'flyway');
    assert.equal(detectLayout(folderOf({ 'flyway.toml': '[flyway]\nlocations = ["filesystem:./sql"]\n', 'sql/V1__a.sql': '' }))?.id, 'flyway');
    assert.equal(flyway.detect(folderOf({ 'sql/V1__a.sql': '' })), 0);
    assert.equal(flyway.detect(folderOf({ 'flyway.conf': '', '0001_a.sql': '' })), 0);
    const { migrations } = flyway.list(folderOf({ 'flyway.conf': 'flyway.locations=filesystem:sql,classpath:db/migration\n', 'sql/V1__a.sql': '', 'examples/V1__b.sql': '' }));
    assert.deepEqual(migrations.map(({ up }) => up.path), ['/repo/db/migrations/sql/V1__a.sql']);
  });

  it('names versions given twice, undos of nothing, and names that Flyway passes over', () => {
    const { migrations, problems } = flyway.list(folderOf({ 'V1__a.sql': '', 'V1.0__b.sql': '', 'U3__c.sql': '', 'V2_d.sql': '', 'v3__e.sql': '' }));
    assert.deepEqual(migrations.map(({ id }) => id), ['V1.0__b', 'V1__a']);
    assert.deepEqual(problems.map(({ path, message }) => [path.slice('/repo/db/migrations/'.length), message]), [
      ['V1__a.sql', 'V1.0__b.sql and V1__a.sql are the same version 1 to Flyway, which refuses the whole folder.'],
      ['U3__c.sql', 'U3__c.sql undoes version 3, which no V script has.'],
      ['V2_d.sql', 'V2_d.sql does not have the form V1__name.sql, U1__name.sql or R__name.sql, with a capital letter and two underscores: Flyway passes over it without a word.'],
      ['v3__e.sql', 'v3__e.sql does not have the form V1__name.sql, U1__name.sql or R__name.sql, with a capital letter and two underscores: Flyway passes over it without a word.'],
    ]);
  });

  it('runs a script in a transaction unless a statement cannot', () => {
    assert.equal(read('CREATE TABLE a (id int);').mode.kind, 'transaction');
    assert.equal(read('-- CONCURRENTLY\nCREATE TABLE a (id int);').mode.kind, 'transaction');
    assert.equal(read('-- why\ncreate unique index concurrently i on a (id);\nDROP INDEX CONCURRENTLY j;').mode.kind, 'autocommit');
    assert.equal(read('VACUUM a;').mode.kind, 'autocommit');
    // Flyway does not know this one: it fails in the transaction.
    assert.equal(read('REINDEX INDEX CONCURRENTLY i;').mode.kind, 'transaction');
  });

  it('says that Flyway refuses a mixed script, unless somebody allowed it', () => {
    const mixed = "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);";
    const { mode, problems } = read(mixed);
    assert.equal(mode.kind, 'autocommit');
    assert.deepEqual(problems.map(({ span }) => mixed.slice(span.start, span.end)), ['CREATE INDEX CONCURRENTLY i ON a (id)']);
    assert.deepEqual(read(mixed, folderOf({ 'V1__a.sql': mixed, 'flyway.toml': '[flyway]\nmixed = true\n' })).problems, []);
    assert.deepEqual(read(mixed, folderOf({ 'V1__a.sql': mixed, 'V1__a.sql.conf': 'executeInTransaction=false\n' })).problems, []);
  });

  it('lets the file beside a script decide', () => {
    const kind = (text: string, conf: string): string => read(text, folderOf({ 'V1__a.sql': text, 'V1__a.sql.conf': conf })).mode.kind;
    assert.equal(kind('SELECT 1;', 'executeInTransaction=false'), 'autocommit');
    assert.equal(kind('CREATE INDEX CONCURRENTLY i ON a (id);', 'executeInTransaction=true'), 'transaction');
    assert.equal(read('SELECT 1;', folderOf({ 'V1__a.sql': '', 'flyway.conf': 'flyway.executeInTransaction=false' })).mode.kind, 'autocommit');
  });

  it('reads placeholders as names, and says that they are unchecked', () => {
    const text = "CREATE TABLE ${schema}.users (id int); -- ${comment}\nGRANT SELECT ON ${schema}.users TO ${role};";
    const { source } = read(text);
    assert.equal(source.sql.length, text.length);
    assert.deepEqual(source.placeholders.map(({ code, file }) => [code, text.slice(file.start, file.end)]), [['${schema}', '${schema}'], ['${schema}', '${schema}'], ['${role}', '${role}']]);
    assert.deepEqual(source.unchecked.map(({ reason }) => reason), ['${schema}', '${role}'].map((name) => `${name} is filled in by Flyway when the migration runs, so what it stands for was not checked.`));
    assert.equal(source.placeholders[0]?.text, source.placeholders[1]?.text);
    assert.equal(read(text, folderOf({ 'V1__a.sql': text, 'flyway.conf': 'flyway.placeholderReplacement=false' })).source.sql, text);
  });

  for (const [highest, expected] of [
    [null, '001_20261120183005'], ['1', '2'], ['009', '010'], ['1.2.9', '1.2.10'], ['1_01', '1_02'], ['002_20240829162505', '003_20261120183005'], ['20240829162505', '20261120183005'], ['20991231235959', '20991231235960'],
  ] as const) {
    it(`continues after ${String(highest)} with ${expected}, as “flyway add” does`, () => {
      assert.equal(nextVersion(highest, now), expected);
    });
  }

  it('writes the pair beside the newest, and the opt-out into a file of its own', () => {
    const folder = folderOf({ 'flyway.toml': '', 'sql/V001__a.sql': '' });
    const made = flyway.next({ folder, name: 'add orders', now, config: defaultConfig, content: { up: 'SELECT 1;', down: 'SELECT 2;', transaction: 'none' } });
    assert.deepEqual([made.id, made.up.path, made.down?.path], ['V002__add_orders', '/repo/db/migrations/sql/V002__add_orders.sql', '/repo/db/migrations/sql/U002__add_orders.sql']);
    assert.deepEqual(made.changes.slice(2), ['V', 'U'].map((side) => ({ kind: 'create', path: `/repo/db/migrations/sql/${side}002__add_orders.sql.conf`, text: 'executeInTransaction=false\n' })));
    assert.match(flyway.refuseName('A', folder) ?? '', /sql\/V001__a\.sql has this name already/);
  });
});
