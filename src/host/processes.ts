import { spawn, type ChildProcess } from 'node:child_process';
import type { ProcessPort, ProcessRequest, ProcessResult } from '../app/ports.ts';
import { UserError } from '../model/errors.ts';

/** More output than this is a program gone wild, unless it was asked for much; the rest is dropped. */
const usualOutput = 1_000_000;

/** Programs of this machine: no shell, no terminal, standard input closed, so that a prompt ends instead of waiting. */
export const nodeProcesses: ProcessPort = { run };

function run(request: ProcessRequest): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = start(request);
    const output = { stdout: '', stderr: '' };
    let ended: ProcessResult['ended'] = 'exit';
    const stop = (reason: 'timeout' | 'cancelled'): void => {
      ended = reason;
      killTree(child);
    };
    const timer = setTimeout(() => stop('timeout'), request.timeout);
    const onAbort = (): void => stop('cancelled');
    request.signal.addEventListener('abort', onAbort, { once: true });
    const finish = (): void => {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', onAbort);
    };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        if (output[name].length < (request.longestOutput ?? usualOutput)) output[name] += text;
      });
    }
    child.on('error', (error) => {
      finish();
      reject(new UserError('tool-failed', `${request.file} could not be started: ${error.message}`, 'Check that it is installed and may be run.'));
    });
    child.on('close', (exitCode) => {
      finish();
      resolve({ exitCode, ended, ...output });
    });
    if (request.signal.aborted) stop('cancelled');
  });
}

function start(request: ProcessRequest): ChildProcess {
  return spawn(request.file === 'node' ? process.execPath : request.file, [...request.args], {
    cwd: request.cwd,
    shell: false,
    windowsHide: true,
    // Its own process group, so that its children can be ended with it.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    // Electron runs as plain Node with this; Node itself ignores it.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1', FORCE_COLOR: '0', ...request.env },
  });
}

function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}
