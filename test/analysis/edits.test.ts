import assert from 'node:assert/strict';
import { lint, type LintInput } from '../../src/analysis/lint.ts';
import { defaultConfig, type Config } from '../../src/model/config.ts';
import type { Edit } from '../../src/model/edit.ts';
import type { Example } from '../../src/rules/define-rule.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { editScript, parseScript } from '../../src/sql/script.ts';
import { exampleInput } from '../rules/check-sql.ts';

before(loadParser);

describe('checking after each keystroke', () => {
  const pieces = ['CREATE TABLE a (id bigint, n varchar(5));\n', 'CREATE INDEX i ON a (n);\n', 'DROP TABLE a;\n', 'ALTER TABLE a ADD COLUMN c int;\n', 'BEGIN;\n', 'COMMIT;\n', "SET lock_timeout = '1s';\n",
    'VACUUM a;\n', 'ROLLBACK;\n', 'CREATE TABLE IF NOT EXISTS a (id bigint) PARTITION BY LIST (id);\n', '-- lockstep-ignore drop-table: why\n', 'ALTER TABLE a ALTER COLUMN n TYPE text;\n', "'", '$$', '--', ';', '\n', 'x', 'DROP INDEX i;\n', 'ALTER TABLE a ENABLE ROW LEVEL SECURITY;\n',
    '\\set x 1\n', '\\i other.sql;\n', 'COPY a (n) FROM stdin;\n', "1\ty;'\n$$\n", '\\.\n', "SELECT 'DROP TABLE a' \\gexec\n", '\\'];

  for (const seed of [20261120, 20261125, 7]) it(`gives what checking the whole text anew gives (${String(seed)})`, () => {
    const random = generator(seed);
    let input: LintInput = { ...exampleInput({ sql: pieces.slice(0, 8).join('') }), config: { ...defaultConfig, protectedSchemas: ['*'], plainTransaction: 'autocommit' } };
    for (let step = 0; step < 400; step += 1) {
      const length = input.script.text.length;
      const start = Math.floor(random() * (length + 1));
      const end = random() < 0.5 || length > 1200 ? Math.min(length, start + Math.floor(random() * 60)) : start;
      const edit: Edit = { span: { start, end }, text: pieces[Math.floor(random() * pieces.length)] ?? '' };
      input = { ...input, script: editScript(input.script, edit) };
      // A configuration of its own has no memory of earlier checks.
      const anew = lint({ ...input, script: parseScript(input.script.text, input.script.options), config: { ...input.config } });
      assert.deepEqual(lint(input), anew, `step ${String(step)}: ${JSON.stringify(input.script.text)}`);
    }
  });

  const everything: Partial<Config> = { protectedSchemas: ['*'], runnerLockTimeout: null };
  const up = Array.from({ length: 40 }, (_, n) => `CREATE TABLE t${String(n % 5)} (id bigint, n varchar(9));\n`).join('');
  const places: readonly (Example & { readonly statements?: number })[] = [
    { sql: '', setup: 'CREATE TABLE t1 (id bigint, n varchar(5)); CREATE INDEX i2 ON t2 (n);', config: { ...everything, plainTransaction: 'autocommit' } },
    { sql: '', layout: 'prisma', config: { ...everything, runnerLockTimeout: '5s' } },
    { sql: '', side: 'down', otherSide: up, config: everything },
    { sql: '', otherSide: 'DROP TABLE t1; DROP TYPE m2; ALTER TABLE t3 DROP COLUMN c1, DROP CONSTRAINT k1; DROP INDEX i4; DROP POLICY p5 ON t5;', config: everything },
    { sql: '', layout: 'prisma', config: everything, statements: 2 },
  ];
  places.forEach((example, n) => {
    it(`gives it in a script of ${String(example.statements ?? 200)} statements, whatever happens to some of them (${String(n + 1)})`, () => {
      const random = generator(7919 + n);
      const begin = Array.from({ length: example.statements ?? 200 }, () => statement(random)).join('');
      let input = { ...exampleInput({ ...example, sql: begin }) };
      for (let step = 0; step < 300; step += 1) {
        input = { ...input, script: editScript(input.script, anEdit(input, random)) };
        if (input.otherSide !== null && random() < 0.1) input = { ...input, otherSide: parseScript(up.replaceAll('t1', `t${String(step % 9)}`)) };
        const found = lint(input);
        // Some steps are taken blindly: several edits go by between two checks.
        if (random() < 0.3) input = { ...input, script: editScript(input.script, anEdit(input, random)) };
        else assert.deepEqual(found, fromScratch(input), `step ${String(step)}: ${JSON.stringify(input.script.text)}`);
      }
    });
  });
});

