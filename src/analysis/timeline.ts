import type { Config } from '../model/config.ts';
import type { Side, TransactionMode } from '../model/migration.ts';
import type { PlacedStatement } from '../model/statement.ts';
import type { StatementContext } from '../rules/define-rule.ts';
import { blockingLock } from '../rules/support/blocking.ts';
import { effects, noEffects, type Effects } from '../sql/effects.ts';
import { isTimeout } from '../sql/effects/session.ts';
import { nameKey, type QualifiedName } from '../sql/names.ts';
import type { SqlScript } from '../sql/script.ts';
import { KnownSchema } from './known-schema.ts';
import { facts, type ScriptFacts } from './script-facts.ts';

export interface TimelineInput {
  readonly script: SqlScript;
  readonly side: Side;
  readonly mode: TransactionMode | null;
  readonly config: Config;
  readonly otherSide: SqlScript | null;
  readonly schema: KnownSchema;
}

/**
 * What is true at one statement of a script, moving forward statement by statement: the transaction, the lock timeout, what was created.
 * The object is the context that rules see; it changes with `advance`, so that ten thousand statements need one.
 */
export class Timeline implements StatementContext {
  readonly config: Config;
  readonly side: Side;
  readonly mode: TransactionMode | null;
  readonly between: string;
  transaction: StatementContext['transaction'];
  unguardedBefore = false;
  private index = 0;
  private begin: number | null = null;
  private readonly script: SqlScript;
  private readonly schema: KnownSchema;
  private readonly here: ScriptFacts;
  private readonly other: ScriptFacts | null;
  private readonly live = new Set<string>();
  private sessionTimeout: string | null;
  private localTimeout: { readonly value: string | null } | null = null;
  private readonly outside: StatementContext['transaction'];

  constructor(input: TimelineInput) {
    this.config = input.config;
    this.side = input.side;
    this.mode = input.mode;
    this.between = input.script.options.separator === null ? ';\n' : `;\n${input.script.options.separator}\n`;
    this.script = input.script;
    this.schema = new KnownSchema(input.schema);
    this.here = facts(input.script);
    this.other = input.otherSide === null ? null : facts(input.otherSide);
    this.sessionTimeout = input.config.runnerLockTimeout;
    this.outside = input.mode?.kind === 'implicit' && input.script.statements.length > 1 ? 'implicit' : 'none';
    this.transaction = input.mode?.kind === 'transaction' ? 'tool' : this.outside;
  }

  get lockTimeout(): string | null {
    return this.localTimeout === null ? this.sessionTimeout : this.localTimeout.value;
  }

  get openedAt(): StatementContext['openedAt'] {
    const here = this.script.statements[this.index];
    const begin = this.transaction === 'file' && this.begin !== null ? this.script.statements[this.begin] : undefined;
    if (here === undefined || begin === undefined) return null;
    return { start: begin.start - here.start, end: begin.start + begin.statement.text.length - here.start };
  }

  get leadStart(): number {
    const start = this.script.statements[this.index]?.start ?? 0;
    return commentsAbove(this.script, start) - start;
  }

  /** Moves past a statement: what it did holds for the ones after it. */
  advance(placed: PlacedStatement): void {
    this.index = placed.index + 1;
    const change = effects(placed.statement);
    if (change === noEffects) return;
    if (!this.unguardedBefore && !isTimeout(this.lockTimeout) && blockingLock(placed.statement, this) !== null) this.unguardedBefore = true;
    this.moveTransaction(change);
    this.moveTimeout(change);
    for (const { name } of change.created) this.live.add(nameKey(name));
    for (const name of change.dropped) this.live.delete(nameKey(name));
    for (const { from, to } of change.renamed) if (this.live.delete(nameKey(from))) this.live.add(nameKey(to));
    this.schema.apply(change);
  }

  isNew(name: QualifiedName): boolean {
    return this.createdHere(name) || (this.side === 'down' && this.createdByOtherSide(name));
  }

  createdHere(name: QualifiedName): boolean {
    return this.live.has(nameKey(name));
  }

  createdByOtherSide(name: QualifiedName): boolean {
    return this.other?.created.has(nameKey(name)) ?? false;
  }

  columnAddedByOtherSide(table: QualifiedName, column: string): boolean {
    return this.other?.columnsAdded.has(`${nameKey(table)} ${column}`) ?? false;
  }

  laterEnablesRowSecurity(name: QualifiedName): boolean {
    return (this.here.rowSecurityEnabled.get(nameKey(name)) ?? -1) >= this.index;
  }

  laterCreatesPolicy(name: QualifiedName): boolean {
    return (this.here.policiesCreated.get(nameKey(name)) ?? -1) >= this.index;
  }

  provenNotNull(table: QualifiedName, column: string): boolean {
    return this.schema.provenNotNull(table, column);
  }

  columnType(table: QualifiedName, column: string): ReturnType<StatementContext['columnType']> {
    return this.schema.columnType(table, column);
  }

  tableOfIndex(index: QualifiedName): QualifiedName | null {
    return this.schema.tableOfIndex(index) ?? this.other?.indexes.get(nameKey(index)) ?? null;
  }

  private moveTransaction(change: Effects): void {
    if (change.transaction === 'begin' && this.transaction !== 'tool') {
      this.transaction = 'file';
      this.begin = this.index - 1;
    }
    if (change.transaction !== 'end') return;
    // A COMMIT in the file ends the tool's transaction as well; what follows runs by itself.
    this.transaction = this.outside;
    this.localTimeout = null;
  }

  private moveTimeout(change: Effects): void {
    if (change.setting?.name !== 'lock_timeout') return;
    const value = change.setting.value ?? this.config.runnerLockTimeout;
    if (change.setting.scope === 'session') {
      this.sessionTimeout = value;
      this.localTimeout = null;
    } else if (this.transaction !== 'none') this.localTimeout = { value };
  }
}

/** Where the unbroken lines of comments directly above an offset begin; the offset itself when there are none. */
function commentsAbove(script: SqlScript, offset: number): number {
  let start = offset;
  for (;;) {
    const lineStart = script.text.lastIndexOf('\n', start - 1) + 1;
    if (script.text.slice(lineStart, start).trim() !== '' || lineStart === 0) return start;
    const above = script.text.lastIndexOf('\n', lineStart - 2) + 1;
    const line = script.text.slice(above, lineStart).trim();
    const { separator } = script.options;
    if (!line.startsWith('--') || (separator !== null && line.startsWith(separator))) return start;
    start = above;
  }
}
