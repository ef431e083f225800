import assert from 'node:assert/strict';
import { checkIsClean, dryRunIsClean, lineStarts, lineText, placeOf } from '../../src/report/build.ts';
import { checkReport, file, finding } from './check-samples.ts';
import { exactReport, failedReport, shopReport } from './samples.ts';

describe('places', () => {
  it('counts lines as VS Code does: \\n, \\r\\n and a lone \\r', () => {
    const text = 'a\r\nbc\rd\ne';
    const starts = lineStarts(text);
    assert.deepEqual(starts, [0, 3, 6, 8]);
    assert.deepEqual([1, 2, 3, 4].map((line) => lineText(text, starts, line)), ['a', 'bc', 'd', 'e']);
  });

  it('counts columns in UTF-16 units', () => {
    const text = 'x\n😀y';
    assert.deepEqual(placeOf(lineStarts(text), text.indexOf('y')), { line: 2, column: 3 });
  });

  it('finds the ends of the text', () => {
    assert.deepEqual(placeOf(lineStarts(''), 0), { line: 1, column: 1 });
    assert.deepEqual(placeOf(lineStarts('a\n'), 2), { line: 2, column: 1 });
  });
});

describe('what counts as clean', () => {
  const text = 'DROP TABLE b';
  const warned = checkReport([file('/a.sql', text, finding(text, text))]);

  it('fails a check at its threshold and above', () => {
    assert.equal(checkIsClean(warned, 'warning'), false);
    assert.equal(checkIsClean(warned, 'error'), true);
    assert.equal(checkIsClean(checkReport([file('/a.sql', text, finding(text, text, { severity: 'information' }))]), 'warning'), true);
  });

  it('fails a check for a problem of the project', () => {
    assert.equal(checkIsClean(checkReport([], { problems: [{ path: '/a', message: 'broken', next: 'mend' }] }), 'error'), false);
  });

  it('fails a dry run that lost something or failed, whatever the threshold', () => {
    assert.equal(dryRunIsClean(shopReport(), 'error'), false);
    assert.equal(dryRunIsClean(failedReport(), 'error'), false);
    assert.equal(dryRunIsClean(exactReport(), 'information'), true);
  });

  it('does not count a finding that the run withdrew', () => {
    const [withdrawn] = shopReport().findings.filter((judged) => judged.confirmation === 'withdrawn');
    assert.ok(withdrawn !== undefined);
    assert.equal(dryRunIsClean({ ...exactReport(), findings: [withdrawn] }, 'warning'), true);
    assert.equal(dryRunIsClean({ ...exactReport(), findings: [{ ...withdrawn, confirmation: 'not observed' }] }, 'warning'), false);
  });
});
