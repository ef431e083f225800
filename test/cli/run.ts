import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { root } from '../../scripts/run.mjs';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called once the process stands, to send it a signal or to close its pipes. */
  readonly meanwhile?: (child: ChildProcessByStdio<null, Readable, Readable>) => void;
}

/** Runs the command line from its sources, away from any terminal. */
export async function lockstep(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const child = start(words, options);
  options.meanwhile?.(child);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
  return { code, stdout, stderr };
}

async function ended(child: ChildProcessByStdio<null, Readable, Readable>): Promise<number | null> {
  await once(child, 'close');
  return child.exitCode;
}

function start(words: readonly string[], { cwd, env }: RunOptions): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...words], { cwd: cwd ?? root, env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Makes workspaces that go after the test of the suite which made them; called while the suite is described. */
export function workspaces(): (files: Readonly<Record<string, string | Uint8Array>>) => string {
  const removals: (() => void)[] = [];
  afterEach(() => {
    for (const remove of removals.splice(0)) remove();
  });
  return (files) => {
    const { path, remove } = workspace(files);
    removals.push(remove);
    return path;
  };
}

/** A folder of its own with the given files; it goes when `remove` is called. */
export function workspace(files: Readonly<Record<string, string | Uint8Array>>): { readonly path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-cli-')));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
