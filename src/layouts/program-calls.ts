import { applyEdits, type Edit } from '../model/edit.ts';
import { encodeAt } from '../model/source.ts';
import type { Span } from '../model/span.ts';
import type { EmbeddedScript } from '../sql/embedded/read.ts';
import { pieceAt } from '../sql/split.ts';
import { indentAt } from './program-text.ts';
import { lineBreakOf } from './sections.ts';

type Call = EmbeddedScript['calls'][number];

/**
 * Edits that make several statements of the one that a call sends, as calls of their own: in one message they would share a transaction,
 * and no message with values may hold two. Null where they do something else, or the call cannot be written again.
 */
export function callsApart(text: string, script: EmbeddedScript, edits: readonly Edit[]): readonly Edit[] | null {
  const call = script.calls.find(({ sql }) => edits.every(({ span }) => sql.start <= span.start && span.end <= sql.end));
  if (call?.statement == null || edits.length === 0) return null;
  const before = script.sql.slice(call.sql.start, call.sql.end);
  const after = applyEdits(before, edits.map((edit) => ({ ...edit, span: { start: edit.span.start - call.sql.start, end: edit.span.end - call.sql.start } })));
  const [own, second] = statementsIn(before);
  const wanted = statementsIn(after);
  if (own === undefined || second !== undefined || wanted.length < 2) return null;
  const written = wanted.map((sql) => (sql === own ? 'as it is' : rewritten(text, script, call, sql)));
  return written.includes(null) ? null : [placed(text, call.statement, written.filter((each) => each !== null))];
}

function placed(text: string, { start, end }: Span, written: readonly string[]): Edit {
  const between = `${lineBreakOf(text)}${indentAt(text, start)}`;
  const kept = text.slice(start, end);
  if (written.at(-1) === 'as it is') return { span: { start, end: start }, text: written.slice(0, -1).map((each) => `${each}${between}`).join('') };
  if (written[0] === 'as it is') return { span: { start: end, end }, text: written.slice(1).map((each) => `${between}${each}`).join('') };
  return { span: { start, end }, text: written.map((each) => (each === 'as it is' ? kept : each)).join(between) };
}

/** Each with the comments above it. */
function statementsIn(sql: string): readonly string[] {
  const found: string[] = [];
  for (let from = 0; from < sql.length; ) {
    const piece = pieceAt(sql, from, sql.length, { separator: null, quotes: 'trusting' });
    if (piece.start < piece.end) found.push(sql.slice(piece.from, piece.end).trim());
    from = Math.max(piece.close, from + 1);
  }
  return found;
}

/** The statement of the file once more, with other SQL in it; null where more than the call stands in it, or more than one literal in the call. */
function rewritten(text: string, script: EmbeddedScript, { file, sent, sql, statement }: Call, given: string): string | null {
  if (statement === null || script.calls.filter((each) => each.statement?.start === statement.start).length !== 1) return null;
  const own = script.parts.filter((part) => sql.start <= part.sql.start && part.sql.end <= sql.end);
  const [first] = own;
  if (first === undefined || own.some(({ literal }) => literal.start !== first.literal.start) || first.literal.start < file.start || first.literal.end > file.end) return null;
  const before = text.slice(statement.start, first.literal.start + 1);
  // Values that go with the call stay behind.
  const isArgument = sent.start !== file.start || sent.end !== file.end;
  const after = text.slice(first.literal.end - 1, file.end) + (isArgument ? text.slice(sent.end - 1, statement.end) : text.slice(file.end, statement.end));
  if (!callBefore.test(before) || !callBehind.test(after)) return null;
  const encoded = encodeAt(script, given, first.file.start);
  return encoded === null ? null : `${before}${encoded}${after}`;
}

/** `await db.execute(sql.raw(` with the quote. */
const callBefore = /^(?:await\s+|void\s+)?[\w$.\s]*(?:\(\s*)?(?:[\w$.]+\s*)?(?:\(\s*)?[`'"]$/;
/** The quote with the brackets behind it, and how the SQL is sent where it is no argument. */
const callBehind = /^[`'"]\s*\)?\s*(?:\.(?:execute|simple)\([\w$.]*\))?\)?\s*;?$/;
