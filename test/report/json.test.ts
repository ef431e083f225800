import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { jsonCheck, jsonDryRun } from '../../src/report/json.ts';
import { reportView } from '../../src/report/view-model.ts';
import type { DryRunReport } from '../../src/model/report.ts';
import { checkReport, file, finding } from './check-samples.ts';
import { hostileReport, shopReport } from './samples.ts';

const schema: unknown = JSON.parse(readFileSync(new URL('../fixtures/reports/check.schema.json', import.meta.url), 'utf8'));

describe('reports as JSON', () => {
  const text = 'SELECT 1;\r\n/* 😀 */ DROP TABLE b;';
  const fix = { title: 'Add IF EXISTS', edits: [{ span: { start: text.indexOf('b;'), end: text.indexOf('b;') }, text: 'IF EXISTS ' }] };
  const report = checkReport([file('/repo/a.sql', text, finding(text, 'DROP TABLE b', { fixes: [fix], related: [{ span: { start: 0, end: 6 }, message: 'here' }, { file: '/repo/b.sql', span: { start: 0, end: 1 }, message: 'there' }] }))], {
    problems: [{ path: '/repo/meta/_journal.json', message: 'broken', next: 'mend' }],
  });

  it('keeps the promises of its schema', () => {
    // The schema is a file of ours, read at run time.
    const validate = new Ajv2020({ allErrors: true }).compile(schema as object);
    assert.ok(validate(JSON.parse(jsonCheck(report))), JSON.stringify(validate.errors));
  });

  it('gives lines and columns from 1 in UTF-16 units, and offsets', () => {
    const { files } = JSON.parse(jsonCheck(report)) as { files: { findings: Record<string, unknown>[] }[] };
    const { line, column, endLine, endColumn, span } = files[0]?.findings[0] ?? {};
    assert.deepEqual({ line, column, endLine, endColumn, span }, { line: 2, column: 10, endLine: 2, endColumn: 22, span: { start: 20, end: 32 } });
  });

  for (const [name, dryRun] of [['a real-looking one', shopReport()], ['a hostile one', hostileReport()]] as const) {
    it(`can be replayed from the JSON of a dry run: ${name}`, () => {
      const replayed = JSON.parse(jsonDryRun(dryRun)) as DryRunReport;
      assert.deepEqual(reportView(replayed), reportView(dryRun));
    });
  }
});
