import type { StatementContext } from '../rules/define-rule.ts';
import { nameKey } from '../sql/names.ts';
import { columnKey } from './changes.ts';
import type { Timeline } from './timeline.ts';

/** One answer that a rule got: while it holds, what the rule said holds. */
export interface Answer {
  holds(timeline: Timeline): boolean;
}

/** What rules see of a timeline. It remembers each question and its answer; keys are made once, when the question is first asked. */
export class RecordingContext implements StatementContext {
  readonly answers: Answer[] = [];
  // The rules in force stand for the configuration, the side and the mode: a memo is only compared under the same rules.
  readonly config: StatementContext['config'];
  readonly side: StatementContext['side'];
  readonly mode: StatementContext['mode'];
  private readonly timeline: Timeline;
  private readonly asked = new Map<string, unknown>();

  constructor(timeline: Timeline) {
    this.timeline = timeline;
    this.config = timeline.config;
    this.side = timeline.side;
    this.mode = timeline.mode;
  }

  get between(): string {
    return this.ask('between', (timeline) => timeline.between);
  }

  get transaction(): StatementContext['transaction'] {
    return this.ask('transaction', (timeline) => timeline.transaction);
  }

  get lockTimeout(): string | null {
    return this.ask('lockTimeout', (timeline) => timeline.lockTimeout);
  }

  get unguardedBefore(): boolean {
    return this.ask('unguardedBefore', (timeline) => timeline.unguardedBefore);
  }

  get openedAt(): StatementContext['openedAt'] {
    return this.ask('openedAt', (timeline) => timeline.openedAt);
  }

  get leadStart(): number {
    return this.ask('leadStart', (timeline) => timeline.leadStart);
  }

  isNew: StatementContext['isNew'] = (name) => this.askOf('isNew', nameKey(name), (timeline, key) => timeline.isNew(key));
  createdHere: StatementContext['createdHere'] = (name) => this.askOf('createdHere', nameKey(name), (timeline, key) => timeline.createdHere(key));
  createdByOtherSide: StatementContext['createdByOtherSide'] = (name) => this.askOf('createdByOtherSide', nameKey(name), (timeline, key) => timeline.createdByOtherSide(key));
  columnAddedByOtherSide: StatementContext['columnAddedByOtherSide'] = (table, column) =>
    this.askOf('columnAddedByOtherSide', columnKey(table, column), (timeline, key) => timeline.columnAddedByOtherSide(key));
  laterEnablesRowSecurity: StatementContext['laterEnablesRowSecurity'] = (name) =>
    this.askOf('laterEnablesRowSecurity', nameKey(name), (timeline, key) => timeline.laterEnablesRowSecurity(key));
  laterCreatesPolicy: StatementContext['laterCreatesPolicy'] = (name) => this.askOf('laterCreatesPolicy', nameKey(name), (timeline, key) => timeline.laterCreatesPolicy(key));
  provenNotNull: StatementContext['provenNotNull'] = (table, column) => this.askOf('provenNotNull', columnKey(table, column), (timeline, key) => timeline.provenNotNull(key));
  columnType: StatementContext['columnType'] = (table, column) => this.askOf('columnType', columnKey(table, column), (timeline, key) => timeline.columnType(key));
  tableOfIndex: StatementContext['tableOfIndex'] = (index) => this.askOf('tableOfIndex', nameKey(index), (timeline, key) => timeline.tableOfIndex(key));

  private askOf<T>(question: string, key: string, answer: (timeline: Timeline, key: string) => T): T {
    return this.ask(`${question} ${key}`, (timeline) => answer(timeline, key));
  }

  /** The same question is recorded once, however many rules ask it. */
  private ask<T>(question: string, answer: (timeline: Timeline) => T): T {
    const now = answer(this.timeline);
    if (!this.asked.has(question)) {
      this.asked.set(question, now);
      this.answers.push({ holds: (later) => isSame(answer(later), now) });
    }
    return now;
  }
}

/** Answers are plain values, or small records of them. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
