import assert from 'node:assert/strict';
import { leftRows, lostRows } from '../../src/dryrun/rows.ts';
import { diffSnapshots } from '../../src/dryrun/schema/diff.ts';
import type { ObjectKind, SchemaObject, Snapshot } from '../../src/model/snapshot.ts';

const object = (kind: ObjectKind, name: string, definition: string, table: string | null = null): SchemaObject => ({ kind, name, table, definition });
const snapshot = (...objects: readonly SchemaObject[]): Snapshot => Object.fromEntries(objects.map((each) => [`${each.kind} ${each.name}`, each]));
const table = (name: string): SchemaObject => object('table', name, `CREATE TABLE ${name} ()`);
const column = (of: string, name: string, type = 'int'): SchemaObject => object('column', `${of}.${name}`, `${name} ${type}`, of);

describe('the difference of two snapshots', () => {
  it('is empty for equal ones', () => {
    assert.deepEqual(diffSnapshots(snapshot(table('t'), column('t', 'a')), snapshot(table('t'), column('t', 'a'))), []);
  });

  it('tells what was added, removed and altered', () => {
    const changes = diffSnapshots(snapshot(table('t'), column('t', 'a'), column('t', 'b')), snapshot(table('t'), column('t', 'b', 'text'), column('t', 'c')));
    assert.deepEqual(changes.map((change) => [change.change, change.change === 'removed' ? change.before.name : change.after.name]), [['removed', 't.a'], ['altered', 't.b'], ['added', 't.c']]);
  });

  it('takes no new column for a new order', () => {
    const changes = diffSnapshots(snapshot(table('t'), column('t', 'a'), column('t', 'b')), snapshot(table('t'), column('t', 'a'), column('t', 'x'), column('t', 'b')));
    assert.deepEqual(changes.map((change) => change.change), ['added']);
  });

  it('tells a new order of the columns that stayed', () => {
    const [change] = diffSnapshots(snapshot(table('t'), column('t', 'a'), column('t', 'b')), snapshot(table('t'), column('t', 'b'), column('t', 'a')));
    assert.equal(change?.change === 'altered' ? change.after.definition : '', 'CREATE TABLE t ()\n-- columns in this order: b, a');
  });
});

describe('rows that a down did not bring back', () => {
  const before = { t: { rows: 2, columns: { a: '1', b: '2' } }, empty: { rows: 0, columns: { a: '' } } };

  it('are none when everything is as it was, or more', () => {
    assert.deepEqual(lostRows(before, { t: { rows: 2, columns: { a: '1', b: '2', c: '3' } }, other: { rows: 1, columns: {} } }), []);
  });

  it('are named by table and column', () => {
    assert.deepEqual(lostRows(before, { t: { rows: 2, columns: { a: '1', b: '9' } } }), [{ table: 't', rowsBefore: 2, rowsAfter: 2, columns: ['b'] }]);
    assert.deepEqual(lostRows(before, {}), [{ table: 't', rowsBefore: 2, rowsAfter: 0, columns: ['a', 'b'] }]);
  });

  it('are found by whole rows where these are known', () => {
    const was = { t: { rows: 2, columns: { id: 's', a: 's' }, cells: { id: ['1', '2'], a: ['x', 'y'] } } };
    const permuted = { t: { rows: 2, columns: { id: 's', a: 's' }, cells: { id: ['2', '1'], a: ['x', 'y'] } } };
    const more = { t: { rows: 3, columns: { id: 't', a: 't' }, cells: { id: ['3', '2', '1'], a: [null, 'y', 'x'] } } };
    assert.deepEqual(lostRows(was, was), []);
    assert.deepEqual(lostRows(was, permuted).map((loss) => loss.columns), [['id', 'a']], 'either may have moved');
    assert.deepEqual(lostRows(was, more), []);
    assert.deepEqual(leftRows(was, more), [{ kind: 'rows', table: 't', rows: 1, compared: true }]);
  });

  it('cannot be told by sums once there are more rows', () => {
    const more = { t: { rows: 3, columns: { a: '7', b: '9' } } };
    assert.deepEqual(lostRows(before, more), []);
    assert.deepEqual(leftRows(before, more), [{ kind: 'rows', table: 't', rows: 1, compared: false }]);
  });
});
