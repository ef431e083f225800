/** The part of the TextMate grammar format that Lockstep's grammars use. */
export interface Grammar {
  readonly name: string;
  readonly scopeName: string;
  /** Where in the other grammar's scopes the patterns hold; `L:` lets them win over that grammar's own. */
  readonly injectionSelector: string;
  readonly patterns: readonly Rule[];
  readonly repository: Readonly<Record<string, { readonly patterns: readonly Rule[] }>>;
}

export type Rule = Include | Match | Region;

interface Include {
  readonly include: string;
}

interface Match {
  readonly match: string;
  readonly name?: string;
  readonly captures?: Captures;
}

interface Region {
  readonly begin: string;
  readonly end: string;
  readonly name?: string;
  readonly contentName?: string;
  readonly beginCaptures?: Captures;
  readonly endCaptures?: Captures;
  readonly patterns?: readonly Rule[];
  /** 1: where the end and a pattern match at the same place, the pattern wins. */
  readonly applyEndPatternLast?: 1;
}

export type Captures = Readonly<Record<number, { readonly name?: string; readonly patterns?: readonly Rule[] }>>;

/** Captures that are nothing but scopes, by the number of their group. */
export function scopes(...names: readonly string[]): Captures {
  return Object.fromEntries(names.flatMap((name, index) => (name === '' ? [] : [[index + 1, { name }]])));
}

/** Words of which one stands there, whole and in either case. */
export function words(list: string): string {
  return String.raw`(?i)\b(?:${alternatives(list)})\b`;
}

/** `a b_c` as `a|b_c`; an underscore between words of one keyword becomes white space: `primary+key`. */
export function alternatives(list: string): string {
  return list.trim().split(/\s+/).join('|').replaceAll('+', String.raw`\s+`);
}
