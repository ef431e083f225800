import { scopes, type Captures, type Rule } from './grammar.ts';

/** `-- lockstep-ignore rule, rule: reason` and its kin, and `-- irreversible: reason`; `rest` is what the line of a comment may hold. */
export function ignoreComments(rest: string): readonly Rule[] {
  return [
    { match: String.raw`(--+)\s*${ignore}(?::${rest})?`, name: 'comment.line.double-dash.sql', captures: ignored() },
    { match: String.raw`(--+)\s*(irreversible)(?=:)${rest}`, name: 'comment.line.double-dash.sql', captures: scopes('punctuation.definition.comment.sql', directive('lockstep')) },
    // A block comment of one line.
    { match: String.raw`(/\*+)\s*${ignore}(?::${rest}?)?(\*/)`, name: 'comment.block.sql', captures: { ...ignored(), 5: { name: 'punctuation.definition.comment.sql' } } },
  ];
}

/** The scope of a word that a tool obeys: themes tell control flow apart from the other keywords of SQL. */
export function directive(tool: string): string {
  return `keyword.control.directive.${tool}.sql`;
}

/** The scope of a name that a directive takes: a rule, a change, an author. */
export const named = 'entity.name.type.sql';

/** The word, the day of -until, and the rules up to the colon of the reason. */
const ignore = String.raw`((?:lockstep-ignore(?:-file|-until)?|squawk-ignore(?:-file)?)(?![\w-]))(?:\s+(\d{4}-\d{2}-\d{2})\b)?((?:[\s,]+[A-Za-z][\w-]*)*[\s,]*)`;

function ignored(): Captures {
  return {
    ...scopes('punctuation.definition.comment.sql', directive('lockstep'), 'constant.numeric.date.sql'),
    4: { patterns: [{ match: String.raw`[A-Za-z][\w-]*`, name: named }] },
  };
}
