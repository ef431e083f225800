import assert from 'node:assert/strict';
import { lostRows } from '../../src/dryrun/round-trip.ts';
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
});
