import assert from 'node:assert/strict';
import { displayWidth } from '../../src/report/display.ts';
import { prettyCheck } from '../../src/report/pretty-check.ts';
import { colors, plainTerminal, type Terminal } from '../../src/report/terminal.ts';
import { checkReport, file, finding } from './check-samples.ts';
import { assertGolden } from './golden.ts';

const terminal: Terminal = { ...plainTerminal, root: '/repo' };

describe('a check in the terminal', () => {
  it('reads like a compiler: place, line, carets, message, fixes, sum', () => {
    const text = '-- orders by note\nCREATE INDEX orders_note ON orders (note);\nALTER TABLE orders\n  ADD COLUMN region text NOT NULL\n  DEFAULT random()::text;\n';
    const report = checkReport(
      [
        file(
          '/repo/migrations/0002_note.sql',
          text,
          finding(text, 'CREATE INDEX orders_note ON orders', { fixes: [{ title: 'Build the index CONCURRENTLY', edits: [] }] }),
          finding(text, 'ADD COLUMN region text NOT NULL\n  DEFAULT random()::text', {
            rule: 'add-column-volatile-default',
            severity: 'error',
            message: 'random() gives every row another value, so PostgreSQL writes the whole table anew while nobody can read or write it. Add the column without it, set the default, and fill the rows in batches.',
            related: [{ span: { start: text.indexOf('ALTER'), end: text.indexOf('ALTER') + 5 }, message: 'The lock is taken here' }],
          }),
          finding(text, 'orders by note', { rule: 'header-missing', severity: 'information', message: 'No purpose.' }),
        ),
        file('/repo/migrations/0001_base.sql', 'SELECT 1;\n'),
      ],
      { migrations: 2, statements: 3, problems: [{ path: '/repo/migrations/meta/_journal.json', message: 'The journal names 0003_gone, which does not exist.', next: 'Restore the file, or remove its entry.' }] },
    );
    assertGolden('check.txt', prettyCheck(report, terminal));
  });

  it('says so when nothing was found', () => {
    assert.equal(prettyCheck(checkReport([file('/repo/a.sql', 'SELECT 1')]), terminal), '✓ Nothing found · 1 migration, 1 statement checked\n');
  });

  for (const [what, before] of [
    ['emoji and wide characters', "/* 😀👨‍👩‍👧 日本語 */ "],
    ['combining marks', '/* e\u0301 */ '],
    ['tabs', '\t\t'],
    ['control characters', "/* \u001b[31m\u0007 */ "],
    ['nothing', ''],
  ] as const) {
    it(`puts the carets under the words after ${what}`, () => {
      const text = `SELECT 1;\r\n${before}CREATE INDEX "名前" ON a (b);\r\nSELECT 2;`;
      const lines = prettyCheck(checkReport([file('/repo/a.sql', text, finding(text, 'CREATE INDEX "名前" ON a (b)'))]), terminal).split('\n');
      const code = lines.find((line) => line.startsWith('2 | ')) ?? '';
      const carets = lines.find((line) => line.startsWith('  | ')) ?? '';
      assert.equal(displayWidth(code.slice(0, code.indexOf('CREATE'))), carets.indexOf('^'));
      assert.equal(displayWidth('CREATE INDEX "名前" ON a (b)'), carets.trimEnd().length - carets.indexOf('^'));
    });
  }

  it('shows a window on a line of megabytes', () => {
    const rows = Array.from({ length: 300_000 }, (_, index) => `(${index}, '😀 value ${index}')`);
    const text = `INSERT INTO a VALUES ${rows.join(', ')}; DROP TABLE b; ${rows.join(', ')}`;
    const output = prettyCheck(checkReport([file('/repo/a.sql', text, finding(text, 'DROP TABLE b'))]), terminal);
    assert.ok(output.length < 2_000, `${output.length} characters`);
    assert.match(output, /DROP TABLE b/);
    for (const line of output.split('\n')) assert.ok(displayWidth(line) <= terminal.width, line);
  });

  it('never lets a name reach the terminal as control sequences', () => {
    const evil = 'a\u001b[2J\u009b31m\u202egnp.sql\u2028';
    const text = `DROP TABLE "${evil}";`;
    const output = prettyCheck(checkReport([file(`/repo/${evil}`, text, finding(text, evil, { message: evil, fixes: [{ title: evil, edits: [] }], related: [{ file: evil, span: { start: 0, end: 1 }, message: evil }] }))], { problems: [{ path: evil, message: evil, next: evil }] }), terminal);
    assert.doesNotMatch(output, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028]/);
    assert.match(output, /␛\[2J/);
  });

  it('colours only when asked to', () => {
    const report = checkReport([file('/repo/a.sql', 'DROP TABLE b', finding('DROP TABLE b', 'DROP TABLE b'))]);
    assert.doesNotMatch(prettyCheck(report, terminal), /\u001b/);
    assert.match(prettyCheck(report, { ...terminal, colors: colors('coloured') }), /\u001b\[33m/);
  });
});
