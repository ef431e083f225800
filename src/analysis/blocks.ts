import type { PlacedStatement } from '../model/statement.ts';
import type { AsRead } from '../rules/define-rule.ts';
import { blockContent } from '../sql/plpgsql.ts';
import type { SqlScript } from '../sql/script.ts';

/** A script in which the static SQL of DO blocks stands behind each block, as statements of their own. */
export interface OpenedScript {
  readonly script: SqlScript;
  /** The index in the script as it is written, for each statement. */
  readonly written: readonly number[];
}

const kept = new WeakMap<SqlScript, OpenedScript | null>();

/** Null for a script without such blocks. */
export function openBlocks(script: SqlScript): OpenedScript | null {
  const known = kept.get(script);
  if (known !== undefined) return known;
  const made = script.statements.some(({ statement }) => blockContent(statement).statements.length > 0) ? open(script) : null;
  kept.set(script, made);
  return made;
}

function open(script: SqlScript): OpenedScript {
  const statements: PlacedStatement[] = [];
  const written: number[] = [];
  const add = (each: PlacedStatement, index: number): void => {
    statements.push({ ...each, index: statements.length });
    written.push(index);
  };
  for (const placed of script.statements) {
    add(placed, placed.index);
    for (const { start, statement } of blockContent(placed.statement).statements) add({ index: 0, start: placed.start + start, statement, block: 'do' }, placed.index);
  }
  // A memory of its own: what is kept from one edit to the next goes by the pieces of the text, which know nothing of blocks.
  return { script: { ...script, statements, memory: { checked: null } }, written };
}

/** What of the blocks is SQL only when they run. */
export function dynamicOf(script: SqlScript): AsRead['unchecked'] {
  return script.statements.flatMap(({ start, statement }) => {
    const { dynamic, unread } = blockContent(statement);
    const at = (span: { readonly start: number; readonly end: number }): { readonly start: number; readonly end: number } => ({ start: start + span.start, end: start + span.end });
    const body = unread === null ? [] : [{ span: at(unread), kind: 'unread' as const, reason: 'The body of this block is written with escapes, so it is not checked. Write it between dollar quotes.' }];
    return [...body, ...dynamic.map((span) => ({ span: at(span), kind: 'dynamic' as const, reason: 'This EXECUTE makes its SQL when the block runs, so it is not checked. A dry run shows what it does.' }))];
  });
}
