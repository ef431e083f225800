import assert from 'node:assert/strict';
import { layouts } from '../../src/layouts/detect.ts';
import { applyEdits } from '../../src/model/edit.ts';
import type { Finding } from '../../src/model/finding.ts';
import { contains } from '../../src/model/span.ts';
import type { Example, Rule } from '../../src/rules/define-rule.ts';
import { rules } from '../../src/rules/index.generated.ts';
import { loadScriptParser } from '../../src/sql/embedded/read.ts';
import { checkExample, exampleInput } from '../rules/check-sql.ts';

before(loadScriptParser);

describe('every rule', () => {
  it('has an id of its own', () => {
    assert.equal(new Set(rules.map((rule) => rule.id)).size, rules.length);
  });

  for (const rule of rules) describe(rule.id, () => conforms(rule));
});

function conforms(rule: Rule): void {
  it('says what it finds, why that hurts and what to do instead', () => {
    assert.match(rule.id, /^[a-z]+(-[a-z]+)*$/);
    assert.ok(rule.title.length > 0 && rule.title.length <= 60, 'a title fits a line');
    assert.doesNotMatch(rule.title, /\.$/);
    for (const text of Object.values(rule.docs)) assert.match(text, /^[A-Z`].{40,}[.)]$/s);
    if (rule.scope === 'statement') assert.ok(rule.kinds.length > 0);
  });

  it('offers a fix exactly when it says so', () => {
    assert.equal(rule.examples.bad.some((each) => ownFindings(rule, each).some((finding) => finding.fixes.length > 0)), rule.hasFix === true);
  });

  for (const [index, example] of rule.examples.bad.entries()) {
    describe(`bad example ${String(index + 1)}${example.title === undefined ? '' : `: ${example.title}`}`, () => isBad(rule, example));
  }
  for (const [index, example] of rule.examples.good.entries()) {
    it(`finds nothing in good example ${String(index + 1)}`, () => assert.deepEqual(describeFindings(checkExample(example)), []));
  }
}

/** Some tools write their names small, at the beginning of a sentence as well. */
const sentence = new RegExp(`^(?:[A-Z\`"]|${layouts.map(({ title }) => title).join('|')}).*[.?]$`, 's');

function isBad(rule: Rule, example: Example): void {
  it('yields exactly this finding', () => {
    assert.deepEqual(checkExample(example).map((finding) => finding.rule), [rule.id]);
  });

  it('says it in a sentence, inside the text', () => {
    for (const finding of checkExample(example)) {
      assert.match(finding.message, sentence);
      assert.ok(finding.message.length <= 400, `${String(finding.message.length)} characters`);
      assert.ok(contains({ start: 0, end: example.sql.length }, finding.span));
      assert.ok(finding.span.end > finding.span.start);
    }
  });

  it('has fixes that parse, cure it, bring nothing new, keep the rest of the text and need to be applied once', () => {
    for (const finding of ownFindings(rule, example)) for (const fix of finding.fixes) assertFix(rule, example, fix);
  });
}

function assertFix(rule: Rule, example: Example, fix: Finding['fixes'][number]): void {
  const before = checkExample(example);
  const fixed: Example = { ...example, sql: applyEdits(example.sql, fix.edits) };
  const after = checkExample(fixed);
  assert.deepEqual(exampleInput(fixed).script.statements.filter((each) => each.statement.problem !== null), [], fixed.sql);
  assert.equal(after.filter((each) => each.rule === rule.id).length, before.filter((each) => each.rule === rule.id).length - 1, fixed.sql);
  assert.deepEqual(describeFindings(after.filter((each) => each.rule !== rule.id)), describeFindings(before.filter((each) => each.rule !== rule.id)), fixed.sql);
  assert.ok(!after.some((each) => each.fixes.some((again) => again.title === fix.title)), 'the fix is not offered again');
  const ordered = [...fix.edits].sort((a, b) => a.span.start - b.span.start);
  assert.ok(ordered.every((edit, index) => (ordered[index - 1]?.span.end ?? 0) <= edit.span.start), 'edits do not overlap');
  assert.ok(ordered.every((edit) => contains({ start: 0, end: example.sql.length }, edit.span)));
}

function ownFindings(rule: Rule, example: Example): readonly Finding[] {
  return checkExample(example).filter((finding) => finding.rule === rule.id);
}

function describeFindings(findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => `${finding.rule}: ${finding.message}`);
}
