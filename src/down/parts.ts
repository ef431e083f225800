import type { Statement } from '../model/statement.ts';
import { statementTokens } from '../sql/spans.ts';
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

/** Option to its value, both as they are written, of a statement that ends with `(option = value, …)`. */
export function definedOptions(statement: Statement): ReadonlyMap<string, string> {
  const tokens = statementTokens(statement);
  const open = tokens.find((each) => each.text === '(');
  return new Map(listParts(statement.text.slice(open?.end, tokens.at(-1)?.start)).map((part) => {
    const [, name = part, value = ''] = /^("(?:[^"]|"")*"|[^\s=]+)\s*=\s*(.*)$/s.exec(part) ?? [];
    return [name, value];
  }));
}
