import { isAsWritten, type Placeholder, type ScriptSource, type Unchecked } from '../model/source.ts';
import type { Span } from '../model/span.ts';
import { code, isSpace } from '../sql/lexer.ts';
import { tokenAt, type TokenKind } from '../sql/tokens.ts';

/**
 * `braces`: `${name}`, which Flyway and Liquibase replace wherever it stands. `psql`: `:name`, `:'name'` and `:"name"`, which
 * psql replaces outside of quotes (manual, psql, "Variables").
 */
export type PlaceholderStyle = 'braces' | 'psql';

/**
 * The SQL with a stand-in of the same length for each placeholder, so that offsets stay. A stand-in is made of letters that look like what they
 * stand for and that nobody types, so it is an identifier to PostgreSQL and never mistaken for somebody's name.
 */
export function withPlaceholders(source: ScriptSource, style: PlaceholderStyle, filledBy: string): ScriptSource {
  if (!isAsWritten(source) || !mayHold[style].test(source.sql)) return source;
  const found = finders[style](source.sql);
  if (found.length === 0) return source;
  const placeholders: Placeholder[] = [];
  const unchecked: Unchecked[] = [];
  const known = new Map<string, string>();
  let sql = '';
  let from = 0;
  for (const span of found) {
    const written = source.sql.slice(span.start, span.end);
    const text = known.get(written) ?? standIn(written, new Set(known.values()));
    if (!known.has(written)) unchecked.push({ span, kind: 'interpolation', reason: `${written} is filled in by ${filledBy} when the migration runs, so what it stands for was not checked.` });
    known.set(written, text);
    placeholders.push({ text, code: written, written: 'binding', sql: span, file: span });
    sql += source.sql.slice(from, span.start) + text;
    from = span.end;
  }
  return { ...source, sql: sql + source.sql.slice(from), placeholders: [...source.placeholders, ...placeholders], unchecked: [...source.unchecked, ...unchecked] };
}

const mayHold: Record<PlaceholderStyle, RegExp> = { braces: /\$\{/, psql: /:['"A-Za-z_]/ };

const finders: Record<PlaceholderStyle, (sql: string) => readonly Span[]> = {
  braces(sql) {
    const comments = spansOf(sql, (kind) => kind === 'comment');
    return matches(sql, /\$\{[^{}\s]+\}/g).filter(({ start }) => !comments.some((comment) => comment.start <= start && start < comment.end));
  },
  psql(sql) {
    const quoted = spansOf(sql, (kind) => kind === 'comment' || kind === 'string' || kind === 'identifier' || kind === 'dollar string');
    // Not a cast (`::`), not an assignment (`:=`), and not the bound of an array slice.
    return matches(sql, /(?<![\w:\]])(?:(?<=[\s(,=<>+*/|-]|^):\w+|:'\w+'|:"\w+")/g).filter(({ start }) => !quoted.some((span) => span.start <= start && start < span.end) && !isInCommand(sql, start));
  },
};

/** What a command of psql does is not SQL, whatever its variables are. */
function isInCommand(sql: string, at: number): boolean {
  return /^[ \t]*\\/.test(sql.slice(sql.lastIndexOf('\n', at) + 1, at));
}

function matches(sql: string, pattern: RegExp): readonly Span[] {
  return [...sql.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

function spansOf(sql: string, wanted: (kind: TokenKind) => boolean): readonly Span[] {
  const found: Span[] = [];
  for (let at = 0; at < sql.length; ) {
    if (isSpace(sql.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const [kind, stop] = tokenAt(sql, at);
    // A quote after the colon of psql's `:'name'` would be taken for a literal of its own.
    const variable = sql.charCodeAt(at) === code.colon ? /^:(['"])\w+\1/.exec(sql.slice(at, at + 70))?.[0].length ?? 0 : 0;
    const end = variable > 0 ? at + variable : stop < 0 ? sql.length : stop;
    if (variable === 0 && wanted(kind)) found.push({ start: at, end });
    at = end;
  }
  return found;
}

/** `﹩❴name❵`, `ːname`, `'ːname'`: as long as what is written. */
function standIn(written: string, taken: ReadonlySet<string>): string {
  const quote = /^:(['"])/.exec(written)?.[1] ?? '';
  const inner = written.replace(/^\$\{|^:['"]?/, '').replace(/['"}]$/, '').replaceAll(/\W/g, '_');
  for (const mark of ['ː', 'ˑ', 'ˈ', 'ˌ']) {
    const text = written.startsWith('$') ? `﹩${mark === 'ː' ? '❴' : mark}${inner}❵` : `${quote}${mark}${inner}${quote}`;
    if (!taken.has(text)) return text;
  }
  return written.startsWith('$') ? `﹩❴${inner}❵` : `${quote}ː${inner}${quote}`;
}
