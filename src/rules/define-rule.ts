import type { Fix } from '../model/edit.ts';
import type { Config } from '../model/config.ts';
import type { FindingTag, RelatedPlace, Severity } from '../model/finding.ts';
import type { RecordedChecksum, Side, TransactionMode, Trifle } from '../model/migration.ts';
import type { Confirmation } from '../model/report.ts';
import type { Unchecked } from '../model/source.ts';
import type { Span } from '../model/span.ts';
import type { LockMode } from '../model/lock.ts';
import type { PlacedStatement, Statement } from '../model/statement.ts';
import type { StatementTrace } from '../model/trace.ts';
import type { ColumnType } from '../sql/effects.ts';
import type { KnownTable } from '../sql/known-table.ts';
import type { QualifiedName } from '../sql/names.ts';
import type { Reach } from '../sql/objects.ts';

/** What a rule knows beyond the statement itself. Only facts: what is not known is null, never a guess. */
export interface StatementContext {
  readonly config: Config;
  readonly side: Side;
  /** How the tool runs this script; null for a file that belongs to no layout. */
  readonly mode: TransactionMode | null;
  /** What encloses the statement: the tool's transaction, a BEGIN in the file, a DO block, or nothing. */
  readonly transaction: 'tool' | 'file' | 'implicit' | 'block' | 'none';
  /** False when the statement is alone in a script that runs outside a transaction only as long as it is alone: a second statement would change that. */
  readonly canAddStatements: boolean;
  /** `lock_timeout` in force as written (`5s`, `0`), or null when nothing before this statement sets it. */
  readonly lockTimeout: string | null;
  /** `statement_timeout` in force, as `lockTimeout`. */
  readonly statementTimeout: string | null;
  /** Values that earlier statements of the transaction which is still open added to enums: they cannot be used yet. */
  readonly enumValuesAdded: readonly { readonly type: QualifiedName; readonly value: string }[];
  /** True when an earlier statement of this script already blocks traffic with no `lock_timeout` in force. */
  readonly unguardedBefore: boolean;
  /** Where the BEGIN that encloses the statement stands, counted from the statement's first character; null without one. */
  readonly openedAt: Span | null;
  /** Offset of the comments directly above the statement, from its first character: zero or less. What is put before the statement goes there. */
  readonly leadStart: number;
  /** What a fix writes between two statements: a semicolon, a newline and, where the layout has one, its separator. */
  readonly between: string;
  /** True when nobody can be waiting for the relation: this script created it, or it is a down and the up did. */
  isNew(name: QualifiedName): boolean;
  /** True when an earlier statement of this script created the relation and it was not dropped since. */
  createdHere(name: QualifiedName): boolean;
  /** True when the other script creates the relation: dropping it in a down only undoes the up. */
  createdByOtherSide(name: QualifiedName): boolean;
  /** True when the other script adds this column. */
  columnAddedByOtherSide(table: QualifiedName, column: string): boolean;
  laterEnablesRowSecurity(name: QualifiedName): boolean;
  laterCreatesPolicy(name: QualifiedName): boolean;
  /** True when the other script enables or forces row-level security on the table: switching it off in a down only undoes the up. */
  securedByOtherSide(name: QualifiedName): boolean;
  /** How far the other script's words tell what it takes away; null when there is none, or nothing in it. */
  readonly otherSideReach: Reach | null;
  /** Whether the other script makes, drops or renames what has this key (`sql/objects.ts`). */
  namedByOtherSide(key: string): boolean;
  /** Whether a later statement of this script makes, drops or renames what has this key, or rolls back. */
  namedLater(key: string): boolean;
  /** Whether an earlier statement of this script makes, drops or renames what has this key. */
  namedEarlier(key: string): boolean;
  /** Whether the relation or column with this key is known to exist before this statement. */
  existsAlready(key: string): boolean;
  /** True when the history or this script creates the relation and nothing drops it before this statement. */
  exists(name: QualifiedName): boolean;
  /** What the history and this script tell of a relation; null when they tell nothing, or it was dropped. */
  table(name: QualifiedName): KnownTable | null;
  /** As `table`, when the whole script has run: what a later statement mends is no finding. */
  tableAfter(name: QualifiedName): KnownTable | null;
  /** True when an earlier statement of the transaction that is still open added the constraint. */
  constraintAddedInTransaction(table: QualifiedName, constraint: string): boolean;
  /** True when the history or this script creates it with PARTITION BY. */
  isPartitioned(name: QualifiedName): boolean;
  /** True when a valid CHECK (column IS NOT NULL) is in force that the history or this script added. */
  provenNotNull(table: QualifiedName, column: string): boolean;
  /** The column's type by the history and this script; null when they do not tell. */
  columnType(table: QualifiedName, column: string): ColumnType | null;
  /** Whether a domain has constraints; null when neither history nor script tells of it. */
  domain(name: QualifiedName): 'some' | 'none' | null;
  /** The table of an index that this script, the other one or the history creates. */
  tableOfIndex(index: QualifiedName): QualifiedName | null;
}

