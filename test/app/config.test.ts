import assert from 'node:assert/strict';
import { parseConfig } from '../../src/app/config.ts';
import { defaultConfig, type Config } from '../../src/model/config.ts';
import { UserError } from '../../src/model/errors.ts';

const refusal = (text: string): string => {
  try {
    parseConfig(text, '/w/lockstep.config.json');
  } catch (error) {
    assert.ok(error instanceof UserError && error.code === 'config-invalid' && error.next !== '');
    return error.message;
  }
  return 'accepted';
};

function read(text: string): Config {
  const config = parseConfig(text, '/w/lockstep.config.json');
  assert.ok(config !== null);
  return config;
}

describe('lockstep.config.json', () => {
  it('has a default for everything', () => {
    for (const text of ['', '{}', '// nothing yet\n{ }']) assert.deepEqual(parseConfig(text, 'x'), defaultConfig);
  });

  it('reads JSON with comments and trailing commas, and merges naming', () => {
    const config = read('{ "$schema": "x", /* ours */ "postgres": 15, "rules": { "drop-table": "off" }, "naming": { "patterns": ["^add_"], }, }');
    assert.deepEqual([config.postgres, config.postgresIs], [15, 'chosen']);
    assert.deepEqual([read('{ "down": "optional" }').postgresIs, read('{ "postgres": 17 }').postgresIs], ['assumed', 'chosen']);
    assert.deepEqual(config.rules, { 'drop-table': 'off' });
    assert.deepEqual(config.naming, { ...defaultConfig.naming, patterns: ['^add_'] });
    assert.ok(!('$schema' in config));
  });

  it('names file, line and every mistake', () => {
    assert.equal(refusal('{\n  "postgres": 9,\n  "protectedschemas": [],\n  "rules": { "drop-table": "fatal" },\n  "lockTimeout": "soon",\n  "naming": { "patterns": ["("] }\n}'), [
      '/w/lockstep.config.json:2: "postgres" must be one of 14, 15, 16, 17, 18.',
      '/w/lockstep.config.json:3: "protectedschemas" means nothing to Lockstep; here it knows postgres, preset, rules, overrides, startAfter, sizes, protectedSchemas, down, runnerLockTimeout, runnerStatementTimeout, lockTimeout, naming, layouts, plainTransaction, mainBranch, target, container, neon, url, rowSecurity.',
      '/w/lockstep.config.json:4: "rules.drop-table" must be one of "error", "warning", "information", "off".',
      '/w/lockstep.config.json:5: "lockTimeout" is "soon", but must be a duration such as "5s" or "500ms".',
      '/w/lockstep.config.json:6: "naming.patterns" holds "(", which is not a regular expression.',
    ].join('\n'));
    assert.equal(refusal('{\n  "postgres" 9\n}'), '/w/lockstep.config.json:2: Colon expected.');
    assert.match(refusal('{ "rules": { "drop-tabel": "off" } }'), /^\/w\/lockstep\.config\.json:1: "rules\.drop-tabel" means nothing to Lockstep; here it knows .*drop-table/);
    assert.equal(refusal('[]'), '/w/lockstep.config.json:1: The configuration must be an object.');
    assert.equal(refusal('{ "down": "optional",\n "down": "required" }'), '/w/lockstep.config.json:2: "down" is given twice.');
  });

  it('begins with a preset, and what is said beside it goes before it', () => {
    assert.deepEqual(read('{ "preset": "forward-only" }').down, 'forbidden');
    const config = read('{ "preset": "zero-downtime", "rules": { "create-index-blocking": "information" } }');
    assert.deepEqual([config.rules['create-index-blocking'], config.rules['rename-column'], config.rules['missing-if-exists'], config.down], ['information', 'error', undefined, 'required']);
    assert.deepEqual([read('{ "preset": "reversible" }').rules['down-missing'], read('{ "preset": "additive-only", "down": "required" }').down, read('{ "preset": "additive-only" }').rules['additive-only']], ['error', 'required', 'error']);
    assert.match(refusal('{ "preset": "strict" }'), /must be one of "recommended", "zero-downtime", "reversible", "forward-only", "additive-only"/);
  });

  it('takes overrides for files and tables, which have to say what they change', () => {
    const config = read('{ "overrides": [{ "paths": ["legacy/**"], "rules": { "drop-table": "off" } }, { "tables": ["audit_*", "app.orders"], "rules": {} }] }');
    assert.deepEqual(config.overrides.map(({ paths, tables }) => [paths, tables]), [[['legacy/**'], undefined], [undefined, ['audit_*', 'app.orders']]]);
    assert.equal(refusal('{\n  "overrides": [{ "tables": ["a.b.c"], "rules": {} }, { "paths": [] }]\n}'), [
      '/w/lockstep.config.json:2: "overrides.tables" is "a.b.c", but must be the name of a table such as "orders" or "app.audit_*".',
      '/w/lockstep.config.json:2: "overrides" also needs "rules".',
    ].join('\n'));
  });

  it('can stand in package.json, whose other keys are nobody’s business', () => {
    assert.equal(parseConfig('{ "name": "shop" }', '/w/package.json'), null);
    assert.equal(parseConfig('{ "name": "lockstep", }', '/w/package.json'), null);
    assert.equal(parseConfig('{ "name": "shop", "lockstep": { "postgres": 15 } }', '/w/package.json')?.postgres, 15);
    assert.equal(parseConfig('{ "lockstep": { "postgres": 15 }', '/w/package.json'), null);
    assert.throws(() => parseConfig('{\n "lockstep": { "postgress": 15 } }', '/w/package.json'), /^ConfigError|package\.json:2: "postgress" means nothing/);
  });
});
