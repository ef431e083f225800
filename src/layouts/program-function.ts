import type { Side } from '../model/migration.ts';
import { readEmbedded, type EmbeddedScript } from '../sql/embedded/read.ts';
import { indentAt } from './program-text.ts';
import { lineBreakOf } from './sections.ts';

/** The function of a side, where the file has it. */
export type Shape = NonNullable<EmbeddedScript['entry']>;

interface Wanted {
  readonly path: string;
  readonly side: Side;
  refuse(why: string): never;
}

/** The file with an empty function for the side, written like that of the other side and behind it, where it has none. */
export function withFunction(text: string, { path, side, refuse }: Wanted): string {
  const own = readEmbedded(text, { path, side });
  if (own.state === 'unreadable') return refuse('cannot be parsed');
  if (own.state === 'refused') return refuse(`says that it has no ${side}`);
  if (own.state !== 'missing') return text;
  const other = side === 'up' ? 'down' : 'up';
  const like = readEmbedded(text, { path, side: other }).entry;
  if (like === null) return refuse('has neither an `up` nor a `down`');
  const inside = like.body ?? like.expression;
  if (inside === null) return refuse(`has its function \`${other}\` elsewhere`);
  const { span, kind } = like.place;
  const newline = lineBreakOf(text);
  const indent = indentAt(text, span.start);
  const head = text.slice(span.start, inside.start).replace(new RegExp(`\\b${other}\\b`), side);
  const close = like.body === null ? '{}' : `${newline}${indent}}`;
  const tail = kind === 'statement' ? text.slice(like.body === null ? inside.end : inside.end + 1, span.end) : '';
  const added = `${newline}${newline}${indent}${head}${close}${tail}`;
  const comma = kind === 'property' ? (/^\s*,/.exec(text.slice(span.end))?.[0].length ?? 0) : 0;
  const at = span.end + comma;
  const whole = `${text.slice(0, at)}${kind === 'property' && comma === 0 ? ',' : ''}${added}${comma > 0 ? ',' : ''}${text.slice(at)}`;
  return readEmbedded(whole, { path, side }).state === 'missing' ? exported(whole, other, side) : whole;
}

/** A list of exports that names the one names the other as well. */
function exported(text: string, other: Side, side: Side): string {
  return text.replace(new RegExp(`((?:module\\.exports\\s*=|export)\\s*\\{[^}]*?\\b${other}\\b)`), `$1, ${side}`);
}
