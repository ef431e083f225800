import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What one tool was observed to do on a real server. `test/runners/observed.json` holds it for every tool, and the README shows it. */
export interface Observed {
  readonly tool: string;
  readonly layout: string;
  readonly version: string;
  /** What becomes of the first statement's table when the second statement fails. */
  readonly failed: Fate;
  /** The same in a migration that asks for no transaction. */
  readonly failedOutside: Fate;
  /** What becomes of the migration before the one that fails, when both were pending. */
  readonly earlier: Fate;
  readonly concurrently: {
    /** CREATE INDEX CONCURRENTLY, alone in an ordinary migration. */
    readonly alone: Outcome;
    /** Alone in a migration that asks for no transaction. */
    readonly outside: Outcome;
    /** After another statement, in a migration that asks for no transaction. */
    readonly after: Outcome;
  };
  /** Whether the tool's own command undoes the newest migration. */
  readonly down: 'undone' | 'has none';
  readonly books: readonly string[];
}

export type Fate = 'undone' | 'kept';
export type Outcome = 'runs' | 'refused';

const file = fileURLToPath(new URL('observed.json', import.meta.url));

/** By the tool's id. */
export function readObserved(): Readonly<Record<string, Observed>> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Observed>; // Written by `record`.
}

/** `LOCKSTEP_RECORD=1` writes down what a new version of a tool does. */
export function record(tool: string, observed: Observed): void {
  const all = { ...readObserved(), [tool]: observed };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
}
