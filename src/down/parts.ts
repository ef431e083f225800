import { grammarTokens } from '../sql/tokens.ts';

/** The parts of a list that commas separate outside parentheses, as they are written. */
export function listParts(list: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const token of grammarTokens(list)) {
    depth += token.text === '(' || token.text === '[' ? 1 : token.text === ')' || token.text === ']' ? -1 : 0;
    if (token.text !== ',' || depth > 0) continue;
    parts.push(list.slice(from, token.start).trim());
    from = token.end;
  }
  const last = list.slice(from).trim();
  return last === '' ? parts : [...parts, last];
}
