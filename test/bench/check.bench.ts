import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lint } from '../../src/analysis/lint.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';
import type { Table } from '../support/bench.ts';
import { asScript, manyStatements } from './ten-thousand.ts';

const statements = 10_000;
const runs = 7;
/** The compiler settles within a few runs; a language server has long done so. */
const warmUps = 4;

/** Checking 10,000 statements that were never seen before, against squawk's JSON run over the same file. */
export async function bench(): Promise<Table> {
  await loadParser();
  const all = manyStatements(statements * (runs + warmUps));
  const chunks = Array.from({ length: runs + warmUps }, (_, n) => asScript(all.slice(n * statements, (n + 1) * statements)));
  for (const chunk of chunks.slice(0, warmUps)) check(chunk);
  const ours: number[] = [];
  const theirs: number[] = [];
  const squawk = peers();
  // In turn, so that both meet the same machine.
  for (const chunk of chunks.slice(warmUps)) {
    ours.push(timed(() => check(chunk)));
    if (squawk !== null) theirs.push(squawk.run(chunk));
  }
  squawk?.end();
  const own = middle(ours);
  const peer = squawk === null ? null : middle(theirs);
  const row = { statements, 'Lockstep (ms)': Math.round(own), 'squawk, JSON (ms)': peer === null ? 'not installed' : Math.round(peer), 'squawk ÷ Lockstep': peer === null ? '–' : Number((peer / own).toFixed(2)) };
  return { title: 'Checking 10,000 statements, warm in process, against squawk (median of 7)', rows: [row] };
}

function check(text: string): number {
  return lint({
    script: parseScript(text), side: 'up', mode: { kind: 'transaction', tool: 'bench', optOut: null }, config: defaultConfig,
    downState: 'present', downPath: null, otherSide: null, today: '2026-11-20',
  }).length;
}

/** Squawk's own binary over a file, or null where it is not installed. */
function peers(): { run(text: string): number; end(): void } | null {
  const binary = ['', '-musl'].map((suffix) => peer(`@squawk-cli/linux-x64${suffix}/bin/squawk`)).find(existsSync);
  if (binary === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  return {
    run(text) {
      const file = join(folder, 'migration.sql');
      writeFileSync(file, text);
      return timed(() => spawnSync(binary, ['--reporter', 'Json', file], { maxBuffer: 1 << 28 }));
    },
    end: () => { rmSync(folder, { recursive: true, force: true }); },
  };
}

function peer(path: string): string {
  return fileURLToPath(new URL(`peers/node_modules/${path}`, import.meta.url));
}

function timed(work: () => unknown): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

function middle(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;
}
