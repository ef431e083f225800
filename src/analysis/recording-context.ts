import type { StatementContext } from '../rules/define-rule.ts';
import type { ColumnType } from '../sql/effects.ts';
import { nameKey, type QualifiedName } from '../sql/names.ts';
import { columnKey } from './changes.ts';
import type { Timeline } from './timeline.ts';

/** One answer that a rule got: while it is the same, what the rule said holds. */
export interface Answer {
  readonly question: string;
  readonly key: string;
  readonly now: unknown;
  readonly find: (timeline: Timeline, key: string) => unknown;
}

/** What rules see of a timeline. It remembers each question and its answer; keys are made once, when the question is first asked. */
export class RecordingContext implements StatementContext {
  readonly answers: Answer[] = [];
  // The rules in force stand for the configuration, the side and the mode: a memo is only compared under the same rules.
  readonly config: StatementContext['config'];
  readonly side: StatementContext['side'];
  readonly mode: StatementContext['mode'];
  private readonly timeline: Timeline;

  constructor(timeline: Timeline) {
    this.timeline = timeline;
    this.config = timeline.config;
    this.side = timeline.side;
    this.mode = timeline.mode;
  }

  get between(): string {
    return this.ask('between', '', (timeline) => timeline.between);
  }

  get transaction(): StatementContext['transaction'] {
    return this.ask('transaction', '', (timeline) => timeline.transaction);
  }

  get lockTimeout(): string | null {
    return this.ask('lockTimeout', '', (timeline) => timeline.lockTimeout);
  }

  get unguardedBefore(): boolean {
    return this.ask('unguardedBefore', '', (timeline) => timeline.unguardedBefore);
  }

  get openedAt(): StatementContext['openedAt'] {
    return this.ask('openedAt', '', (timeline) => timeline.openedAt);
  }

  get leadStart(): number {
    return this.ask('leadStart', '', (timeline) => timeline.leadStart);
  }

  isNew(name: QualifiedName): boolean {
    return this.ask('isNew', nameKey(name), (timeline, key) => timeline.isNew(key));
  }

  createdHere(name: QualifiedName): boolean {
    return this.ask('createdHere', nameKey(name), (timeline, key) => timeline.createdHere(key));
  }

  createdByOtherSide(name: QualifiedName): boolean {
    return this.ask('createdByOtherSide', nameKey(name), (timeline, key) => timeline.createdByOtherSide(key));
  }

  columnAddedByOtherSide(table: QualifiedName, column: string): boolean {
    return this.ask('columnAddedByOtherSide', columnKey(table, column), (timeline, key) => timeline.columnAddedByOtherSide(key));
  }

  laterEnablesRowSecurity(name: QualifiedName): boolean {
    return this.ask('laterEnablesRowSecurity', nameKey(name), (timeline, key) => timeline.laterEnablesRowSecurity(key));
  }

  laterCreatesPolicy(name: QualifiedName): boolean {
    return this.ask('laterCreatesPolicy', nameKey(name), (timeline, key) => timeline.laterCreatesPolicy(key));
  }

  provenNotNull(table: QualifiedName, column: string): boolean {
    return this.ask('provenNotNull', columnKey(table, column), (timeline, key) => timeline.provenNotNull(key));
  }

  columnType(table: QualifiedName, column: string): ColumnType | null {
    return this.ask('columnType', columnKey(table, column), (timeline, key) => timeline.columnType(key));
  }

  tableOfIndex(index: QualifiedName): QualifiedName | null {
    return this.ask('tableOfIndex', nameKey(index), (timeline, key) => timeline.tableOfIndex(key));
  }

  /** The same question is recorded once, however many rules ask it. */
  private ask<T>(question: string, key: string, find: (timeline: Timeline, key: string) => T): T {
    const now = find(this.timeline, key);
    if (!this.answers.some((each) => each.question === question && each.key === key)) this.answers.push({ question, key, now, find });
    return now;
  }
}

/** Whether the answer is still the same. */
export function holds({ find, key, now }: Answer, timeline: Timeline): boolean {
  const later = find(timeline, key);
  // Answers are plain values, or small records of them.
  return later === now || (typeof later === 'object' && typeof now === 'object' && JSON.stringify(later) === JSON.stringify(now));
}
