import type { Config } from '../model/config.ts';
import type { Side, TransactionMode } from '../model/migration.ts';
import type { PlacedStatement } from '../model/statement.ts';
import type { StatementContext } from '../rules/define-rule.ts';
import { blockingLock } from '../rules/support/blocking.ts';
import type { ColumnType, Setting } from '../sql/effects.ts';
import { isTimeout } from '../sql/effects/session.ts';
import { nameKey, type QualifiedName } from '../sql/names.ts';
import type { SqlScript } from '../sql/script.ts';
import type { Change } from './changes.ts';
import { KnownSchema, type Past } from './known-schema.ts';
import { changesOf } from './notes.ts';
import { facts, withoutSchema, wordsOf } from './script-facts.ts';
import type { KnownTable } from '../sql/known-table.ts';

export interface TimelineInput {
  readonly script: SqlScript;
  readonly side: Side;
  readonly mode: TransactionMode | null;
  readonly config: Config;
  readonly otherSide: SqlScript | null;
  readonly past: Past;
  /** The statements that it will be told of and asked about, in order; left out: all. */
  readonly story?: readonly PlacedStatement[];
}

/**
 * What is true at one statement of a script: the transaction, the lock timeout, what was created. It moves forward with `advance`, so that
 * ten thousand statements need one. Questions are asked by key (see `Change`); `RecordingContext` is how rules ask them.
 */
export class Timeline {
  readonly config: Config;
  readonly side: Side;
  readonly mode: TransactionMode | null;
  private settled = '';
  private surrounding: StatementContext['transaction'];
  private readonly separated: string;
  private readonly canAdd: boolean;
  /** The first statement that blocks traffic with no timeout in force, once the timeline is past it. */
  unguardedAt: number | null = null;
  /** Keys that the search for `unguardedAt` asked for. */
  readonly asked: string[] = [];
  private readonly script: SqlScript;
  private readonly story: readonly PlacedStatement[];
  private readonly otherSide: SqlScript | null;
  private readonly past: Past;
  private readonly input: TimelineInput;
  /** Where the script ends, once a rule asked for it. */
  private end: Timeline | null = null;
  private schema: KnownSchema;
  private readonly outside: StatementContext['transaction'];
  private readonly live = new Set<string>();
  /** The changes so far; `undo` is what of them, and of the timeout, a ROLLBACK leaves. */
  private readonly told: Change[] = [];
  private undo: { readonly told: number; readonly timeouts: Timeouts };
  private index = 0;
  private begin: number | null = null;
  private timeouts: Timeouts;
  private guarded = false;
  /** In the transaction that is open. */
  private readonly constraintsAdded = new Set<string>();
  private addedValues: StatementContext['enumValuesAdded'] = noValues;
  private readonly byName = {
    isNew: (name: QualifiedName) => this.isNew(this.ask(name)),
    createdHere: (name: QualifiedName) => this.createdHere(this.ask(name)),
    tableOfIndex: (name: QualifiedName) => this.tableOfIndex(this.ask(name)),
  };

  constructor(input: TimelineInput) {
    this.config = input.config;
    this.side = input.side;
    this.mode = input.mode;
    this.separated = betweenStatements(input.script);
    this.script = input.script;
    this.story = input.story ?? input.script.statements;
    this.otherSide = input.otherSide;
    this.past = input.past;
    this.input = input;
    this.schema = new KnownSchema(input.past.schema);
    this.outside = input.mode?.kind === 'implicit' && input.script.statements.filter(({ block }) => block === undefined).length > 1 ? 'implicit' : 'none';
    this.canAdd = input.mode?.kind !== 'implicit' || this.outside === 'implicit';
    this.surrounding = input.mode?.kind === 'transaction' ? 'tool' : this.outside;
    this.timeouts = { lock_timeout: { session: input.config.runnerLockTimeout }, statement_timeout: { session: input.config.runnerStatementTimeout } };
    this.undo = { told: 0, timeouts: this.timeouts };
    this.settle();
  }

  /** Transaction, timeout and `unguardedBefore` in one word, so that a memo compares them at once. */
  get place(): string {
    return this.isInBlock ? `block ${this.settled}` : this.settled;
  }

  get transaction(): StatementContext['transaction'] {
    return this.isInBlock ? 'block' : this.surrounding;
  }

  /** A separator of the layout would cut the block in two. */
  get between(): string {
    return this.isInBlock ? ';\n' : this.separated;
  }

  get canAddStatements(): boolean {
    return this.isInBlock || this.canAdd;
  }

  get enumValuesAdded(): StatementContext['enumValuesAdded'] {
    return this.addedValues;
  }

  get unguardedBefore(): boolean {
    return this.unguardedAt !== null;
  }

  get lockTimeout(): string | null {
    return inForce(this.timeouts.lock_timeout);
  }

