import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DoctorReport } from '../../src/model/doctor.ts';
import { lockstep, workspace } from './run.ts';

describe('lockstep new', () => {
  it('writes both sides and tells their files', async () => {
    const { path, remove } = workspace({ 'package.json': '{}', 'db/0001_a.sql': 'SELECT 1;', 'db/0001_a_rollback.sql': '' });
    const { code, stdout, stderr } = await lockstep(['new', 'add status to orders'], { cwd: path });
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout, 'db/0002_add_status_to_orders.sql\ndb/0002_add_status_to_orders_rollback.sql\n');
    assert.match(readFileSync(join(path, 'db/0002_add_status_to_orders.sql'), 'utf8'), /^-- Migration: add status to orders\n/);
    const again = await lockstep(['new', 'add_status_to_orders', '--json'], { cwd: path });
    assert.equal(again.code, 2);
    assert.match(again.stderr, /has this name already/);
    assert.ok(!existsSync(join(path, 'db/0003_add_status_to_orders.sql')));
    remove();
  });

  it('generates nothing for Prisma, and says which command does', async () => {
    const { path, remove } = workspace({ 'package.json': '{}', 'prisma/schema.prisma': '', 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n', 'prisma/migrations/20260101000000_a/migration.sql': 'SELECT 1;\n' });
    const { code, stderr } = await lockstep(['generate', 'add_note_to_users'], { cwd: path });
    assert.equal(code, 2);
    assert.match(stderr, /only on a database of yours[^]*prisma migrate dev --create-only/);
    remove();
  });

  it('begins in an empty folder that is named, and tells JSON', async () => {
    const { path, remove } = workspace({ 'package.json': '{}', 'prisma/schema.prisma': '', 'prisma/migrations/.keep': '' });
    const { code, stdout } = await lockstep(['new', 'create_users', 'prisma/migrations', '--json'], { cwd: path });
    assert.equal(code, 0);
    const told = JSON.parse(stdout) as { layout: string; up: string; down: string };
    assert.equal(told.layout, 'prisma');
    assert.ok(existsSync(told.up) && existsSync(told.down));
    remove();
  });

  it('refuses names that leave the folder, and asks which folder is meant', async () => {
    const { path, remove } = workspace({ 'package.json': '{}', 'a/migrations/0001_x.sql': '', 'b/migrations/0001_x.sql': '' });
    assert.match((await lockstep(['new', '../../evil', 'a/migrations'], { cwd: path })).stderr, /cannot be part of the name/);
    assert.match((await lockstep(['new', 'con', 'a/migrations'], { cwd: path })).stderr, /device on Windows/);
    assert.match((await lockstep(['new', 'add_y'], { cwd: path })).stderr, /several folders[^]*a\/migrations, b\/migrations/);
    remove();
  });
});

describe('lockstep doctor', () => {
  it('tells folders, layouts, problems and targets', async () => {
    const { path, remove } = workspace({ 'package.json': '{}', 'db/0001_a.sql': '', 'db/0001_b.sql': '', 'db/0001_b_rollback.sql': '', 'lockstep.config.json': '{ "postgres": 15 }' });
    const { code, stdout } = await lockstep(['doctor'], { cwd: path });
    assert.equal(code, 1);
    assert.match(stdout, /db – SQL pairs\n {2}2 migrations, the newest 0001_b, 1 without a down\n {2}for PostgreSQL 15/);
    assert.match(stdout, /share the number 0001/);
    assert.match(stdout, /embedded \(chosen\)/);
    const json = JSON.parse((await lockstep(['doctor', '--json'], { cwd: path })).stdout) as DoctorReport;
    assert.deepEqual([json.version, json.folders.length, json.targets.map(({ kind }) => kind)], [1, 1, ['embedded', 'container', 'neon', 'url']]);
    remove();
  });

  it('tells what is wrong with a configuration, and that there is nothing', async () => {
    const broken = workspace({ 'package.json': '{}', 'lockstep.config.json': '{ "postgres": 9 }' });
    const said = await lockstep(['doctor'], { cwd: broken.path });
    assert.equal(said.code, 1);
    assert.match(said.stdout, /"postgres" must be one of/);
    broken.remove();
    const empty = workspace({ 'package.json': '{}' });
    assert.match((await lockstep(['doctor'], { cwd: empty.path })).stdout, /No migrations were found here/);
    empty.remove();
  });
});
