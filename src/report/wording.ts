import type { DryRunReport } from '../model/report.ts';
import { isReordering, type Remainder, type RowLoss, type SchemaChange, type SchemaObject } from '../model/snapshot.ts';
import type { LegName, LegTrace, SqlError, StatementTrace } from '../model/trace.ts';

/** How a sentence is meant: what the page colours and the terminal paints. */
export type Tone = 'good' | 'warn' | 'bad' | 'plain';

export interface VerdictWords {
  readonly tone: Tone;
  readonly headline: string;
  /** What the headline rests on, one sentence each. */
  readonly reasons: readonly string[];
}

/** The verdict as a person says it; the same words in the terminal, the page and the editor. */
export function verdictWords(report: DryRunReport): VerdictWords {
  switch (report.verdict) {
    case 'exact':
      return exactWords(report);
    case 'schema differs':
      return { tone: 'bad', headline: 'The down does not restore the schema', reasons: shortcomings(report) };
    case 'data lost':
      return { tone: 'bad', headline: 'The down does not bring the data back', reasons: shortcomings(report) };
    case 'contents differ':
      return { tone: 'bad', headline: 'The down leaves contents that were not there before', reasons: shortcomings(report) };
    case 'no down':
      return { tone: 'warn', headline: 'The up runs; there is no down to bring it back', reasons: [] };
    case 'up failed':
      return failedWords(report, 'The up fails');
    case 'down failed':
      return failedWords(report, 'The up runs, but the down fails');
    case 'up again failed':
      return failedWords(report, 'After the down, the up fails');
  }
}

export interface Failure {
  readonly leg: LegTrace;
  /** The statement that failed, or null when the commit did. */
  readonly statement: StatementTrace | null;
  readonly error: SqlError;
}

/** What failed first, in the order of the run. */
export function failure(report: DryRunReport): Failure | null {
  for (const leg of report.trace.legs) {
    const statement = leg.statements.find((candidate) => candidate.outcome === 'failed');
    if (statement?.error != null) return { leg, statement, error: statement.error };
    if (leg.commitError !== undefined) return { leg, statement: null, error: leg.commitError };
  }
  return null;
}

export function changedObject(change: SchemaChange): SchemaObject {
  return change.change === 'removed' ? change.before : change.after;
}

/** "column public.orders.note is missing", seen from the state that should have come back. */
export function leftoverSentence(change: SchemaChange): string {
  const object = changedObject(change);
  if (isReordering(change)) return `the columns of ${object.name} stand in another order`;
  const words = { added: 'was left behind', removed: 'is missing', altered: 'is not as it was' } as const;
  return `${object.kind} ${object.name} ${words[change.change]}`;
}

export function lossSentence(loss: RowLoss): string {
  const gone = loss.rowsBefore - loss.rowsAfter;
  if (gone > 0) return `${loss.table} lost ${count(gone, 'row')} of ${loss.rowsBefore}`;
  if (loss.columns.length > 0) return `${loss.table} lost the values of ${list(loss.columns)} in ${count(loss.rowsBefore, 'row')}`;
  return `${loss.table} has ${count(loss.rowsAfter, 'row')}, ${loss.rowsBefore} before`;
}

/** "1 row of public.seeds was left behind". */
export function remainderSentence(remainder: Remainder): string {
  if (remainder.kind === 'sequence') return `sequence ${remainder.sequence} stands at ${remainder.after}; before the up it stood at ${remainder.before}`;
  const { table, rows, compared } = remainder;
  const left = `${count(rows, 'row')} of ${table} ${rows === 1 ? 'was' : 'were'} left behind`;
  return compared ? left : `${left}; there are too many rows to tell whether the others kept their values`;
}

export const legTitles: Readonly<Record<LegName, string>> = { up: 'Up', down: 'Down', 'up again': 'Up again' };

/** Milliseconds as people read them: three figures at most. */
export function duration(milliseconds: number): string {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 999.5) return `${milliseconds.toFixed(0)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toPrecision(3)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function bytes(amount: number): string {
  if (amount < 1000) return `${amount} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = amount;
  let unit = '';
  for (const next of units) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

export function count(amount: number, noun: string): string {
  const plural = noun.endsWith('x') ? `${noun}es` : `${noun}s`;
  return `${amount} ${amount === 1 ? noun : plural}`;
}

/** "a", "a and b", "a, b and c". */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

function exactWords(report: DryRunReport): VerdictWords {
  const differences = report.upAgainDifferences.length;
  if (differences > 0) {
    return { tone: 'bad', headline: 'The second up does not lead to the same schema', reasons: [`${count(differences, 'object')} ${differences === 1 ? 'differs' : 'differ'} from what the first up made.`] };
  }
  return { tone: 'good', headline: 'The down brings everything back', reasons: ['Up, down and up again ran; schema and rows came back exactly.'] };
}

function failedWords(report: DryRunReport, headline: string): VerdictWords {
  const failed = failure(report);
  if (failed === null) return { tone: 'bad', headline, reasons: [] };
  const { statement, error } = failed;
  const place = statement === null ? 'its COMMIT' : `statement ${statement.index + 1}`;
  return { tone: 'bad', headline: `${headline} at ${place}`, reasons: [`${error.message} (SQLSTATE ${error.sqlstate})`] };
}

function shortcomings({ losses, remainders, leftovers }: DryRunReport): readonly string[] {
  return [...losses.map((loss) => `${lossSentence(loss)}.`), ...remainders.map((remainder) => capitalise(`${remainderSentence(remainder)}.`)), ...changeSentences(leftovers)];
}

/** Three objects are a reason; more are a number, because the report lists them all further down. */
function changeSentences(changes: readonly SchemaChange[]): readonly string[] {
  // What came or went with its table is not told again.
  const tables = new Set(changes.filter((each) => each.change !== 'altered' && changedObject(each).kind === 'table').map((each) => changedObject(each).name));
  const own = changes.filter((each) => !tables.has(changedObject(each).table ?? ''));
  if (own.length > 3) return [`${count(own.length, 'object')} of the schema differ.`];
  return own.map((change) => capitalise(`${leftoverSentence(change)}.`));
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
