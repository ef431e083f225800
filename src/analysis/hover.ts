import { blocks, type Blocked, type LockMode } from '../model/lock.ts';
import type { Span } from '../model/span.ts';
import type { PlacedStatement } from '../model/statement.ts';
import type { StatementContext } from '../rules/define-rule.ts';
import { rules } from '../rules/index.generated.ts';
import { effects, type RelationLock, type Work } from '../sql/effects.ts';
import { nameKey, writeName } from '../sql/names.ts';
import type { SqlScript } from '../sql/script.ts';
import { lint, timelineOf, type LintInput } from './lint.ts';
import type { Timeline } from './timeline.ts';

/** What is known of the statement under the pointer. */
export interface StatementFacts {
  /** The statement, from the start of the file. */
  readonly span: Span;
  readonly locks: readonly LockFacts[];
  /** Locks that only the catalog can name, in words. */
  readonly furtherLocks: string | null;
  readonly rewrite: Work;
  readonly scan: Work;
  readonly transaction: StatementContext['transaction'];
  /** What it is, when it cannot run in a transaction: `VACUUM`. */
  readonly outsideOnly: string | null;
  readonly lockTimeout: string | null;
  /** What the rules found here, with the safe way of each. */
  readonly rules: readonly { readonly id: string; readonly title: string; readonly message: string; readonly instead: string }[];
}

export interface LockFacts {
  /** As SQL writes it; for the lock of an index's table, when that is not known, "the table of i". */
  readonly relation: string;
  readonly mode: LockMode;
  readonly blocks: Blocked;
  /** True when this script (or the up that this down undoes) created it: nobody can be waiting. */
  readonly isNew: boolean;
}

/** The facts of the statement at an offset of the file, or null where there is none. */
export function hover(script: SqlScript, offset: number, input: LintInput): StatementFacts | null {
  const placed = statementAt(script, offset);
  if (placed === null || placed.statement.problem !== null) return null;
  const timeline = timelineOf(input);
  for (const each of script.statements.slice(0, placed.index)) timeline.advance(each);
  const change = effects(placed.statement);
  return {
    span: { start: placed.start, end: placed.start + placed.statement.text.length },
    locks: change.locks.map((lock) => lockFacts(lock, timeline)),
    furtherLocks: change.furtherLocks,
    rewrite: change.rewrite,
    scan: change.scan,
    transaction: timeline.transaction,
    outsideOnly: change.outsideOnly,
    lockTimeout: timeline.lockTimeout,
    rules: rulesAt(placed, input),
  };
}

/** The statement that contains the offset; its last character's end counts. */
export function statementAt(script: SqlScript, offset: number): PlacedStatement | null {
  let low = 0;
  let high = script.statements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((script.statements[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const placed = script.statements[low - 1];
  return placed !== undefined && offset <= placed.start + placed.statement.text.length ? placed : null;
}

function lockFacts(lock: RelationLock, timeline: Timeline): LockFacts {
  const table = lock.on === 'its table' ? timeline.tableOfIndex(nameKey(lock.relation)) : null;
  const relation = lock.on === 'itself' ? writeName(lock.relation) : table === null ? `the table of ${writeName(lock.relation)}` : writeName(table);
  return { relation, mode: lock.mode, blocks: blocks(lock.mode), isNew: timeline.isNew(nameKey(table ?? lock.relation)) };
}

function rulesAt(placed: PlacedStatement, input: LintInput): StatementFacts['rules'] {
  return lint(input).filter((finding) => finding.statement === placed.index).flatMap((finding) => {
    const rule = rules.find((each) => each.id === finding.rule);
    return rule === undefined ? [] : [{ id: rule.id, title: rule.title, message: finding.message, instead: rule.docs.instead }];
  });
}
