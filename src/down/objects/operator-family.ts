import type { SchemaObject } from '../../model/snapshot.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import type { Statement } from '../../model/statement.ts';
import { definitionOf } from '../definition.ts';
import { listParts } from '../parts.ts';

/** Members that came are dropped, and those that went are added; what else the definitions say is the business of others. */
export function changeMembers(now: SchemaObject, was: SchemaObject): readonly string[] {
  const [from, to] = [membersOf(now), membersOf(was)];
  const dropped = from.filter((each) => !to.includes(each)).map(reference);
  const added = to.filter((each) => !from.includes(each));
  const alter = `ALTER OPERATOR FAMILY ${was.name}`;
  return [...(dropped.length === 0 ? [] : [`${alter} DROP ${dropped.join(', ')}`]), ...(added.length === 0 ? [] : [`${alter} ADD ${added.join(', ')}`])];
}

/** True for the statement of a definition that adds members. */
export function addsMembers({ kind }: Statement): boolean {
  return kind === 'AlterOpFamilyStmt';
}

function membersOf(family: SchemaObject): readonly string[] {
  return definitionOf(family).rest.filter(addsMembers).flatMap((statement) => {
    const add = statementTokens(statement).find((each) => isKeyword(each, 'ADD'));
    return listParts(statement.text.slice(add?.end));
  });
}

/** `OPERATOR 1 <(integer,integer)` → `OPERATOR 1 (integer,integer)`; of a function its own pair of types. */
function reference(member: string): string {
  const [, kind = '', number = '', types = ''] = /^(OPERATOR|FUNCTION) (\d+)\b[^(]*(\([^()]*\))/.exec(member) ?? [];
  return `${kind} ${number} ${types}`;
}