/** What a rule found in one statement. Spans count from the statement's first character. */
export interface Match {
  readonly message: string;
  readonly span: Span;
  readonly severity?: Severity;
  readonly related?: readonly RelatedPlace[];
  readonly tags?: readonly FindingTag[];
  /** The relation that the finding is about, so that a dry run can look for it; qualified when the SQL qualifies it. */
  readonly relation?: QualifiedName;
  readonly fixes?: readonly Fix[];
  /** As in AsRead. */
  readonly place?: Span;
}

/** What a rule about the whole script works on. Spans count from the start of the file. */
export interface ScriptContext {
  readonly config: Config;
  readonly side: Side;
  /** The migration's description without number or timestamp: `add_orders`; null for a file that belongs to no layout. */
  readonly name: string | null;
  readonly text: string;
  readonly downPath: string | null;
  /** Whether the down has a file of its own or is a section of the up's. */
  readonly downIn: 'its own file' | 'this file';
  /** `missing`, `empty` (no statement in it) or `present`; null when the file belongs to no layout. */
  readonly down: 'missing' | 'empty' | 'present' | null;
  readonly statements: readonly PlacedStatement[];
  /** How the tool runs it; null for a file that belongs to no layout. */
  readonly mode: TransactionMode | null;
  /** The other script of the pair; null when there is none, or when what it does is not in its SQL. */
  readonly otherSide: readonly PlacedStatement[] | null;
  /** For each statement that makes the traffic of an existing relation wait, its strongest lock; computed when it is asked for. */
  blockers(): readonly HeldLock[];
  /** What a fix writes between two statements, as in StatementContext. */
  readonly between: string;
  /** Where the comments directly above a statement begin: what is put before the statement goes there. */
  leadStart(placed: PlacedStatement): number;
  /** What the history and this script tell of a relation when the whole script has run; computed when it is asked for. */
  tableAfter(name: QualifiedName): KnownTable | null;
  /** The transactions of the script that hold a lock which makes the traffic of an existing relation wait; computed when it is asked for. */
  lockWindows(): readonly LockWindow[];
  readonly firstStatement: Span | null;
  readonly asRead: AsRead;
  /** How the script differs from what the main branch has; null when it does not, and where nobody knows. */
  readonly edited: EditedSince | null;
  /** What only psql reads: its commands, and the rows below a COPY FROM stdin. */
  readonly psql: readonly { readonly kind: 'psql' | 'rows'; readonly span: Span }[];
}

/** A lock that makes reads or writes of a relation wait which exists before the script. */
export interface HeldLock {
  readonly relation: QualifiedName;
  readonly mode: LockMode;
  /** The statement that takes it first, or makes it stronger. */
  readonly by: PlacedStatement;
}

/** One transaction, from the first such lock to its end. */
export interface LockWindow {
  readonly locks: readonly HeldLock[];
  /** The statements that run while the first lock is held, without the one that takes it. */
  readonly later: readonly PlacedStatement[];
}

/** What the layout says of the file itself. */
export interface AsRead {
  /** Who reads the script before the server does; left out: nobody. `copy` reads the rows of a COPY and nothing else of psql's. */
  readonly client?: 'psql' | 'copy';
  /** What the file does that cannot be read as SQL; each reason is a sentence. */
  readonly unchecked: readonly (Placed & { readonly reason: string; readonly kind: Unchecked['kind'] })[];
  /** Where the tool reads the file otherwise than its writer meant. */
  readonly problems: readonly (Placed & { readonly message: string; readonly next: string })[];
}

