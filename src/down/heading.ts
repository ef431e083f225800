import type { TransactionMode } from '../model/migration.ts';
import type { Verdict } from '../model/report.ts';
import { inReverse, type Undone } from './generate.ts';

export interface Heading {
  readonly undone: readonly Undone[];
  readonly mode: TransactionMode;
  readonly verdict: Verdict;
  /** Version of the server of the round trip. */
  readonly server: string;
  /** What to see to before it runs. */
  readonly notes: readonly string[];
}

/** What a reviewer asks of a down first: how much it brings back, how it was tried, how it runs, and where lost data is found. */
export function downHeading({ undone, mode, verdict, server, notes }: Heading): readonly string[] {
  const told = inReverse(undone).filter(({ inverse, placed }) => placed.statement.kind !== 'TransactionStmt' && (inverse.kind !== 'exact' || inverse.statements.length > 0));
  const lossy = told.filter(({ inverse }) => inverse.kind === 'lossy').length;
  const impossible = told.filter(({ inverse }) => inverse.kind === 'impossible').length;
  const exact = told.length - lossy - impossible;
  const parts = [`${String(exact)} exactly`, ...(lossy === 0 ? [] : [`${String(lossy)} with losses`]), ...(impossible === 0 ? [] : [`${String(impossible)} not at all`])];
  return [
    ...(told.length === 0 ? [] : [`Brings back: ${parts.join(', ')} (of ${String(told.length)} ${told.length === 1 ? 'statement' : 'statements'})`]),
    `Tried: up, down and up again on PostgreSQL ${server}; ${findings[verdict]}`,
    `Runs: ${mode.kind === 'autocommit' ? 'statement by statement, each committed by itself: what a failure leaves is run again from there' : 'in one transaction, all or nothing'}`,
    ...(lossy + impossible === 0 ? [] : ['Recovery: what is marked irreversible needs a backup or a recovery script; name it here']),
    ...notes.map((note) => `Before: ${note}`),
  ];
}

const findings: Readonly<Record<Verdict, string>> = {
  exact: 'schema and rows came back',
  'schema differs': 'the schema did not come back entirely',
  'data lost': 'rows or values stay lost',
  'contents differ': 'contents stay that were not there before',
  'no down': 'there is nothing to run',
  'up failed': 'the up fails',
  'down failed': 'this down fails',
  'up again failed': 'the second up fails',
};
