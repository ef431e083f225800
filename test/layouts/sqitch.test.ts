import assert from 'node:assert/strict';
import { detectLayout } from '../../src/layouts/detect.ts';
import { sqitch } from '../../src/layouts/sqitch.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { fixtureFolder } from './fixture.ts';
import { folderOf } from './folder.ts';
import { readSide, written } from './reading.ts';

const now = new Date('2026-11-20T18:30:05Z');
const shop = fixtureFolder('sqitch');
const root = '/repo/db/migrations';

/** A plan with these lines, and a script for each of these names. */
function planned(lines: readonly string[], scripts: readonly string[]): ReturnType<typeof folderOf> {
  const plan = `%syntax-version=1.0.0\n%project=shop\n\n${lines.map((line) => (/^[<=>]/.test(line) ? line : `${line} 2026-11-25T11:00:32Z Ada <ada@example.com> # n`)).join('\n')}\n`;
  return folderOf({ 'sqitch.plan': plan, ...Object.fromEntries(scripts.flatMap((name) => [[`deploy/${name}.sql`, ''], [`revert/${name}.sql`, '']])) });
}

describe('sqitch', () => {
  it('lists what sqitch deployed, in its order, the reworked change with its own scripts', () => {
    assert.equal(detectLayout(shop)?.id, 'sqitch');
    const { migrations, problems } = sqitch.list(shop);
    assert.deepEqual(problems, []);
    assert.deepEqual(migrations.map(({ id, up, down }) => [id, up.path.slice(root.length), down?.path.slice(root.length)]), [
      ['users@v1.0', '/deploy/users@v1.0.sql', '/revert/users@v1.0.sql'],
      ['orders', '/deploy/orders.sql', '/revert/orders.sql'],
      ['users', '/deploy/users.sql', '/revert/users.sql'],
    ]);
  });

  it('names scripts that are missing or not planned, and what the plan gets wrong', () => {
    const told = (folder: ReturnType<typeof folderOf>): readonly string[] => sqitch.list(folder).problems.map(({ message }) => message);
    assert.deepEqual(told(planned(['a', 'b [a]'], ['a', 'c'])), [
      'Line 5 of sqitch.plan names b, but deploy/b.sql is missing: every deploy fails there.',
      'deploy/c.sql is not in sqitch.plan: sqitch will never run it.',
    ]);
    assert.deepEqual(told(planned(['a [b other:x !c]', 'b'], ['a', 'b'])), ['Line 4 of sqitch.plan: a requires b, which no line above it plans.']);
    assert.deepEqual(told(planned(['a', 'a'], ['a'])), ['sqitch.plan plans a in line 4 and once more below it, with no tag between them: sqitch refuses the whole plan.']);
    assert.deepEqual(told(planned(['a', '<<<<<<< ours', 'b', '=======', '>>>>>>> theirs'], ['a', 'b'])), ['sqitch.plan has a merge conflict in line 5: sqitch cannot read it.']);
    assert.deepEqual(told(planned(['a', '@v1', 'b [a@v1 @v1]', 'c [a@v2]'], ['a', 'b', 'c'])), ['Line 7 of sqitch.plan: c requires a@v2, which no line above it plans.']);
    assert.deepEqual(told(folderOf({ 'sqitch.plan': '%project=shop\n\nbroken line\n' })), ['sqitch cannot read line 3 of sqitch.plan and refuses the whole plan.']);
  });

  it('is run by psql: by itself in no transaction, with commands that are not checked and variables', () => {
    const read = readSide(sqitch, "\\set x 1\nSELECT :x, :'y';\n\\i other.sql\n\\copy a from 'b'\n\\if :x\n", 'up');
    assert.deepEqual([read?.mode.kind, read?.client], ['autocommit', 'psql']);
    assert.deepEqual(read?.source.placeholders.map(({ code }) => code), [':x', ":'y'"]);
    assert.deepEqual(read.source.unchecked.filter(({ kind }) => kind !== 'interpolation').map(({ kind, reason }) => [kind, reason]), [
      ['unread', 'psql reads the file of `\\i` when sqitch runs: its SQL was not checked.'],
      ['dynamic', 'psql runs `\\copy` when sqitch does: what it does was not checked, and a dry run leaves it out.'],
      ['dynamic', 'psql runs one branch of `\\if`: all were checked, and a dry run runs all.'],
    ]);
  });

  it('adds a change as “sqitch add” does: three scripts and a line of the plan', () => {
    const folder = folderOf({ 'sqitch.plan': '%syntax-version=1.0.0\n%project=shop\n\n', 'sqitch.conf': '[core]\n\tengine = pg\n' });
    const made = sqitch.next({ folder, name: 'app schema', now, config: defaultConfig, author: { name: 'Bo', email: 'bo@example.com' } });
    assert.deepEqual(made.changes.map((change) => (change.kind === 'create' || change.kind === 'replace' ? [change.kind, change.path.slice(root.length), change.text] : change)), [
      ['create', '/deploy/app_schema.sql', '-- Deploy shop:app_schema to pg\n\nBEGIN;\n\n\nCOMMIT;\n'],
      ['create', '/revert/app_schema.sql', '-- Revert shop:app_schema from pg\n\nBEGIN;\n\n\nCOMMIT;\n'],
      ['create', '/verify/app_schema.sql', '-- Verify shop:app_schema on pg\n\nBEGIN;\n\n-- XXX Add verifications here.\n\nROLLBACK;\n'],
      ['replace', '/sqitch.plan', '%syntax-version=1.0.0\n%project=shop\n\napp_schema 2026-11-20T18:30:05Z Bo <bo@example.com> # app schema\n'],
    ]);
    const next = sqitch.next({ folder: shop, name: 'index', now, config: defaultConfig, content: { up: 'CREATE INDEX CONCURRENTLY i ON users (id);', down: 'DROP INDEX CONCURRENTLY i;', transaction: 'none' } });
    const plan = next.changes.at(-1);
    assert.match(plan?.kind === 'replace' ? plan.text : '', /# Indexes users\nindex 2026-11-20T18:30:05Z Ada Author <ada@example\.com> # index\n$/);
    assert.equal(next.changes[0]?.kind === 'create' && next.changes[0].text, '-- Deploy shop:index to pg\n\nCREATE INDEX CONCURRENTLY i ON users (id);\n');
  });

  it('writes a script inside the transaction that it has', () => {
    const text = '-- Revert shop:a from pg\r\n\r\nBEGIN;\r\n\r\nSELECT 1;\r\n\r\nCOMMIT;\r\n';
    assert.equal(written(sqitch, text, 'down', 'DROP TABLE a;\n'), text.replace('SELECT 1;', 'DROP TABLE a;'));
    assert.equal(written(sqitch, text, 'down', 'DROP INDEX CONCURRENTLY i;', 'none'), '-- Revert shop:a from pg\r\n\r\nDROP INDEX CONCURRENTLY i;\r\n');
    assert.equal(written(sqitch, null, 'down', 'DROP TABLE a;'), '-- Revert 0001_a from pg\n\nBEGIN;\n\nDROP TABLE a;\n\nCOMMIT;\n');
  });

  it('refuses the names that sqitch refuses', () => {
    assert.equal(sqitch.refuseName('a-1', shop), null);
    for (const [name, reason] of [['HEAD', /word of sqitch’s own/], ['b-', /ends in a dash/], ['users', /sqitch rework users/]] as const) assert.match(sqitch.refuseName(name, shop) ?? '', reason);
  });
});
