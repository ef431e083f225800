import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** What the suite tells the process that opened the editor. */
export interface SuiteResult {
  readonly tests: readonly SuiteTest[];
  /** Why the suite could not even start, or null. */
  readonly crash: string | null;
}

export interface SuiteTest {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly error: string | null;
}

/**
 * Runs Mocha inside the extension host. The result goes to the file that LOCKSTEP_SUITE_RESULT names,
 * since a server's extension host has no other way out; the promise tells `@vscode/test-electron`.
 */
export async function runSuite(load: () => Promise<void>): Promise<void> {
  const tests: SuiteTest[] = [];
  let crash: string | null = null;
  try {
    await collect(load, tests);
  } catch (error) {
    crash = text(error);
  }
  const file = process.env['LOCKSTEP_SUITE_RESULT'];
  if (file !== undefined) writeFileSync(file, JSON.stringify({ tests, crash } satisfies SuiteResult));
  const failed = tests.filter((test) => test.state === 'failed').length;
  if (crash !== null || failed > 0) throw new Error(crash ?? `${String(failed)} tests failed`);
}

async function collect(load: () => Promise<void>, tests: SuiteTest[]): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, forbidOnly: true, reporter: 'min', grep: process.env['LOCKSTEP_SUITE_GREP'] ?? '' });
  // The files are inside this bundle, so the globals that Mocha makes before it loads a file are asked for here.
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await load();
  await new Promise<void>((resolve) => {
    mocha
      .run(() => {
        resolve();
      })
      .on('pass', (test) => tests.push({ title: test.fullTitle(), state: 'passed', error: null }))
      .on('pending', (test) => tests.push({ title: test.fullTitle(), state: 'skipped', error: null }))
      .on('fail', (test, error: unknown) => tests.push({ title: test.fullTitle(), state: 'failed', error: text(error) }));
  });
}

function text(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
