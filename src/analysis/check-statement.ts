import type { Statement } from '../model/statement.ts';
import type { StatementContext } from '../rules/define-rule.ts';
import type { ActiveRules } from './active-rules.ts';
import type { Timeline } from './timeline.ts';
import type { RuleMatch } from './to-finding.ts';

/** One answer that a rule got from its context; while all of them stay the same, so do the matches. */
type Recorded = (context: StatementContext) => boolean;

interface Memo {
  readonly rules: ActiveRules;
  readonly answers: readonly Recorded[];
  readonly matches: readonly RuleMatch[];
}

const memos = new WeakMap<Statement, Memo>();
const noMatches: readonly RuleMatch[] = [];

/** What the rules say of one statement at this point of its script. */
export function checkStatement(statement: Statement, context: Timeline, rules: ActiveRules): readonly RuleMatch[] {
  const interested = rules.byKind.get(statement.kind);
  if (interested === undefined) return noMatches;
  const memo = memos.get(statement);
  if (memo !== undefined && memo.rules === rules && memo.answers.every((same) => same(context))) return memo.matches;
  const answers: Recorded[] = [];
  const recording = new RecordingContext(context, answers);
  const matches: RuleMatch[] = [];
  for (const rule of interested) for (const match of rule.check(statement, recording)) matches.push({ rule, match });
  memos.set(statement, { rules, answers, matches });
  return matches;
}

/** Passes each question on and remembers question and answer. */
class RecordingContext implements StatementContext {
  private readonly context: Timeline;
  private readonly answers: Recorded[];

  constructor(context: Timeline, answers: Recorded[]) {
    this.context = context;
    this.answers = answers;
  }

  // The rules in force stand for the configuration, the side and the mode: `memo.rules` compares them.
  get config(): StatementContext['config'] {
    return this.context.config;
  }
  get side(): StatementContext['side'] {
    return this.context.side;
  }
  get mode(): StatementContext['mode'] {
    return this.context.mode;
  }
  get between(): string {
    return this.ask((context) => context.between);
  }
  get transaction(): StatementContext['transaction'] {
    return this.ask((context) => context.transaction);
  }
  get lockTimeout(): string | null {
    return this.ask((context) => context.lockTimeout);
  }
  get unguardedBefore(): boolean {
    return this.ask((context) => context.unguardedBefore);
  }
  get openedAt(): StatementContext['openedAt'] {
    return this.ask((context) => context.openedAt);
  }
  get leadStart(): number {
    return this.ask((context) => context.leadStart);
  }
  isNew: StatementContext['isNew'] = (name) => this.ask((context) => context.isNew(name));
  createdHere: StatementContext['createdHere'] = (name) => this.ask((context) => context.createdHere(name));
  createdByOtherSide: StatementContext['createdByOtherSide'] = (name) => this.ask((context) => context.createdByOtherSide(name));
  columnAddedByOtherSide: StatementContext['columnAddedByOtherSide'] = (table, column) => this.ask((context) => context.columnAddedByOtherSide(table, column));
  laterEnablesRowSecurity: StatementContext['laterEnablesRowSecurity'] = (name) => this.ask((context) => context.laterEnablesRowSecurity(name));
  laterCreatesPolicy: StatementContext['laterCreatesPolicy'] = (name) => this.ask((context) => context.laterCreatesPolicy(name));
  provenNotNull: StatementContext['provenNotNull'] = (table, column) => this.ask((context) => context.provenNotNull(table, column));
  columnType: StatementContext['columnType'] = (table, column) => this.ask((context) => context.columnType(table, column));
  tableOfIndex: StatementContext['tableOfIndex'] = (index) => this.ask((context) => context.tableOfIndex(index));

  private ask<T>(question: (context: StatementContext) => T): T {
    const answer = question(this.context);
    this.answers.push((later) => same(question(later), answer));
    return answer;
  }
}

/** Answers are plain values, or small records of them. */
function same(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
