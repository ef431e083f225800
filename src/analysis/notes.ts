import type { Statement } from '../model/statement.ts';
import type { ActiveRules } from './active-rules.ts';
import { readChanges, type Change } from './changes.ts';
import type { Answer } from './recording-context.ts';
import type { RuleMatch } from './to-finding.ts';

/** What the rules said of a statement, and the answers that they said it by. */
export interface Memo {
  readonly rules: ActiveRules;
  readonly answers: readonly Answer[];
  /** The timeline's place, when a rule asked for something of it. */
  readonly place: string | null;
  readonly matches: readonly RuleMatch[];
}

/** What the analysis keeps of a statement from one keystroke to the next. */
export interface Notes {
  readonly changes: readonly Change[];
  memo: Memo | null;
}

/** What a statement changes for the ones after it; the kinds that change nothing leave no note. */
export function changesOf(statement: Statement): readonly Change[] {
  return changesNothing.has(statement.kind) ? none : notesOf(statement).changes;
}

const none: readonly Change[] = [];
const changesNothing = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt', 'CommentStmt', 'GrantStmt', 'SyntaxError']);

export function notesOf(statement: Statement): Notes {
  const { memory } = statement;
  memory.notes ??= { changes: readChanges(statement), memo: null } satisfies Notes;
  return memory.notes as Notes; // The slot is written here only.
}
