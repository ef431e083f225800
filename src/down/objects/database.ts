import { quoteLiteral } from '../../sql/names.ts';
import { parseStatement } from '../../sql/parse.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';

/** A snapshot calls its database `current`, because elsewhere it has another name; the statement asks for the name when it runs. */
export function inCurrentDatabase(sql: string): string {
  const tokens = statementTokens(parseStatement(sql));
  const name = tokens[tokens.findIndex((each) => isKeyword(each, 'DATABASE')) + 1];
  if (name?.text !== 'current') return sql;
  const template = `${sql.slice(0, name.start).replaceAll('%', '%%')}%I${sql.slice(name.end).replaceAll('%', '%%')}`;
  return `DO $$ BEGIN EXECUTE format(${quoteLiteral(template)}, current_database()); END $$`;
}
