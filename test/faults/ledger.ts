import { atEnd } from '../support/endings.ts';

interface Entry {
  readonly fault: string;
  readonly processes: number;
  readonly files: number;
  readonly changed: number;
}

const entries: Entry[] = [];
let databases = 0;

/** What the faults left, counted; printed when the last test is over. */
export const ledger = {
  record(entry: Entry): void {
    if (entries.length === 0) atEnd(() => Promise.resolve(print()));
    entries.push(entry);
  },
  databases(count: number): void {
    databases += count;
  },
};

function print(): void {
  const sum = (key: 'processes' | 'files' | 'changed'): string => String(entries.reduce((total, each) => total + each[key], 0));
  console.log(`\n  ${String(entries.length)} faults; left behind: ${sum('processes')} processes, ${String(databases)} scratch databases, ${sum('files')} temporary files; ${sum('changed')} workspaces changed`);
}
