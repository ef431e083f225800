import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UserError } from '../model/errors.ts';
import { processFile } from './assets.ts';
import type { DatabaseReply, DatabaseRequest } from './database-protocol.ts';

/** The child process that holds PostgreSQL. It keeps its parent alive only while an answer is awaited, and never outlives it. */
export interface DatabaseProcess {
  /** The reply, or `overdue` when it took longer than `timeout` milliseconds: the process is then gone. Rejects with the reason once it is dead. */
  request(request: DatabaseRequest, timeout: number): Promise<DatabaseReply | 'overdue'>;
  /** Ends it at once; everything asked and to be asked rejects with `reason`. */
  kill(reason: UserError): void;
  readonly alive: boolean;
}

interface Waiting {
  readonly timeout: number;
  timer: NodeJS.Timeout | null;
  readonly resolve: (reply: DatabaseReply | 'overdue') => void;
  readonly reject: (reason: UserError) => void;
}

export function startDatabaseProcess(): DatabaseProcess {
  const child = fork(fileURLToPath(processFile('database', 'host/database-child.ts')), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
    // Inside VS Code, this process is Electron; the variable makes it behave as Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  const queue: Waiting[] = [];
  let dead: UserError | null = null;

  const end = (reason: UserError): void => {
    if (dead !== null) return;
    dead = reason;
    child.kill('SIGKILL');
    for (const each of queue.splice(0)) {
      clearTimeout(each.timer ?? undefined);
      each.reject(reason);
    }
    release(child);
  };
  /** The clock of a request starts when everything before it is answered. */
  const watch = (): void => {
    const first = queue[0];
    if (first === undefined || first.timer !== null || first.timeout === Infinity) return;
    first.timer = setTimeout(() => {
      queue.shift();
      first.resolve('overdue');
      end(new UserError('target-failed', 'The embedded PostgreSQL was stopped, because a statement outlived its timeout.', 'Start the dry run again.'));
    }, first.timeout);
  };

  child.on('message', (reply: DatabaseReply) => {
    const first = queue.shift();
    clearTimeout(first?.timer ?? undefined);
    first?.resolve(reply);
    if (queue.length === 0) release(child);
    watch();
  });
  child.on('error', (error) => { end(crashed(error.message)); });
  child.on('exit', (code, signal) => { end(crashed(signal === null ? `exit code ${String(code)}` : `signal ${signal}`)); });
  release(child);

  return {
    request: (request, timeout) =>
      new Promise((resolve, reject) => {
        if (dead !== null) {
          reject(dead);
          return;
        }
        hold(child);
        queue.push({ timeout, timer: null, resolve, reject });
        watch();
        child.send(request, (error) => {
          if (error !== null) end(crashed(error.message));
        });
      }),
    kill: end,
    get alive() {
      return dead === null;
    },
  };
}

function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function release(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function crashed(how: string): UserError {
  return new UserError(
    'target-failed',
    `The process of the embedded PostgreSQL ended unexpectedly (${how}).`,
    'Start the dry run again: it gets a fresh process. If it happens again, the last statement shown as running is the one to look at.',
  );
}
