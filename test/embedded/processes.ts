import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Database processes that this process started and that still live. */
export function databaseProcesses(): readonly number[] {
  return (process.platform === 'linux' ? fromProc() : fromPs()).filter(({ parent, command }) => parent === process.pid && command.includes('database-child')).map(({ pid }) => pid);
}

export function isAlive(pid: number): boolean {
  return (process.platform === 'linux' ? fromProc() : fromPs()).some((each) => each.pid === pid);
}

/** What is left once everything is gone or twenty seconds have passed. */
export async function gone(list: () => readonly number[]): Promise<readonly number[]> {
  for (let waited = 0; waited < 400 && list().length > 0; waited += 1) await setTimeout(50);
  return list();
}

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Small Linux images have no ps. */
function fromProc(): readonly Entry[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const parent = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]);
      return [{ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
    } catch {
      // It ended while it was looked at.
      return [];
    }
  });
}

function fromPs(): readonly Entry[] {
  const lines = execFileSync('ps', ['-ax', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}
