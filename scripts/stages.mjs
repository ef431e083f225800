// What is proven, in which order, and what each stage needs beyond the packages of the root.
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinnedNode, root, run } from './run.mjs';

/** Every stage: a title, the tools it needs (setup.mjs) and its commands; a command without mocha counts as one test. */
export const stages = {
  types: { title: 'Types', needs: [], commands: [typescript('tsconfig.json'), typescript('src/webview/tsconfig.json')] },
  lint: { title: 'Lint and layers', needs: [], commands: [['node_modules/eslint/bin/eslint.js', '--max-warnings=0', '.']] },
  generated: { title: 'Generated files', needs: [], commands: [['scripts/generate.ts', '--check']] },
  unit: { title: 'Unit tests', needs: [], commands: [mocha(unitFiles())] },
  conformance: { title: 'Every rule, without a server', needs: [], commands: [mocha(['test/conformance/**/*.test.ts'])] },
  embedded: { title: 'Embedded PostgreSQL', needs: [], commands: [mocha(['test/embedded/**/*.test.ts'])] },
  postgres: { title: 'PostgreSQL 14, 15, 16, 17 and 18', needs: ['postgres', 'pg_dump'], commands: [mocha(['test/postgres/*.test.ts', 'test/postgres/!(servers)/**/*.test.ts'])] },
  neon: { title: 'Neon, emulated over real databases', needs: ['postgres', 'pg_dump', 'neon'], commands: [mocha(['test/neon/*.test.ts'])] },
  editor: { title: 'Mocha inside VS Code', needs: ['vscode', 'chromium'], commands: [['test/vscode/run-suite.ts', '--built']] },
  browser: { title: 'A browser drives the workbench', needs: ['vscode', 'chromium'], commands: [mocha(['test/webview/**/*.test.ts', 'test/vscode/browser/**/*.test.ts'])] },
  package: { title: 'The packages, installed', needs: ['vscode', 'chromium'], commands: [mocha(['test/package/**/*.test.ts'])] },
};

/** The stages of `npm run check`: seconds, no server, no browser. */
export const quick = ['types', 'lint', 'generated', 'unit', 'conformance'];

// Far more than any stage takes; a test that hangs must not hang the machine that waits for it.
const stageLimit = 30 * 60_000;

/** Runs one stage on this terminal (or, `hidden`, into `output`) and counts. */
export async function runStage(name, { hidden }) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-counts-'));
  const counts = { passed: 0, failed: 0, skipped: 0, output: '' };
  for (const [index, command] of stages[name].commands.entries()) {
    const file = join(folder, `${index}.json`);
    const env = { LOCKSTEP_COUNTS: file, ...(hidden && process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) };
    const { code, output } = await run(pinnedNode, command, { env, limit: stageLimit, ...(hidden ? { stdio: ['ignore', 'pipe', 'pipe'] } : {}) });
    const part = readCounts(file) ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
    if (code === 'SIGTERM' || code === 'SIGKILL' || code === 143) console.log(`\n${stages[name].title}: still running after ${stageLimit / 60_000} minutes, ended.`);
    // A run that ends badly without a failed test (a crash, a hook) must not look green.
    if (code !== 0 && part.failed === 0) part.failed = 1;
    for (const key of ['passed', 'failed', 'skipped']) counts[key] += part[key];
    counts.output += output;
  }
  rmSync(folder, { recursive: true, force: true });
  return counts;
}

function unitFiles() {
  const elsewhere = /^(bench|conformance|embedded|fixtures|neon|package|postgres|support|vscode|webview)$/;
  return globSync('test/*/', { cwd: root })
    .map((folder) => folder.replace(/^test[\\/]/, '').replace(/[\\/]$/, ''))
    .filter((folder) => !elsewhere.test(folder))
    .sort()
    .map((folder) => `test/${folder}/**/*.test.ts`)
    .filter((pattern) => globSync(pattern, { cwd: root }).length > 0);
}

function mocha(files) {
  return ['node_modules/mocha/bin/mocha.js', '--reporter', 'scripts/reporter.mjs', ...files];
}

function typescript(project) {
  return ['node_modules/typescript/bin/tsc', '-p', project];
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
