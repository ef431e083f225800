import type { Statement } from '../../model/statement.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { exact, type Inverse } from '../inverse.ts';

/** ALTER EXTENSION … ADD and DROP undo one another; null for everything else. */
export function swapMember(statement: Statement): Inverse | null {
  if (statement.kind !== 'AlterExtensionContentsStmt') return null;
  const verb = statementTokens(statement)[3];
  if (verb === undefined) return null;
  return exact(`${statement.text.slice(0, verb.start)}${isKeyword(verb, 'ADD') ? 'DROP' : 'ADD'}${statement.text.slice(verb.end)}`);
}
