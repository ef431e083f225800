import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { OwnerPort } from '../dryrun/targets/owner.ts';

/** Marks what this process leaves on servers and engines, as `<machine>_<process>_<when>`. */
export const thisProcess: OwnerPort = {
  mark: () => `${machine()}_${String(process.pid)}_${Date.now().toString(36)}`,
  isGone(mark) {
    const [where, pid, when] = mark.split('_');
    if (where === undefined || pid === undefined || when === undefined) return false;
    // Of another machine nothing can be known but the age; no dry run takes a day.
    return where === machine() ? !isAlive(Number(pid)) : Date.now() - Number.parseInt(when, 36) > aDay;
  },
};

const aDay = 24 * 60 * 60_000;

/** Six characters are enough to tell the machines apart that share a server, and tell nobody their names. */
function machine(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 6);
}

/** Whether a process of this machine runs, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else. ESRCH: it is gone.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
