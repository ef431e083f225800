import type { Edit } from '../model/edit.ts';
import type { PlacedStatement } from '../model/statement.ts';
import type { SqlScript } from '../sql/script.ts';
import { facts, withoutSchema, wordsOf } from './script-facts.ts';
import { commentsAbove } from './timeline.ts';

/** What is to be added to a down for one statement of its up. */
export interface Missing {
  /** Index of the statement of the up. */
  readonly undoes: number;
  /** Lines above the statements. */
  readonly comments: readonly string[];
  readonly statements: readonly string[];
}

/** The two scripts that belong together, and what the second one lacks. */
export interface Completing {
  readonly up: readonly PlacedStatement[];
  readonly down: SqlScript;
  readonly missing: readonly Missing[];
  /** `lines`: each statement on lines of its own, below its comments. `bare`: nothing but statements, where the SQL stands in calls or in comments. */
  readonly style: 'lines' | 'bare';
}

/**
 * Edits of the down that add what is missing: each before whatever undoes an earlier statement of the up, the last statement's first.
 * Whatever stands there stays, and edits of different statements are apart.
 */
export function completeDown({ up, down, missing, style }: Completing): readonly Edit[] {
  const undone = down.statements.map((placed) => undoneBy(placed, up));
  const last = lastPlace(down.statements);
  const groups = new Map<number, Missing[]>();
  for (const each of [...missing].sort((a, b) => b.undoes - a.undoes)) {
    const before = undone.findIndex((index) => index !== null && index < each.undoes);
    const place = before < 0 ? last : before;
    groups.set(place, [...(groups.get(place) ?? []), each]);
  }
  return [...groups].flatMap(([place, group]) => {
    const blocks = group.flatMap((each) => blocksOf(each, style));
    if (blocks.length === 0) return [];
    return [place < down.statements.length ? insertBefore(down, place, { blocks, style }) : insertBehind(down, { blocks, style })];
  });
}

/** The statements of an inverse that the down does not have yet: one statement of an up can be undone by half. */
export function lackingIn(down: SqlScript, inverse: SqlScript): readonly string[] {
  const { named } = wordsOf(down.statements);
  return inverse.statements.filter((placed) => {
    const names = namesIn(placed);
    return names.length === 0 || !names.every((name) => named.has(name));
  }).map(({ statement }) => statement.text);
}

/** The first statement of the up that it undoes, or null. */
function undoneBy(placed: PlacedStatement, up: readonly PlacedStatement[]): number | null {
  const names = new Set(namesIn(placed));
  const index = names.size === 0 ? -1 : up.findIndex((each) => namesIn(each).some((name) => names.has(name)));
  return index < 0 ? null : index;
}

/** What it makes, drops or renames, without the keys that stand for any column or constraint. */
function namesIn(placed: PlacedStatement): readonly string[] {
  const known = kept.get(placed);
  if (known !== undefined) return known;
  const names = [...facts([placed]).named.keys()].filter((key) => !key.includes('\n* ')).map(withoutSchema);
  kept.set(placed, names);
  return names;
}

const kept = new WeakMap<PlacedStatement, readonly string[]>();

/** A transaction of the file ends after what is added. */
function lastPlace(statements: readonly PlacedStatement[]): number {
  const last = statements.at(-1);
  return last?.statement.node['kind'] === 'TRANS_STMT_COMMIT' ? last.index : statements.length;
}

interface Addition {
  readonly blocks: readonly string[];
  readonly style: Completing['style'];
}

function blocksOf({ comments, statements }: Missing, style: Completing['style']): readonly string[] {
  const [first, ...others] = statements;
  if (first === undefined) return [];
  return [style === 'bare' ? first : [...comments, first].join('\n'), ...others];
}

function insertBefore(down: SqlScript, index: number, { blocks, style }: Addition): Edit {
  const at = style === 'lines' ? commentsAbove(down, index) : (down.statements[index]?.start ?? 0);
  const gap = style === 'lines' ? '\n' : '';
  return { span: { start: at, end: at }, text: blocks.map((block, order) => `${block};${separated(down)}\n${order === blocks.length - 1 || blocks[order + 1]?.startsWith('--') === true ? gap : ''}`).join('') };
}

function insertBehind(down: SqlScript, { blocks, style }: Addition): Edit {
  const last = down.statements.at(-1);
  const end = last === undefined ? down.text.length : last.start + last.statement.text.length;
  const rest = style === 'lines' ? /^[ \t]*;[^\r\n]*/.exec(down.text.slice(end))?.[0] : undefined;
  if (rest === undefined) return { span: { start: end, end }, text: blocks.map((block) => `;${separated(down)}\n${block}`).join('') };
  const { separator } = down.options;
  const at = end + rest.length;
  const begin = separator !== null && rest.includes(separator) ? '' : separated(down);
  return { span: { start: at, end: at }, text: blocks.map((block, order) => `${order === 0 ? begin : separated(down)}\n${block.startsWith('--') ? '\n' : ''}${block};`).join('') };
}

function separated({ options: { separator } }: SqlScript): string {
  return separator === null ? '' : `\n${separator}`;
}