  get statementTimeout(): string | null {
    return inForce(this.timeouts.statement_timeout);
  }

  get openedAt(): StatementContext['openedAt'] {
    const here = this.script.statements[this.index];
    const begin = this.surrounding === 'file' && this.begin !== null ? this.script.statements[this.begin] : undefined;
    if (here === undefined || begin === undefined) return null;
    return { start: begin.start - here.start, end: begin.start + begin.statement.text.length - here.start };
  }

  get leadStart(): number {
    const start = this.script.statements[this.index]?.start ?? 0;
    return commentsAbove(this.script, this.index) - start;
  }

  /** Moves past a statement: what it did holds for the ones after it. */
  advance(placed: PlacedStatement): void {
    if (!this.guarded && !this.unguardedBefore && blockingLock(placed.statement, this.byName) !== null) this.loseGuard(placed.index);
    this.tell(placed);
  }

  /** It is known that the statement at this index is the first that blocks traffic with no timeout in force. */
  loseGuard(at: number): void {
    this.unguardedAt = at;
    this.settle();
  }

  /** Moves to a statement that is not the next one: what stands between them says nothing of what will be asked. */
  moveTo({ index }: PlacedStatement): void {
    this.index = index;
  }

  /** Moves past a statement of which it is known whether it blocks traffic. */
  tell({ index, statement, block }: PlacedStatement): void {
    this.index = index;
    const changes = changesOf(statement);
    if (!this.schema.isRepeated(changes)) for (const change of changes) this.apply(change, index);
    this.index = index + 1;
    // A block that nothing encloses is a transaction of its own.
    if (block !== undefined && !this.isInBlock && this.surrounding === 'none') this.leaveBlock();
  }

  isNew(key: string): boolean {
    return this.live.has(key) || (this.side === 'down' && this.createdByOtherSide(key));
  }

  createdHere(key: string): boolean {
    return this.live.has(key);
  }

  createdByOtherSide(key: string): boolean {
    return this.otherSide !== null && facts(this.otherSide.statements).created.has(key) && !(this.side === 'down' && this.past.repeated.has(key));
  }

  columnAddedByOtherSide(key: string): boolean {
    return this.otherSide !== null && facts(this.otherSide.statements).columnsAdded.has(key);
  }

  laterEnablesRowSecurity(key: string): boolean {
    return (facts(this.story).rowSecurityEnabled.get(key) ?? -1) >= this.index;
  }

  laterCreatesPolicy(key: string): boolean {
    return (facts(this.story).policiesCreated.get(key) ?? -1) >= this.index;
  }

  securedByOtherSide(key: string): boolean {
    return this.otherSide !== null && facts(this.otherSide.statements).rowSecured.has(key);
  }

  /** Null when there is no other script, or nothing in it. */
  get otherSideReach(): StatementContext['otherSideReach'] {
    return this.otherSide === null || this.otherSide.statements.length === 0 ? null : wordsOf(this.otherSide.statements).reach;
  }

  namedByOtherSide(key: string): boolean {
    return this.otherSide !== null && wordsOf(this.otherSide.statements).named.has(withoutSchema(key));
  }

  namedLater(key: string): boolean {
    const { named, rollback } = facts(this.story);
    return Math.max(named.get(key) ?? -1, rollback) > this.index;
  }

  namedEarlier(key: string): boolean {
    return (facts(this.story).namedFirst.get(key) ?? Infinity) < this.index;
  }

  existsAlready(key: string): boolean {
    return this.schema.exists(key) || this.schema.hasColumn(key);
  }

  exists(key: string): boolean {
    return this.schema.exists(key);
  }

  table(key: string): KnownTable | null {
    return this.schema.table(key);
  }

  tableAfter(key: string): KnownTable | null {
    this.end ??= this.toEnd();
    return this.end.table(key);
  }

  isPartitioned(key: string): boolean {
    return this.schema.table(key)?.partitioned ?? false;
  }

  constraintAddedInTransaction(key: string): boolean {
    return this.constraintsAdded.has(key);
  }

  provenNotNull(key: string): boolean {
    return this.schema.provenNotNull(key);
  }

  columnType(key: string): ColumnType | null {
    return this.schema.columnType(key);
  }

  domain(key: string): 'some' | 'none' | null {
    return this.schema.domain(key);
  }

  tableOfIndex(key: string): QualifiedName | null {
    const known = this.schema.tableOfIndex(key);
    return known === null && this.otherSide !== null ? (facts(this.otherSide.statements).indexes.get(key) ?? null) : known;
  }

  private get isInBlock(): boolean {
    return this.script.statements[this.index]?.block !== undefined;
  }

  private toEnd(): Timeline {
    const end = new Timeline(this.input);
    for (const placed of this.story) end.tell(placed);
    return end;
  }

  private ask(name: QualifiedName): string {
    const key = nameKey(name);
    this.asked.push(key);
    return key;
  }

