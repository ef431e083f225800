import assert from 'node:assert/strict';
import { detectLayout } from '../../src/layouts/detect.ts';
import { hasura } from '../../src/layouts/hasura.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { folderOf } from './folder.ts';
import { readSide } from './reading.ts';

describe('Hasura', () => {
  const healthy = { '1654696186008_init/up.sql': 'A;', '1654698227514_add_users/up.sql': 'B;', '1654698227514_add_users/down.sql': 'C;' };

  it('lists its folders, with the down beside the up', () => {
    assert.equal(detectLayout(folderOf(healthy, '/repo/hasura/migrations/default')), hasura);
    const { migrations, problems } = hasura.list(folderOf(healthy));
    assert.deepEqual(problems, []);
    assert.deepEqual(migrations.map(({ id, name, down, downPath }) => [id, name, down !== null, downPath]), [
      ['1654696186008_init', 'init', false, '/repo/db/migrations/1654696186008_init/down.sql'],
      ['1654698227514_add_users', 'add_users', true, '/repo/db/migrations/1654698227514_add_users/down.sql'],
    ]);
  });

  it('is not the folder of folders above it', () => {
    assert.equal(detectLayout(folderOf({ 'default/1654696186008_init/up.sql': '' }, '/repo/hasura/migrations')), null);
  });

  it('runs a file in a transaction, without a way out', () => {
    assert.deepEqual(readSide(hasura, '', 'up')?.mode, { kind: 'transaction', tool: 'Hasura', optOut: null });
  });

  it('names folders without an up and versions that are there twice', () => {
    const { migrations, problems } = hasura.list(folderOf({ '1654696186008_a/up.sql': '', '1654696186008_b/up.sql': '', '1654696186009_c/down.sql': '' }));
    assert.equal(migrations.length, 2);
    assert.deepEqual(problems.map(({ message }) => message), [
      '1654696186009_c has no up.sql: its down.sql is a down without its up.',
      '1654696186008_a and 1654696186008_b have the same version: Hasura tells migrations apart by it alone.',
    ]);
  });

  it('counts in milliseconds, behind the newest even when the clock is behind', () => {
    const at = (now: string): string => hasura.next({ folder: folderOf(healthy), name: 'Add orders', now: new Date(now), config: defaultConfig }).up.path;
    assert.equal(at('2026-11-20T18:30:05Z'), '/repo/db/migrations/1795199405000_Add_orders/up.sql');
    assert.equal(at('2020-01-01T00:00:00Z'), '/repo/db/migrations/1654698227515_Add_orders/up.sql');
  });
});
