// Runs test/vscode/suite inside the VS Code server:  node test/vscode/run-suite.ts
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundles, buildSuite, entries } from '../../esbuild.mjs';
import { root } from '../../scripts/run.mjs';
import { launchBrowser } from '../support/browser.ts';
import type { SuiteResult } from '../support/suite-runner.ts';
import { remotePath, startVscodeServer, type VscodeServer } from '../support/vscode-server.ts';
import { copyExamples } from '../support/workspace.ts';

const longest = 600_000;
const temporary = mkdtempSync(join(tmpdir(), 'lockstep-suite-'));
const resultFile = join(temporary, 'result.json');

if (!process.argv.includes('--built')) await buildBundles(Object.keys(entries), { dev: false });
await buildSuite();
const workspace = copyExamples();
const server = await startVscodeServer({ mode: 'suite', install: () => undefined, env: { LOCKSTEP_SUITE_RESULT: resultFile } });
try {
  const result = await runInBrowser(server);
  print(result);
  tally(result);
} finally {
  await server.stop();
  workspace.remove();
  rmSync(temporary, { recursive: true, force: true });
}

async function runInBrowser(vscode: VscodeServer): Promise<SuiteResult> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto(
      vscode.url(workspace.path, [
        ['extensionDevelopmentPath', remotePath(vscode, root)],
        ['extensionTestsPath', remotePath(vscode, join(root, '.cache/suite/index.cjs'))],
      ]),
    );
    const deadline = Date.now() + longest;
    while (!existsSync(resultFile)) {
      if (Date.now() > deadline) throw new Error(`The suite told no result within ten minutes.\n${vscode.log()}\n${said.slice(-50).join('\n')}`);
      await page.waitForTimeout(200);
    }
    return await readResult(page.waitForTimeout.bind(page));
  } finally {
    await browser.close();
  }
}

/** The file may be seen between its creation and its last byte. */
async function readResult(pause: (milliseconds: number) => Promise<void>): Promise<SuiteResult> {
  for (;;) {
    const text = readFileSync(resultFile, 'utf8');
    // The suite runner of this checkout wrote it.
    if (text.endsWith('}')) return JSON.parse(text) as SuiteResult;
    await pause(50);
  }
}

function print({ tests, crash }: SuiteResult): void {
  const marks = { passed: '✔', failed: '✘', skipped: '-' };
  for (const test of tests) console.log(`  ${marks[test.state]} ${test.title}${test.error === null ? '' : `\n${test.error.replaceAll(/^/gm, '      ')}`}`);
  if (crash !== null) console.error(crash);
  if (crash !== null || tests.length === 0 || tests.some((test) => test.state === 'failed')) process.exitCode = 1;
}

/** The same counts that the reporter of the other stages writes. */
function tally({ tests, crash }: SuiteResult): void {
  const file = process.env['LOCKSTEP_COUNTS'];
  if (file === undefined) return;
  const count = (state: string): number => tests.filter((test) => test.state === state).length;
  writeFileSync(file, JSON.stringify({ passed: count('passed'), failed: count('failed') + (crash === null ? 0 : 1), skipped: count('skipped') }));
}
