import assert from 'node:assert/strict';
import { judge } from '../../src/analysis/judge.ts';
import { lint, type LintInput } from '../../src/analysis/lint.ts';
import type { PlannedScript } from '../../src/dryrun/plan.ts';
import { dryRun } from '../../src/dryrun/run.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import { applyEdits } from '../../src/model/edit.ts';
import type { LegTrace, Trace } from '../../src/model/trace.ts';
import type { Example, Rule } from '../../src/rules/define-rule.ts';
import { rules } from '../../src/rules/index.generated.ts';
import { loadScriptParser } from '../../src/sql/embedded/read.ts';
import { parseScript, type SqlScript } from '../../src/sql/script.ts';
import { exampleInput } from '../rules/check-sql.ts';
import { emptiedTarget } from '../support/emptied-target.ts';
import { installedMajors } from '../support/postgres.ts';
import { serverTarget } from '../support/server-target.ts';

before(loadScriptParser);

for (const major of installedMajors) {
  describe(`the rules' examples on PostgreSQL ${String(major)}`, () => {
    const server = { major, target: bare(emptiedTarget(serverTarget(major))) };
    for (const rule of rules.filter((each) => major >= (each.postgres?.from ?? 0) && major <= (each.postgres?.until ?? Infinity))) {
      it(`${rule.id}: bad ones do what the rule says`, async () => {
        for (const example of rule.examples.bad) await assertBad(rule, example, server);
      });
      it(`${rule.id}: good ones run`, async () => {
        for (const example of rule.examples.good) assertRan(await run(example, server), example);
      });
    }
  });
}

interface Server {
  readonly major: PostgresMajor;
  readonly target: Target;
}

async function assertBad(rule: Rule, example: Example, server: Server): Promise<void> {
  const trace = await run(example, server);
  const leg = legOf(trace, example);
  if (example.fails === undefined) assertRan(trace, example);
  else assert.equal(leg?.statements.find((each) => each.error !== null)?.error?.sqlstate, example.fails, example.sql);
  const findings = lint(inputFor(example, server.major)).filter((finding) => finding.rule === rule.id);
  assert.ok(findings.length > 0, `not found on this version: ${example.sql}`);
  if (rule.scope === 'statement' && rule.observe !== undefined) {
    for (const { confirmation, evidence } of judge(findings, leg)) assert.equal(confirmation, 'confirmed', `${example.sql}\n${evidence}`);
  }
  for (const fix of findings.flatMap((finding) => finding.fixes)) {
    const fixed: Example = { ...example, sql: applyEdits(example.sql, fix.edits) };
    const after = await run(fixed, server);
    assertRan(after, fixed);
    if (example.fails === undefined && example.fixLeaves === undefined && example.fixChanges === undefined) assert.deepEqual(stateOf(after, example), stateOf(trace, example), fixed.sql);
  }
}

function inputFor(example: Example, major: PostgresMajor): LintInput {
  return exampleInput({ ...example, config: { ...example.config, postgres: major } });
}

function assertRan(trace: Trace, example: Example): void {
  const leg = legOf(trace, example);
  const error = leg?.statements.find((each) => each.error !== null)?.error;
  assert.equal(leg?.outcome, 'done', `${example.sql}\n${error?.message ?? ''}`);
}

function legOf(trace: Trace, example: Example): LegTrace | null {
  return trace.legs.find((each) => each.side === (example.side ?? 'up')) ?? null;
}

/** The catalog after the example. */
function stateOf(trace: Trace, example: Example): unknown {
  return (example.side === 'down' ? trace.afterDown : trace.afterUp)?.snapshot;
}

/** The example as the migration that it stands for, on an empty database. */
function run(example: Example, { major, target }: Server): Promise<Trace> {
  const input = inputFor(example, major);
  const planned = (script: SqlScript): PlannedScript => ({ path: '/db/example.sql', text: script.text, statements: script.statements, mode: input.mode ?? { kind: 'autocommit', tool: 'the example', optOut: null } });
  const own = planned(input.script);
  const other = input.otherSide === null ? null : planned(input.otherSide);
  const up = input.side === 'up' ? own : (other ?? planned(parseScript('')));
  const down = input.side === 'up' ? null : own;
  const setup = example.setup === undefined ? [] : [{ id: 'setup', up: { ...planned(parseScript(example.setup)), mode: { kind: 'autocommit', tool: 'the setup', optOut: null } as const } }];
  const plan = { history: setup, migration: { id: 'example', up, down }, statementTimeout: 10_000 };
  return dryRun(target, plan, { signal: new AbortController().signal, progress: () => undefined });
}

/** Its rows are those of the example, and nobody watches. */
function bare(target: Target): Target {
  return {
    id: 'url',
    async open(options) {
      const { capabilities: { info }, session, startedFrom, close } = await target.open(options);
      return { session, startedFrom, close, capabilities: { info, secondSession: { kind: 'unavailable', reason: 'The examples need one session.' }, realData: true } };
    },
  };
}