  private apply(change: Change, index: number): void {
    if (change.kind === 'transaction') this.moveTransaction(change.to, index);
    else if (change.kind === 'setting') this.moveTimeout(change.setting);
    else {
      if (this.transaction !== 'none') this.note(change);
      this.told.push(change);
      this.happen(change);
    }
  }

  private happen(change: Change): void {
    if (change.kind === 'created') this.live.add(change.key);
    else if (change.kind === 'dropped') this.live.delete(change.key);
    else if (change.kind === 'renamed' && this.live.delete(change.from)) this.live.add(change.to);
    this.schema.apply(change);
  }

  private note(change: Change): void {
    if (change.kind === 'constraint added') this.constraintsAdded.add(change.key);
    else if (change.kind === 'enum value') this.addedValues = [...this.addedValues, { type: change.type, value: change.value }];
  }

  /** Tells the story again up to where the transaction began. */
  private rollBack(): void {
    this.timeouts = this.undo.timeouts;
    if (this.told.length === this.undo.told) return;
    this.told.length = this.undo.told;
    this.live.clear();
    this.schema = new KnownSchema(this.past.schema);
    for (const change of this.told) this.happen(change);
  }

  private moveTransaction(to: 'begin' | 'commit' | 'rollback', index: number): void {
    if (to === 'rollback' && this.surrounding !== 'none') this.rollBack();
    if (to !== 'begin') this.endTransaction();
    if (to !== 'begin' || this.surrounding === 'none') this.undo = { told: this.told.length, timeouts: withoutLocal(this.timeouts) };
    if (to !== 'begin') {
      // A COMMIT in the file ends the tool's transaction as well; what follows runs by itself.
      this.surrounding = this.outside;
      this.timeouts = withoutLocal(this.timeouts);
    } else if (this.surrounding !== 'tool') {
      this.surrounding = 'file';
      this.begin = index;
    }
    this.settle();
  }

  private endTransaction(): void {
    this.constraintsAdded.clear();
    this.addedValues = noValues;
  }

  private leaveBlock(): void {
    this.endTransaction();
    this.timeouts = withoutLocal(this.timeouts);
    this.settle();
  }

  private moveTimeout({ name, value, scope }: Setting): void {
    // RESET ALL and DISCARD ALL name no setting.
    const names = name === '*' ? timeoutNames : timeoutNames.filter((each) => each === name);
    for (const each of names) {
      const now = value ?? this.config[runnerSettings[each]];
      if (scope === 'session') this.timeouts = { ...this.timeouts, [each]: { session: now } };
      else if (this.transaction !== 'none') this.timeouts = { ...this.timeouts, [each]: { ...this.timeouts[each], local: now } };
    }
    this.settle();
  }

  private settle(): void {
    this.guarded = isTimeout(this.lockTimeout);
    this.settled = `${this.surrounding} ${this.unguardedBefore ? 'unguarded' : 'guarded'} ${this.lockTimeout ?? ''} ${this.statementTimeout ?? ''}`;
  }
}

const timeoutNames = ['lock_timeout', 'statement_timeout'] as const;

const runnerSettings = { lock_timeout: 'runnerLockTimeout', statement_timeout: 'runnerStatementTimeout' } as const;

/** As SET and SET LOCAL left it. */
interface Timeout {
  readonly session: string | null;
  readonly local?: string | null;
}

type Timeouts = Readonly<Record<(typeof timeoutNames)[number], Timeout>>;

function inForce({ session, local }: Timeout): string | null {
  return local === undefined ? session : local;
}

function withoutLocal({ lock_timeout, statement_timeout }: Timeouts): Timeouts {
  return { lock_timeout: { session: lock_timeout.session }, statement_timeout: { session: statement_timeout.session } };
}

const noValues: StatementContext['enumValuesAdded'] = [];

/** A semicolon, a newline and, where the layout has one, its separator. */
export function betweenStatements({ options: { separator } }: SqlScript): string {
  return separator === null ? ';\n' : `;\n${separator}\n`;
}

/** Where the unbroken lines of comments directly above a statement begin; its own start when there are none. */
export function commentsAbove(script: SqlScript, index: number): number {
  const { separator } = script.options;
  const before = script.statements[index - 1];
  // A line of the statement before may look like a comment and be in its string.
  const least = before === undefined ? 0 : before.start + before.statement.text.length;
  let start = script.statements[index]?.start ?? 0;
  for (;;) {
    const lineStart = script.text.lastIndexOf('\n', start - 1) + 1;
    if (script.text.slice(lineStart, start).trim() !== '' || lineStart === 0) return start;
    const above = script.text.lastIndexOf('\n', lineStart - 2) + 1;
    const line = script.text.slice(above, lineStart).trim();
    if (above < least || !line.startsWith('--') || (separator !== null && line.startsWith(separator))) return start;
    start = above;
  }
}

