import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Database processes that this process started and that still live. Linux: other systems have no /proc. */
export function databaseProcesses(): readonly number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter(isOurs);
}

function isOurs(pid: number): boolean {
  try {
    const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
    return Number(parent) === process.pid && readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').includes('database-child');
  } catch {
    // It ended while it was looked at.
    return false;
  }
}

/** What is left once everything is gone or ten seconds have passed. */
export async function gone(list: () => readonly number[]): Promise<readonly number[]> {
  for (let waited = 0; waited < 200 && list().length > 0; waited += 1) await setTimeout(50);
  return list();
}
