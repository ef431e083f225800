import { lint, type LintInput } from '../../src/analysis/lint.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { editScript, parseScript } from '../../src/sql/script.ts';
import type { Table } from '../support/bench.ts';
import { asScript, manyStatements } from './ten-thousand.ts';

const statements = 10_000;
const edits = 300;

/** One keystroke in a file of 10,000 statements, from the edit to all diagnostics: cut, parse, check. */
export async function bench(): Promise<Table> {
  await loadParser();
  const text = asScript(manyStatements(statements));
  let input: LintInput = {
    script: parseScript(text), side: 'up', mode: { kind: 'transaction', tool: 'bench', optOut: null }, config: defaultConfig,
    downState: 'present', downPath: null, otherSide: null, today: '2026-11-20',
  };
  lint(input);
  const times: number[] = [];
  let findings = 0;
  for (let n = 0; n < edits; n += 1) {
    const target = input.script.statements[(n * 7919) % statements];
    if (target === undefined) break;
    const at = target.start + target.statement.text.length;
    const begin = performance.now();
    input = { ...input, script: editScript(input.script, { span: { start: at, end: at }, text: n % 2 === 0 ? ' ' : 'x' }) };
    findings = lint(input).length;
    times.push(performance.now() - begin);
  }
  // The first edits warm the compiler up, as the first seconds of an editor do.
  const warm = times.slice(edits / 10).sort((a, b) => a - b);
  const at = (part: number): number => Number((warm[Math.floor(warm.length * part)] ?? 0).toFixed(2));
  return {
    title: 'One edit in a file of 10,000 statements, to all diagnostics',
    rows: [{ edits: warm.length, findings, 'median (ms)': at(0.5), 'p95 (ms)': at(0.95), 'worst (ms)': at(0.999), 'wanted at p95': '≤ 10 ms', reached: at(0.95) <= 10 ? 'yes' : 'no' }],
  };
}
