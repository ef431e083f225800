import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';
import { corpus } from '../fixtures/down/corpus.ts';
import { practice } from '../fixtures/down/practice.ts';
import { rarities } from '../fixtures/down/rarities.ts';
import { serverWide } from '../fixtures/down/server-wide.ts';

const ups = [...corpus, ...practice, ...rarities, ...serverWide].map((each) => each.up);

const internal = 'PostgreSQL makes it of other statements; no script can say it.';

/** Names of the grammar that no up of the corpus holds, each with the reason. */
const reasons: Readonly<Record<string, string>> = {
  RawStmt: 'It wraps every statement.',
  SetOperationStmt: internal,
  PLAssignStmt: 'It is a line of PL/pgSQL.',
  ReturnStmt: 'It is the body of an SQL function.',
  SecLabelStmt: 'No provider of labels comes with the servers of the suite; the unit tests say what its inverse is.',
  AT_AddColumnToView: internal, AT_AddIndex: internal, AT_AddIndexConstraint: internal, AT_CookedColumnDefault: internal, AT_ReplaceRelOptions: internal,
  AT_ReAddComment: internal, AT_ReAddConstraint: internal, AT_ReAddDomainConstraint: internal, AT_ReAddIndex: internal, AT_ReAddStatistics: internal,
  OBJECT_AMOP: internal, OBJECT_AMPROC: internal, OBJECT_DEFACL: internal, OBJECT_DEFAULT: internal, OBJECT_PUBLICATION_NAMESPACE: internal, OBJECT_PUBLICATION_REL: internal, OBJECT_USER_MAPPING: internal,
  ALTER_SUBSCRIPTION_REFRESH: 'It needs a publisher that answers; the unit tests say what its inverse is.',
};

/** What the parser can say: its output names every kind of node, and every value of an enumeration. */
const grammar = readFileSync(createRequire(import.meta.url).resolve('libpg-query/wasm/libpg-query.wasm'), 'latin1');

function namesOf(pattern: RegExp): readonly string[] {
  return [...new Set([...grammar.matchAll(pattern)].map(([, name = '']) => name))].sort();
}

describe('the corpus of downs', () => {
  let said = '';
  before(async () => {
    await loadParser();
    said = ups.flatMap((up) => parseScript(up).statements.map(({ statement: { kind, node } }) => JSON.stringify({ [kind]: node }))).join('\n');
  });

  for (const [what, pattern, least] of [
    ['statement', /"([A-Z]\w*Stmt)":\{/g, 110],
    ['form of ALTER TABLE', /\0(AT_\w+)(?=\0)/g, 60],
    ['kind of object', /\0(OBJECT_\w+)(?=\0)/g, 45],
    ['form of ALTER SUBSCRIPTION', /\0(ALTER_SUBSCRIPTION_\w+)(?=\0)/g, 8],
  ] as const) {
    it(`holds every ${what} of the grammar, or says why not`, () => {
      const names = namesOf(pattern);
      assert.ok(names.length >= least, `the grammar of ${String(names.length)} names was not read`);
      const isSaid = (name: string): boolean => said.includes(`"${name}"`);
      assert.deepEqual(names.filter((name) => !isSaid(name) && reasons[name] === undefined), [], 'missing in the corpus');
      assert.deepEqual(names.filter((name) => isSaid(name) && reasons[name] !== undefined), [], 'in the corpus after all');
    });
  }

  it('gives reasons for names of the grammar only', () => {
    const known = new Set(namesOf(/\b((?:AT|OBJECT|ALTER_SUBSCRIPTION)_\w+|[A-Z]\w*Stmt)\b/g));
    assert.deepEqual(Object.keys(reasons).filter((name) => !known.has(name)), []);
  });

  it('holds far more than 250 statements, none of them a syntax error', () => {
    assert.ok(ups.length >= 500, String(ups.length));
    assert.equal(said.includes('"SyntaxError"'), false);
  });
});
