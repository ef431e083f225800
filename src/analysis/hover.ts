import type { LockFacts, StatementFacts } from '../model/explanation.ts';
import { blocks } from '../model/lock.ts';
import type { PlacedStatement } from '../model/statement.ts';
import { rules } from '../rules/index.generated.ts';
import { effects, type RelationLock } from '../sql/effects.ts';
import { nameKey, writeName } from '../sql/names.ts';
import type { SqlScript } from '../sql/script.ts';
import { lint, timelineOf, type LintInput } from './lint.ts';
import type { Timeline } from './timeline.ts';

/** What is known of the statement under the pointer. */
export interface HoverFacts extends StatementFacts {
  /** What the rules found here, with the safe way of each. */
  readonly rules: readonly { readonly id: string; readonly title: string; readonly message: string; readonly instead: string }[];
}

/** The facts of the statement at an offset of the file, or null where there is none. */
export function hover(script: SqlScript, offset: number, input: LintInput): HoverFacts | null {
  const placed = statementAt(script, offset);
  if (placed === null || placed.statement.problem !== null) return null;
  const timeline = timelineOf(input);
  for (const each of script.statements.slice(0, placed.index)) timeline.advance(each);
  return { ...factsOf(placed, timeline), rules: rulesAt(placed, input) };
}

/** The facts of every statement of a script, in order; of one that cannot be read there are none. */
export function factsOfAll(input: LintInput): readonly { readonly placed: PlacedStatement; readonly facts: StatementFacts }[] {
  const timeline = timelineOf(input);
  return input.script.statements.map((placed) => {
    const facts = factsOf(placed, timeline);
    timeline.advance(placed);
    return { placed, facts };
  });
}

/** `timeline` stands before the statement. */
function factsOf(placed: PlacedStatement, timeline: Timeline): StatementFacts {
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

function rulesAt(placed: PlacedStatement, input: LintInput): HoverFacts['rules'] {
  return lint(input).filter((finding) => finding.statement === placed.index).flatMap((finding) => {
    const rule = rules.find((each) => each.id === finding.rule);
    return rule === undefined ? [] : [{ id: rule.id, title: rule.title, message: finding.message, instead: rule.docs.instead }];
  });
}
