import assert from 'node:assert/strict';
import { reportView } from '../../src/report/view-model.ts';
import { bytes, duration, lossSentence } from '../../src/report/wording.ts';
import { exactReport, failedReport, shopDown, shopReport, shopUp } from './samples.ts';

describe('what the page shows', () => {
  it('is plain data', () => {
    const view = reportView(shopReport());
    assert.deepEqual(JSON.parse(JSON.stringify(view)), view);
  });

  it('says first what was lost', () => {
    const { verdict } = reportView(shopReport());
    assert.equal(verdict.tone, 'bad');
    assert.equal(verdict.headline, 'The down does not bring the data back');
    assert.equal(verdict.reasons[0], 'public.customers lost the values of legacy_ref in 60 rows.');
  });

  it('says that the commit failed, and blames no statement', () => {
    const report = exactReport();
    const [up] = report.trace.legs;
    assert.ok(up);
    const commitError = { message: 'still referenced', sqlstate: '23503', detail: null, hint: null, span: null };
    const view = reportView({ ...report, verdict: 'up failed', trace: { ...report.trace, legs: [{ ...up, outcome: 'failed', commitError }] } });
    assert.deepEqual([view.verdict.headline, view.verdict.reasons], ['The up fails at its COMMIT', ['still referenced (SQLSTATE 23503)']]);
    assert.deepEqual([view.failure?.title, view.failure?.place.line], ['Up, at its COMMIT', 4]);
    assert.ok(view.legs[0]?.statements.rows.every((row) => row.outcome === 'done'));
  });

  it('tells what the down left in tables and sequences', () => {
    const view = reportView({ ...exactReport(), verdict: 'contents differ', remainders: [
      { kind: 'rows', table: 'public.seeds', rows: 1, compared: true },
      { kind: 'rows', table: 'public.big', rows: 2, compared: false },
      { kind: 'sequence', sequence: 'public.sq', before: '1', after: '1000' },
    ] });
    assert.equal(view.verdict.headline, 'The down leaves contents that were not there before');
    assert.deepEqual(view.verdict.reasons, [
      '1 row of public.seeds was left behind.',
      '2 rows of public.big were left behind; there are too many rows to tell whether the others kept their values.',
      'Sequence public.sq stands at 1000; before the up it stood at 1.',
    ]);
  });

  it('prints both scripts whole, with the statements and findings where they are', () => {
    const [up, down] = reportView(shopReport()).scripts;
    const text = (pane: typeof up): string => `${pane?.lines.map((line) => line.segments.map((segment) => segment.text).join('')).join('\n') ?? ''}\n`;
    assert.equal(text(up), shopUp);
    assert.equal(text(down), shopDown);
    assert.deepEqual(up?.lines.filter((line) => line.statement !== null).map((line) => line.number), [4, 6, 8, 10, 12, 14]);
    const marked = up?.lines.flatMap((line) => line.segments.filter((segment) => segment.mark === 'error').map((segment) => segment.text));
    assert.deepEqual(marked, ['DROP COLUMN "legacy_ref"']);
  });

  it('lists the locks that others wait for, longest first, and folds the rest', () => {
    const locks = reportView(shopReport()).legs[0]?.locks;
    assert.deepEqual(locks?.waits.map((bar) => `${bar.mode} ${bar.relation} ${bar.blocks}`), ['ACCESS EXCLUSIVE public.orders reads and writes', 'SHARE public.orders writes', 'ACCESS EXCLUSIVE public.customers reads and writes']);
    assert.deepEqual(locks?.harmless.map((bar) => bar.relation), ['public.orders_note_idx', 'public.tenants']);
    for (const bar of [...(locks?.waits ?? []), ...(locks?.harmless ?? [])]) assert.ok(bar.from >= 0 && bar.width >= 0 && bar.from + bar.width <= 1.000001);
  });

  it('draws an axis of round times', () => {
    assert.deepEqual(reportView(shopReport()).legs[0]?.locks.ticks.map((tick) => tick.label), ['0', '10 ms', '20 ms', '30 ms']);
  });

  it('takes an index that is locked alone for what it is: every query on its table waits', () => {
    const report = exactReport();
    const legs = report.trace.legs.map((leg) => ({ ...leg, lockWindows: [{ relation: 'public.a_idx', relationKind: 'index', mode: 'ACCESS EXCLUSIVE', existedBefore: true, from: 0, to: 1, statement: 0 } as const] }));
    const view = reportView({ ...report, trace: { ...report.trace, legs } });
    assert.deepEqual(view.legs[0]?.locks.waits.map((bar) => bar.relation), ['public.a_idx']);
  });

  it('never turns what was not observed into a zero', () => {
    const view = reportView(failedReport());
    const first = view.legs[0]?.statements.rows[0];
    assert.deepEqual([first?.locks.text, first?.rewrites.text, first?.scans.text], ['not observable', 'not observable', 'not observable']);
    assert.equal(view.facts.find((fact) => fact.label === 'Tables rewritten')?.value, 'unknown');
    assert.deepEqual(view.legs[0]?.statements.notes, ['Statement 1: CREATE INDEX CONCURRENTLY runs in transactions of its own, and its locks are gone when it ends']);
  });

  it('leads from a failure to its exact place', () => {
    const { failure } = reportView(failedReport());
    assert.equal(failure?.place.line, 2);
    assert.equal(failure?.error.sqlstate, '23502');
  });

  it('puts confirmed findings first and withdrawn ones last', () => {
    const order = reportView(shopReport()).findings.map((found) => found.confirmation);
    assert.deepEqual(order, ['confirmed', 'confirmed', 'confirmed', 'confirmed', 'confirmed', 'not observed', 'withdrawn']);
  });

  it('says of a second up that leads elsewhere that it does', () => {
    const report = exactReport();
    const { verdict } = reportView({ ...report, upAgainDifferences: report.changes });
    assert.equal(verdict.tone, 'bad');
  });
});

describe('words', () => {
  it('gives times in three figures', () => {
    assert.deepEqual([0.04, 9.94, 9.96, 123.4, 999.6, 1234, 61_000].map(duration), ['0.0 ms', '9.9 ms', '10 ms', '123 ms', '1.00 s', '1.23 s', '1 min 1 s']);
  });

  it('gives sizes', () => {
    assert.deepEqual([0, 999, 1000, 148_224, 2_500_000].map(bytes), ['0 B', '999 B', '1.0 kB', '148 kB', '2.5 MB']);
  });

  it('says what a table lost', () => {
    assert.equal(lossSentence({ table: 'a', rowsBefore: 3, rowsAfter: 1, columns: [] }), 'a lost 2 rows of 3');
    assert.equal(lossSentence({ table: 'a', rowsBefore: 1, rowsAfter: 1, columns: ['x', 'y'] }), 'a lost the values of x and y in 1 row');
  });
});
