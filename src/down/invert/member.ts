import type { Statement } from '../../model/statement.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { because, exact, type Inverse } from '../inverse.ts';

/** ALTER EXTENSION … ADD and DROP undo one another, and so do [NO] DEPENDS ON EXTENSION; null for everything else. */
export function swapMember(statement: Statement): Inverse | null {
  if (statement.kind === 'AlterObjectDependsStmt') return swapDependence(statement);
  if (statement.kind !== 'AlterExtensionContentsStmt') return null;
  const verb = statementTokens(statement)[3];
  if (verb === undefined) return null;
  return exact(`${statement.text.slice(0, verb.start)}${isKeyword(verb, 'ADD') ? 'DROP' : 'ADD'}${statement.text.slice(verb.end)}`);
}

/** No snapshot tells such a dependence, so that it may have been there before. */
function swapDependence(statement: Statement): Inverse | null {
  const tokens = statementTokens(statement);
  const at = tokens.findIndex((each) => isKeyword(each, 'DEPENDS'));
  const [no, depends] = [tokens[at - 1], tokens[at]];
  if (no === undefined || depends === undefined) return null;
  const { text } = statement;
  const swapped = isKeyword(no, 'NO') ? text.slice(0, no.start) + text.slice(depends.start) : `${text.slice(0, depends.start)}NO ${text.slice(depends.start)}`;
  return because(['Whether it depended on the extension before is not known.'], [swapped]);
}
