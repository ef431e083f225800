import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../../src/app/config.ts';
import { openProject } from '../../src/app/project.ts';
import { importSquawk, parseSquawk, readSquawk } from '../../src/app/squawk.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { UserError } from '../../src/model/errors.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

const toml = `pg_version = "15.4"
assume_in_transaction = true
excluded_rules = ["ban-drop-column", "prefer-big-int", "constraint-missing-not-valid"]
included_rules = ["require-table-schema"]
excluded_paths = ["./migrations/legacy/**"]
`;

describe('.squawk.toml', () => {
  let root = '';
  afterEach(() => removeFolder(root));

  it('is read for what it means here, and what has no counterpart is said', () => {
    const { postgres, rules, overrides, notes } = readSquawk(toml, '/w/.squawk.toml');
    // Squawk tells foreign keys in a rule of their own, which is not excluded.
    assert.deepEqual([postgres, rules], [15, { 'drop-column': 'off', 'check-validates': 'off', 'unqualified-name': 'warning' }]);
    assert.deepEqual(overrides.map(({ paths }) => paths), [['migrations/legacy/**']]);
    assert.equal(overrides[0]?.rules['drop-table'], 'off');
    assert.deepEqual(notes.map((note) => note.split(' ')[0]), ['prefer-big-int', 'assume_in_transaction']);
  });

  it('counts where the project has no configuration of its own, and only there', async () => {
    root = await temporaryFolder({ 'package.json': '{}', '.squawk.toml': toml, 'migrations/0001_a.up.sql': '', 'migrations/0001_a.down.sql': '' });
    const { config } = await openProject(nodeFiles, root);
    assert.deepEqual([config.postgres, config.postgresIs, config.rules['drop-column']], [15, 'chosen', 'off']);
    await removeFolder(root);
    root = await temporaryFolder({ 'package.json': '{}', '.squawk.toml': toml, 'lockstep.config.json': '{ "postgres": 14 }', 'migrations/0001_a.up.sql': '', 'migrations/0001_a.down.sql': '' });
    const own = (await openProject(nodeFiles, root)).config;
    assert.deepEqual([own.postgres, own.rules['drop-column']], [14, undefined]);
  });

  it('says where it cannot be read', () => {
    assert.throws(() => parseSquawk('pg_version = "15"\nexcluded_rules = [\n', '/w/.squawk.toml'), /\/w\/\.squawk\.toml:\d+: \S/);
  });

  it('becomes a lockstep.config.json that means the same', async () => {
    root = await temporaryFolder({ '.squawk.toml': toml });
    const { path, notes } = await importSquawk(nodeFiles, root);
    const text = readFileSync(path, 'utf8');
    assert.equal(path, `${root}/lockstep.config.json`);
    assert.equal(notes.length, 2);
    assert.match(text, /^\/\/ From \.squawk\.toml\.\n\/\/ prefer-big-int has no counterpart here\.\n/);
    const [before, after] = [parseSquawk(toml, '/w/.squawk.toml'), parseConfig(text, path)];
    assert.deepEqual(after, before);
  });

  it('is not written over what the team decided, and is missed where it is not', async () => {
    root = await temporaryFolder({ '.squawk.toml': toml, 'lockstep.config.json': '{}', 'empty/a.txt': '' });
    await assert.rejects(importSquawk(nodeFiles, root), (error) => error instanceof UserError && error.code === 'file-exists');
    assert.equal(readFileSync(join(root, 'lockstep.config.json'), 'utf8'), '{}');
    await assert.rejects(importSquawk(nodeFiles, `${root}/empty`), (error) => error instanceof UserError && /There is no \.squawk\.toml/.test(error.message));
  });
});
