// What is proven, in which order, and what each stage needs beyond the packages of the root.
import { accessSync, constants, globSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinnedNode, root, run } from './run.mjs';

/**
 * Every stage: a title, the tools it needs (setup.mjs) and its commands; a command without mocha counts as one test.
 * Commands of a `shared` stage run two at a time, whatever stage they are of; the others measure and drive windows, so they get the machine to themselves.
 */
export const stages = {
  types: { title: 'Types', shared: true, needs: [], commands: [typescript('tsconfig.json'), typescript('src/webview/tsconfig.json')] },
  lint: { title: 'Lint and layers', shared: true, needs: [], commands: [['node_modules/eslint/bin/eslint.js', '--max-warnings=0', '.']] },
  generated: { title: 'Generated files', shared: true, needs: [], commands: [['scripts/generate.ts', '--check']] },
  unit: { title: 'Unit tests', shared: true, needs: [], commands: [mocha(unitFiles())] },
  conformance: { title: 'Every rule, without a server', shared: true, needs: [], commands: [mocha(['test/conformance/**/*.test.ts'])] },
  embedded: { title: 'Embedded PostgreSQL', shared: true, needs: [], commands: [mocha(['test/embedded/**/*.test.ts'])] },
  postgres: { title: 'PostgreSQL 14, 15, 16, 17 and 18', shared: true, needs: ['postgres', 'pg_dump'], commands: byMajor([['test/postgres/down.test.ts'], ['test/postgres/!(down).test.ts', 'test/postgres/!(servers)/**/*.test.ts']]) },
  neon: { title: 'Neon, emulated over real databases', shared: true, needs: ['postgres', 'pg_dump', 'neon'], commands: [mocha(['test/neon/*.test.ts'])] },
  runners: { title: 'Migration tools, the real ones', shared: true, needs: ['postgres', 'runners'], commands: [mocha(['test/runners/*.test.ts'])] },
  neonView: { title: 'Neon in the workbench', needs: ['postgres', 'pg_dump', 'neon', 'vscode', 'vscode_log', 'chromium'], commands: [mocha(['test/neon/browser/*.test.ts'])] },
  targets: { title: 'Targets: embedded, container (Podman, Docker) and server', shared: true, needs: ['postgres', 'podman', 'docker'], commands: [mocha(['test/targets/*.test.ts'])] },
  faults: { title: 'Faults: killed, cut off, cancelled, full', shared: true, needs: ['postgres', 'mounts'], commands: [mocha(['test/faults/!(server).test.ts']), mocha(['test/faults/server.test.ts'])] },
  editor: { title: 'Mocha inside VS Code', needs: ['vscode', 'chromium'], commands: [['test/vscode/run-suite.ts', '--built']] },
  browser: { title: 'A browser drives the workbench', needs: ['vscode', 'vscode_log', 'chromium', 'postgres', 'podman'], commands: [mocha(['test/webview/**/*.test.ts', 'test/vscode/browser/**/*.test.ts'])] },
  package: { title: 'The packages, installed', needs: ['vscode', 'chromium'], commands: [mocha(['test/package/**/*.test.ts'])] },
};

/** The stages of `npm run check`: seconds, no server, no browser. */
export const quick = ['types', 'lint', 'generated', 'unit', 'conformance'];

// Far more than any stage takes; a test that hangs must not hang the machine that waits for it.
const stageLimit = 40 * 60_000;

/**
 * Where servers, workspaces and browsers of the tests keep what is thrown away: in memory where Linux has room for it.
 * Making a database takes a tenth of the time there.
 */
const memory = '/dev/shm';
const scratch = memoryHasRoom() ? memory : tmpdir();

function memoryHasRoom() {
  try {
    const { bavail, bsize } = statfsSync(memory);
    accessSync(memory, constants.W_OK);
    return bavail * bsize > 4 * 2 ** 30 && !/^\S+ \/dev\/shm \S+ \S*\bnoexec\b/m.test(readFileSync('/proc/mounts', 'utf8'));
  } catch {
    return false;
  }
}

/** Runs one stage and counts. */
export async function runStage(name, { hidden }) {
  const counts = { passed: 0, failed: 0, skipped: 0, output: '' };
  for (const command of stages[name].commands) {
    const part = await runCommand(stages[name].title, command, { hidden });
    for (const key of Object.keys(counts)) counts[key] += part[key];
  }
  return counts;
}

/** Runs one command of a stage on this terminal (or, `hidden`, into `output`) and counts. */
export async function runCommand(title, command, { hidden }) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-counts-'));
  const file = join(folder, 'counts.json');
  // Hundreds of tests start the command line and the language server from their sources.
  const env = { LOCKSTEP_COUNTS: file, TMPDIR: scratch, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node'), ...(hidden && process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) };
  const { code, output } = await run(pinnedNode, command, { env, limit: stageLimit, ...(hidden ? { stdio: ['ignore', 'pipe', 'pipe'] } : {}) });
  const counts = { ...(readCounts(file) ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }), output };
  if (code === 'SIGTERM' || code === 'SIGKILL' || code === 143) console.log(`\n${title}: still running after ${stageLimit / 60_000} minutes, ended.`);
  // A run that ends badly without a failed test (a crash, a hook) must not look green.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  rmSync(folder, { recursive: true, force: true });
  return counts;
}

/** The same files for each major, so that two servers are busy at a time; then what belongs to none. Titles name the major. */
function byMajor(groups) {
  const each = groups.flatMap((files) => [14, 15, 16, 17, 18].map((major) => mocha(files, ['--grep', `PostgreSQL ${major}`])));
  return [...each, mocha(groups.flat(), ['--grep', 'PostgreSQL 1[4-8]', '--invert'])];
}

function unitFiles() {
  const elsewhere = /^(bench|conformance|embedded|faults|fixtures|neon|package|postgres|runners|support|targets|vscode|webview)$/;
  return globSync('test/*/', { cwd: root })
    .map((folder) => folder.replace(/^test[\\/]/, '').replace(/[\\/]$/, ''))
    .filter((folder) => !elsewhere.test(folder))
    .sort()
    .map((folder) => `test/${folder}/**/*.test.ts`)
    .filter((pattern) => globSync(pattern, { cwd: root }).length > 0);
}

function mocha(files, filter = []) {
  return ['node_modules/mocha/bin/mocha.js', '--reporter', 'scripts/reporter.mjs', ...filter, ...files];
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
