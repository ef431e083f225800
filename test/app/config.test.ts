import assert from 'node:assert/strict';
import { parseConfig } from '../../src/app/config.ts';
import { defaultConfig } from '../../src/model/config.ts';
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

describe('lockstep.config.json', () => {
  it('has a default for everything', () => {
    for (const text of ['', '{}', '// nothing yet\n{ }']) assert.deepEqual(parseConfig(text, 'x'), defaultConfig);
  });

  it('reads JSON with comments and trailing commas, and merges naming', () => {
    const config = parseConfig('{ "$schema": "x", /* ours */ "postgres": 15, "rules": { "drop-table": "off" }, "naming": { "patterns": ["^add_"], }, }', 'x');
    assert.deepEqual([config.postgres, config.postgresIs], [15, 'chosen']);
    assert.deepEqual([parseConfig('{ "down": "optional" }', 'x').postgresIs, parseConfig('{ "postgres": 17 }', 'x').postgresIs], ['assumed', 'chosen']);
    assert.deepEqual(config.rules, { 'drop-table': 'off' });
    assert.deepEqual(config.naming, { ...defaultConfig.naming, patterns: ['^add_'] });
    assert.ok(!('$schema' in config));
  });

  it('names file, line and every mistake', () => {
    assert.equal(refusal('{\n  "postgres": 9,\n  "protectedschemas": [],\n  "rules": { "drop-table": "fatal" },\n  "lockTimeout": "soon",\n  "naming": { "patterns": ["("] }\n}'), [
      '/w/lockstep.config.json:2: "postgres" must be one of 14, 15, 16, 17, 18.',
      '/w/lockstep.config.json:3: "protectedschemas" means nothing to Lockstep; here it knows postgres, rules, protectedSchemas, down, runnerLockTimeout, runnerStatementTimeout, lockTimeout, naming, layouts, plainTransaction, mainBranch, target, container, neon, url, rowSecurity.',
      '/w/lockstep.config.json:4: "rules.drop-table" must be one of "error", "warning", "information", "off".',
      '/w/lockstep.config.json:5: "lockTimeout" is "soon", but must be a duration such as "5s" or "500ms".',
      '/w/lockstep.config.json:6: "naming.patterns" holds "(", which is not a regular expression.',
    ].join('\n'));
    assert.equal(refusal('{\n  "postgres" 9\n}'), '/w/lockstep.config.json:2: Colon expected.');
    assert.match(refusal('{ "rules": { "drop-tabel": "off" } }'), /^\/w\/lockstep\.config\.json:1: "rules\.drop-tabel" means nothing to Lockstep; here it knows .*drop-table/);
    assert.equal(refusal('[]'), '/w/lockstep.config.json:1: The configuration must be an object.');
    assert.equal(refusal('{ "down": "optional",\n "down": "required" }'), '/w/lockstep.config.json:2: "down" is given twice.');
  });
});
