import type { StatementContext } from '../rules/define-rule.ts';
import type { ColumnType } from '../sql/effects.ts';
import type { KnownTable } from '../sql/known-table.ts';
import { nameKey, type QualifiedName } from '../sql/names.ts';
import { columnKey, domainKey, session } from './changes.ts';
import type { Timeline } from './timeline.ts';

/** One answer that a rule got: while it is the same, what the rule said holds. */
export interface Answer {
  readonly question: (timeline: Timeline, key: string) => unknown;
  readonly key: string;
  readonly now: unknown;
}

/** What rules see of a timeline. It remembers each question and its answer; keys are made once, when the question is first asked. */
export class RecordingContext implements StatementContext {
  readonly answers: Answer[] = [];
  /** The timeline's place when a rule asked for the transaction or the timeout; null when none did. */
  place: string | null = null;
  // The rules in force stand for the configuration, the side, the mode and the separator: a memo is only compared under the same rules.
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
    return this.askPlace(this.timeline.between);
  }

  get transaction(): StatementContext['transaction'] {
    return this.askPlace(this.timeline.transaction);
  }

  get canAddStatements(): boolean {
    return this.askPlace(this.timeline.canAddStatements);
  }

  get lockTimeout(): string | null {
    return this.askPlace(this.timeline.lockTimeout);
  }

  get statementTimeout(): string | null {
    return this.askPlace(this.timeline.statementTimeout);
  }

  get enumValuesAdded(): StatementContext['enumValuesAdded'] {
    return this.ask(questions.enumValuesAdded, '');
  }

  get unguardedBefore(): boolean {
    return this.askPlace(this.timeline.unguardedBefore);
  }

  get openedAt(): StatementContext['openedAt'] {
    // Elsewhere the transaction alone says that there is no BEGIN.
    return this.transaction === 'file' ? this.ask(questions.openedAt, session) : null;
  }

  get leadStart(): number {
    return this.ask(questions.leadStart, '');
  }

  isNew(name: QualifiedName): boolean {
    return this.ask(questions.isNew, nameKey(name));
  }

  createdHere(name: QualifiedName): boolean {
    return this.ask(questions.createdHere, nameKey(name));
  }

  createdByOtherSide(name: QualifiedName): boolean {
    return this.ask(questions.createdByOtherSide, nameKey(name));
  }

  columnAddedByOtherSide(table: QualifiedName, column: string): boolean {
    return this.ask(questions.columnAddedByOtherSide, columnKey(table, column));
  }

  laterEnablesRowSecurity(name: QualifiedName): boolean {
    return this.ask(questions.laterEnablesRowSecurity, nameKey(name));
  }

  laterCreatesPolicy(name: QualifiedName): boolean {
    return this.ask(questions.laterCreatesPolicy, nameKey(name));
  }

  securedByOtherSide(name: QualifiedName): boolean {
    return this.ask(questions.securedByOtherSide, nameKey(name));
  }

  get otherSideReach(): StatementContext['otherSideReach'] {
    return this.ask(questions.otherSideReach, '');
  }

  namedByOtherSide(key: string): boolean {
    return this.ask(questions.namedByOtherSide, key);
  }

  namedLater(key: string): boolean {
    return this.ask(questions.namedLater, key);
  }

  namedEarlier(key: string): boolean {
    return this.ask(questions.namedEarlier, key);
  }

  existsAlready(key: string): boolean {
    return this.ask(questions.existsAlready, key);
  }

  exists(name: QualifiedName): boolean {
    return this.ask(questions.exists, nameKey(name));
  }

  table(name: QualifiedName): KnownTable | null {
    return this.askAround(questions.table, name);
  }

  tableAfter(name: QualifiedName): KnownTable | null {
    return this.askAround(questions.tableAfter, name);
  }

  constraintAddedInTransaction(table: QualifiedName, constraint: string): boolean {
    return this.ask(questions.constraintAddedInTransaction, columnKey(table, constraint));
  }

  isPartitioned(name: QualifiedName): boolean {
    return this.ask(questions.isPartitioned, nameKey(name));
  }

  provenNotNull(table: QualifiedName, column: string): boolean {
    return this.ask(questions.provenNotNull, columnKey(table, column));
  }

  columnType(table: QualifiedName, column: string): ColumnType | null {
    return this.ask(questions.columnType, columnKey(table, column));
  }

  domain(name: QualifiedName): 'some' | 'none' | null {
    return this.ask(questions.domain, domainKey(name));
  }

  tableOfIndex(index: QualifiedName): QualifiedName | null {
    return this.ask(questions.tableOfIndex, nameKey(index));
  }

  /** What refers to a table or is a partition of it is dropped, and what it refers to is renamed, by statements that name the other table only. */
  private askAround(question: (timeline: Timeline, key: string) => KnownTable | null, name: QualifiedName): KnownTable | null {
    const known = this.ask(question, nameKey(name));
    for (const partition of known?.partitions ?? []) this.ask(question, nameKey(partition.name));
    for (const { table } of known?.incoming ?? []) this.ask(question, nameKey(table));
    for (const { references } of known?.constraints ?? []) if (references !== null) this.ask(question, nameKey(references.table));
    return known;
  }

  private askPlace<T>(answer: T): T {
    this.place = this.timeline.place;
    return answer;
  }

  /** The same question is recorded once, however many rules ask it. */
  private ask<T>(question: (timeline: Timeline, key: string) => T, key: string): T {
    const now = question(this.timeline, key);
    for (const each of this.answers) if (each.question === question && each.key === key) return now;
    this.answers.push({ question, key, now });
    return now;
  }
}

