import assert from 'node:assert/strict';
import { displayWidth } from '../../src/report/display.ts';
import { prettyDryRun } from '../../src/report/pretty-dry-run.ts';
import { plainTerminal, type Terminal } from '../../src/report/terminal.ts';
import { assertGolden } from './golden.ts';
import { exactReport, failedReport, hostileReport, longReport, serverReport, shopReport } from './samples.ts';

const terminal: Terminal = { ...plainTerminal, root: '/repo', width: 120 };

describe('a dry run in the terminal', () => {
  it('puts a verdict with data loss first and explains it', () => assertGolden('dry-run-data-lost.txt', prettyDryRun(shopReport(), terminal)));

  it('says that everything came back', () => assertGolden('dry-run-exact.txt', prettyDryRun(exactReport(), terminal)));

  it('shows where a statement failed and what was not observable', () => assertGolden('dry-run-up-failed.txt', prettyDryRun(failedReport(), terminal)));

  it('sets apart what was measured, sampled, probed and estimated', () => assertGolden('dry-run-server.txt', prettyDryRun(serverReport(), terminal)));

  it('shows of a thousand statements those that stand out', () => {
    const output = prettyDryRun(longReport(1_000), terminal);
    assert.match(output, /ALTER TABLE t_998 ADD COLUMN/);
    assert.match(output, /these 40 statements of 1000 stand out/);
    assert.match(output, /… and 960 more/);
    assert.ok(output.split('\n').length < 200);
  });

  it('never lets a name reach the terminal as control sequences', () => {
    const output = prettyDryRun(hostileReport(), terminal);
    assert.doesNotMatch(output, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  for (const width of [80, 120, 200]) {
    it(`keeps its tables within ${width} columns`, () => {
      const output = prettyDryRun(shopReport(), { ...terminal, width });
      const table = output.slice(output.indexOf('\nUp ·'), output.indexOf('\nSchema after'));
      for (const line of table.split('\n')) assert.ok(displayWidth(line) <= width, `${displayWidth(line)}: ${line}`);
    });
  }
});