/** A script that is merged already, and is now another. */
export interface EditedSince {
  /** As git calls it: `origin/main`. */
  readonly branch: string;
  readonly kind: 'statements' | Trifle;
  /** The first place that differs. */
  readonly span: Span;
  /** As in AsRead. */
  readonly place?: Span;
  readonly tool: string;
  /** Null where the tool records nothing that it could compare. */
  readonly checksum: RecordedChecksum | null;
}

/** Something of the file; `place` is its span there, where the SQL does not stand in the file as it is. */
interface Placed {
  readonly span: Span;
  readonly place?: Span;
}

/** What the run says of one static finding. `evidence` is one sentence. */
export interface Observation {
  readonly confirmation: Confirmation;
  readonly evidence: string;
}

/** One suppression comment of a script, after every other rule has spoken. */
export interface SuppressionContext {
  /** The ids it names; empty: all rules. */
  readonly rules: readonly string[];
  readonly reason: string | null;
  /** The ids it names that silenced nothing; empty when it silenced something for each. */
  readonly unused: readonly string[];
  readonly silencesNothing: boolean;
  /** The day from which it no longer holds, when that has come. */
  readonly expired: string | null;
  /** True when it should end on a day but names none that exists. */
  readonly hasNoDay: boolean;
  /** The ids it names that are no rules. */
  readonly unknown: readonly string[];
  /** The comment, from the start of the file. */
  readonly span: Span;
}

/** A piece of SQL in a rule's page that the suite executes: on real servers, after `setup`. */
export interface Example {
  readonly title?: string;
  readonly setup?: string;
  readonly sql: string;
  /** The migration's name; left out: one that nobody objects to. */
  readonly name?: string;
  readonly side?: Side;
  /** The tool that the example is written for; default: plain pairs. Its SQL is the file as that tool reads it, with the other side's section where files have both. */
  readonly layout?: string;
  readonly config?: Partial<Config>;
  /** The SQLSTATE with which PostgreSQL refuses the example, where that is the hazard. */
  readonly fails?: string;
  /** The other script of the pair, where the rule looks at it. */
  readonly otherSide?: string;
  /** The same script as the main branch has it; left out: it is on no main branch. */
  readonly merged?: string;
  /** Whether the migration has a down; default: it has. */
  readonly down?: 'missing' | 'empty';
  /** What the fix leaves to a later migration, so that the catalog is not yet the same; left out: nothing. */
  readonly fixLeaves?: string;
  /** What the fix changes of the catalog, where that is what the rule is about; left out: nothing. */
  readonly fixChanges?: string;
}

/** What is left of a match when a dry run is over. */
export interface ObservedMatch {
  readonly relation: QualifiedName | null;
}

interface RuleBase {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly category: 'locks and rewrites' | 'destructive and breaking' | 'constraints and indexes' | 'transactions' | 'row-level security' | 'names and types' | 'migration' | 'syntax and suppression';
  /** Majors on which the hazard exists; left out: all. */
  readonly postgres?: { readonly from?: number; readonly until?: number };
  /** `optional` rules are off until the configuration turns them on. */
  readonly optional?: true;
  /** Set when at least one bad example gets a fix; the suite compares. */
  readonly hasFix?: true;
  /** Sides that the rule looks at; left out: both. */
  readonly sides?: readonly Side[];
  readonly docs: { readonly what: string; readonly why: string; readonly instead: string };
  readonly examples: { readonly bad: readonly [Example, ...Example[]]; readonly good: readonly [Example, ...Example[]] };
}

export interface StatementRule extends RuleBase {
  readonly scope: 'statement';
  /** The statement kinds it looks at: `IndexStmt`, `AlterTableStmt`, … */
  readonly kinds: readonly string[];
  check(statement: Statement, context: StatementContext): readonly Match[];
  /** Compares the match with what the run saw of its statement; left out: nothing measurable. */
  observe?(match: ObservedMatch, statement: StatementTrace): Observation;
}

export interface ScriptRule extends RuleBase {
  readonly scope: 'script';
  check(script: ScriptContext): readonly Match[];
}

/** A rule about the comments that silence other rules; nothing silences it. */
export interface SuppressionRule extends RuleBase {
  readonly scope: 'suppression';
  check(suppression: SuppressionContext): readonly Match[];
}

export type Rule = StatementRule | ScriptRule | SuppressionRule;

/** Declares a rule: plain data and pure functions. The file's name is the rule's id. */
export function defineRule<R extends Rule>(rule: R): R {
  return rule;
}