/** A configuration of its own has no memory of earlier checks, and a script that was just read has no edit behind it. */
function fromScratch(input: LintInput): ReturnType<typeof lint> {
  return lint({ ...input, script: parseScript(input.script.text, input.script.options), config: { ...input.config } });
}

/** Inserts, takes out, changes, joins and cuts statements, and types into them. */
function anEdit({ script }: LintInput, random: () => number): Edit {
  const pick = (count: number): number => Math.floor(random() * count);
  const placed = script.statements[pick(script.statements.length)];
  if (placed === undefined) return { span: { start: 0, end: 0 }, text: statement(random) };
  const { start, statement: { text } } = placed;
  const end = start + text.length;
  const edits: readonly (() => Edit)[] = [
    () => ({ span: { start, end: start }, text: statement(random) }),
    () => ({ span: { start, end: end + 2 }, text: '' }),
    () => ({ span: { start, end }, text: statement(random).replace(/;\n$/, '') }),
    () => ({ span: { start: end, end: end + 1 }, text: ' ' }),
    () => ({ span: { start: start + pick(text.length), end }, text: '' }),
    () => ({ span: { start: start + pick(text.length), end: start + pick(text.length) }, text: ['x', ' ', ';', '1', '\n-- c\n'][pick(5)] ?? '' }),
    () => ({ span: { start, end: start }, text: '-- a comment\n' }),
  ];
  const { span, text: typed } = edits[pick(edits.length)]?.() ?? { span: { start, end }, text: '' };
  return { span: { start: Math.min(span.start, span.end), end: Math.min(Math.max(span.start, span.end), script.text.length) }, text: typed };
}

/** Few names, so that statements have to do with one another; session statements are rare, as they change everything. */
function statement(random: () => number): string {
  const [t, u, k] = [random(), random(), random()].map((n) => String(Math.floor(n * 9)));
  const table = [
    `CREATE TABLE t${t} (id bigint, n varchar(5))`, `CREATE TABLE IF NOT EXISTS t${t} (id bigint, c${u} int)`, `DROP TABLE t${t}`, `ALTER TABLE t${t} RENAME TO t${u}`,
    `ALTER TABLE t${t} ADD COLUMN c${k} varchar(${u})`, `ALTER TABLE t${t} RENAME COLUMN c${k} TO c${u}`, `ALTER TABLE t${t} ALTER COLUMN n TYPE varchar(${u})`, `ALTER TABLE t${t} DROP COLUMN c${k}`,
    `ALTER TABLE t${t} ADD CONSTRAINT k${k} CHECK (c${k} IS NOT NULL) NOT VALID`, `ALTER TABLE t${t} VALIDATE CONSTRAINT k${k}`, `ALTER TABLE t${t} DROP CONSTRAINT k${k}`, `ALTER TABLE t${t} ALTER c${k} SET NOT NULL`,
    `ALTER TABLE t${t} ADD FOREIGN KEY (n) REFERENCES t${u} (id)`, `CREATE INDEX i${k} ON t${t} (n)`, `CREATE INDEX CONCURRENTLY i${k} ON t${t} (n)`, `DROP INDEX i${k}`,
    `ALTER TABLE t${t} ENABLE ROW LEVEL SECURITY`, `CREATE POLICY p${k} ON t${t} USING (true)`, `INSERT INTO t${t} VALUES (${u})`, `UPDATE t${t} SET n = '${u}'`, `COMMENT ON TABLE t${t} IS 'c${k}'`, `DELETE FROM t${t}`,
    `CREATE TYPE m${t} AS (a int)`, `ALTER TYPE m${t} RENAME TO m${u}`, `DROP TYPE m${t}`, `ALTER POLICY p${k} ON t${t} RENAME TO p${u}`,
  ];
  const surroundings = ['BEGIN', 'COMMIT', 'ROLLBACK', "SET lock_timeout = '1s'", "SET LOCAL lock_timeout = '2s'", 'RESET lock_timeout', '-- lockstep-ignore drop-table: why\nDROP TABLE t1'];
  const kinds = random() < 0.05 ? surroundings : table;
  return `${kinds[Math.floor(random() * kinds.length)] ?? ''};\n`;
}

/** A sequence of numbers below 1 that is the same in every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
