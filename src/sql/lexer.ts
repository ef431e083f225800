/**
 * The lexical rules of PostgreSQL (manual 4.1) that decide where a token ends.
 * Offsets are UTF-16 units. Each function starts at the token's first character and returns
 * the offset after its last one, or -1 when the text ends before the token does.
 */

export const code = {
  tab: 9, newline: 10, return: 13, space: 32, doubleQuote: 34, dollar: 36, quote: 39, open: 40, close: 41, star: 42,
  minus: 45, slash: 47, zero: 48, nine: 57, colon: 58, semicolon: 59, upperA: 65, upperE: 69, upperZ: 90, backslash: 92, underscore: 95,
  lowerA: 97, lowerE: 101, lowerZ: 122,
} as const;

export function isSpace(char: number): boolean {
  return char === code.space || (char >= code.tab && char <= code.return);
}

/** Letters, underscore and every character beyond ASCII begin an identifier. */
export function isWordStart(char: number): boolean {
  return (char >= code.lowerA && char <= code.lowerZ) || (char >= code.upperA && char <= code.upperZ) || char === code.underscore || char >= 128;
}

export function isDigit(char: number): boolean {
  return char >= code.zero && char <= code.nine;
}

export function endOfWord(text: string, at: number): number {
  let i = at + 1;
  while (i < text.length) {
    const char = text.charCodeAt(i);
    if (!isWordStart(char) && !isDigit(char) && char !== code.dollar) break;
    i += 1;
  }
  return i;
}

/** `'…'` with doubled quotes. */
export function endOfString(text: string, at: number): number {
  return endOfQuoted(text, at, "'");
}

/** `"…"` with doubled quotes. */
export function endOfIdentifier(text: string, at: number): number {
  return endOfQuoted(text, at, '"');
}

/** `E'…'`, where a backslash escapes the next character; `at` is the quote. */
export function endOfEscapeString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (char === code.backslash) i += 1;
    else if (char === code.quote) {
      if (text.charCodeAt(i + 1) !== code.quote) return i + 1;
      i += 1;
    }
  }
  return -1;
}

/** The opening `$tag$` at this offset, or null when the dollar sign opens nothing. */
export function dollarTag(text: string, at: number): string | null {
  let i = at + 1;
  while (i < text.length) {
    const char = text.charCodeAt(i);
    if (char === code.dollar) return text.slice(at, i + 1);
    if (!isWordStart(char) && !(isDigit(char) && i > at + 1)) return null;
    i += 1;
  }
  return null;
}

export function endOfDollarString(text: string, at: number, tag: string): number {
  const end = text.indexOf(tag, at + tag.length);
  return end < 0 ? -1 : end + tag.length;
}

/** Up to the line's end, without it. */
export function endOfLineComment(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  if (end < 0) return text.length;
  return text.charCodeAt(end - 1) === code.return ? end - 1 : end;
}

/** Block comments nest (manual 4.1.5). */
export function endOfBlockComment(text: string, at: number): number {
  let depth = 1;
  for (let i = at + 2; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (char === code.star && text.charCodeAt(i + 1) === code.slash) {
      depth -= 1;
      i += 1;
      if (depth === 0) return i + 1;
    } else if (char === code.slash && text.charCodeAt(i + 1) === code.star) {
      depth += 1;
      i += 1;
    }
  }
  return -1;
}

function endOfQuoted(text: string, at: number, quote: string): number {
  let end = text.indexOf(quote, at + 1);
  while (end >= 0 && text[end + 1] === quote) end = text.indexOf(quote, end + 2);
  return end < 0 ? -1 : end + 1;
}
