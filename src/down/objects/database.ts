import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/names.ts';
import { parseStatement } from '../../sql/parse.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { child, listOf, text } from '../../sql/walk.ts';
import { definitionOf } from '../definition.ts';

/** A snapshot calls its database `current`, because elsewhere it has another name; the statement asks for the name when it runs. */
export function inCurrentDatabase(sql: string): string {
  const tokens = statementTokens(parseStatement(sql));
  const name = tokens[tokens.findIndex((each) => isKeyword(each, 'DATABASE')) + 1];
  if (name?.text !== 'current') return sql;
  const template = `${sql.slice(0, name.start).replaceAll('%', '%%')}%I${sql.slice(name.end).replaceAll('%', '%%')}`;
  return `DO $$ BEGIN EXECUTE format(${quoteLiteral(template)}, current_database()); END $$`;
}

/** Whether and by how many it is entered, and whether it is a template. A database cannot leave its tablespace while somebody is in it. */
export function changeDatabase(now: SchemaObject, was: SchemaObject): readonly string[] {
  const [from, to] = [optionsOf(now), optionsOf(was)];
  const changed = Object.entries(usual).filter(([name]) => from.get(name) !== to.get(name)).map(([name, { words, value }]) => `${words} ${to.get(name) ?? value}`);
  return changed.length === 0 ? [] : [`ALTER DATABASE ${was.name} WITH ${changed.join(' ')}`];
}

/** The tablespace of everything that names none. */
export function usualTablespace(catalog: Snapshot): string {
  const database = catalog['database current'];
  return quoteIdentifier((database === undefined ? undefined : optionsOf(database).get('tablespace')) ?? 'pg_default');
}

/** What a database is that nobody has altered, by the parser's names. */
const usual: Readonly<Record<string, { readonly words: string; readonly value: string }>> = {
  allow_connections: { words: 'ALLOW_CONNECTIONS', value: 'true' },
  is_template: { words: 'IS_TEMPLATE', value: 'false' },
  connection_limit: { words: 'CONNECTION LIMIT', value: '-1' },
};

function optionsOf(database: SchemaObject): ReadonlyMap<string, string> {
  return new Map(listOf(definitionOf(database).main.node['options'], 'DefElem').map((each) => {
    const value = child(each, 'arg') ?? {};
    const number = child(value, 'Integer')?.['ival'];
    const word = text(child(value, 'String') ?? {}, 'sval');
    // Zero is left out of the AST, as false is.
    const plain = child(value, 'Boolean') === null ? String(typeof number === 'number' ? number : 0) : String(child(value, 'Boolean')?.['boolval'] === true);
    return [text(each, 'defname') ?? '', word ?? plain];
  }));
}