/** One function for each question, so that ten thousand statements share it. Those about the script, the session or a position leave the key alone. */
const questions = {
  openedAt: (timeline: Timeline) => timeline.openedAt,
  leadStart: (timeline: Timeline) => timeline.leadStart,
  isNew: (timeline: Timeline, key: string) => timeline.isNew(key),
  createdHere: (timeline: Timeline, key: string) => timeline.createdHere(key),
  createdByOtherSide: (timeline: Timeline, key: string) => timeline.createdByOtherSide(key),
  columnAddedByOtherSide: (timeline: Timeline, key: string) => timeline.columnAddedByOtherSide(key),
  laterEnablesRowSecurity: (timeline: Timeline, key: string) => timeline.laterEnablesRowSecurity(key),
  laterCreatesPolicy: (timeline: Timeline, key: string) => timeline.laterCreatesPolicy(key),
  securedByOtherSide: (timeline: Timeline, key: string) => timeline.securedByOtherSide(key),
  otherSideReach: (timeline: Timeline) => timeline.otherSideReach,
  namedByOtherSide: (timeline: Timeline, key: string) => timeline.namedByOtherSide(key),
  namedLater: (timeline: Timeline, key: string) => timeline.namedLater(key),
  namedEarlier: (timeline: Timeline, key: string) => timeline.namedEarlier(key),
  existsAlready: (timeline: Timeline, key: string) => timeline.existsAlready(key),
  exists: (timeline: Timeline, key: string) => timeline.exists(key),
  enumValuesAdded: (timeline: Timeline) => timeline.enumValuesAdded,
  table: (timeline: Timeline, key: string) => timeline.table(key),
  tableAfter: (timeline: Timeline, key: string) => timeline.tableAfter(key),
  constraintAddedInTransaction: (timeline: Timeline, key: string) => timeline.constraintAddedInTransaction(key),
  isPartitioned: (timeline: Timeline, key: string) => timeline.isPartitioned(key),
  provenNotNull: (timeline: Timeline, key: string) => timeline.provenNotNull(key),
  columnType: (timeline: Timeline, key: string) => timeline.columnType(key),
  domain: (timeline: Timeline, key: string) => timeline.domain(key),
  tableOfIndex: (timeline: Timeline, key: string) => timeline.tableOfIndex(key),
};

/** Whether the answer is still the same. */
export function holds({ question, key, now }: Answer, timeline: Timeline): boolean {
  const later = question(timeline, key);
  // Answers are plain values, or small records of them.
  return later === now || (typeof later === 'object' && typeof now === 'object' && JSON.stringify(later) === JSON.stringify(now));
}
