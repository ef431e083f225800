import type { Span } from '../model/span.ts';
import type { AstNode, PlacedStatement, Statement } from '../model/statement.ts';
import { shift } from '../model/span.ts';
import { nameKey, quoteIdentifier, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan, statementTokens } from '../sql/spans.ts';
import { isKeyword } from '../sql/tokens.ts';
import { child, listOf, text, words } from '../sql/walk.ts';
import { defineRule, type Match, type ScriptRule } from './define-rule.ts';
import { nameOfWords } from './support/names.ts';

/** A function with the rights of its owner and the search_path of its caller. */
export const securityDefinerSearchPath: ScriptRule = defineRule({
  id: 'security-definer-search-path',
  title: 'SECURITY DEFINER with the caller’s search_path',
  severity: 'warning',
  category: 'row-level security',
  scope: 'script',
  hasFix: true,
  sides: ['up'],
  check({ statements }) {
    const definers = statements.filter(({ statement }) => isOpen(statement));
    if (definers.length === 0) return [];
    const pinned = new Set(statements.filter(({ statement }) => statement.kind === 'AlterFunctionStmt' && setsPath(statement.node['actions'])).map(({ statement }) => nameKey(nameOf(statement))));
    return definers.filter(({ statement }) => !pinned.has(nameKey(nameOf(statement)))).map(match);
  },
  docs: {
    what: 'CREATE FUNCTION or ALTER FUNCTION with SECURITY DEFINER, where neither that statement nor a later one of the script sets search_path for the function. Bodies of BEGIN ATOMIC … END or RETURN are left out: their names are looked up when the function is created.',
    why: 'The function runs with the rights of its owner, but looks up tables, functions and operators along the search_path of whoever calls it. A caller who may create objects anywhere, in a temporary schema if nowhere else, puts one of the same name first, and it runs as the owner (manual, CREATE FUNCTION, “Writing SECURITY DEFINER Functions Safely”).',
    instead: 'SET search_path = app, pg_temp in the function, with the schemas that it needs and pg_temp last. Or SET search_path = \'\' and every name in the body qualified.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE secrets (id bigint PRIMARY KEY);', sql: 'CREATE FUNCTION count_secrets() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT count(*) FROM secrets $$;', fixChanges: 'the search_path of the function' },
    ],
    good: [
      { setup: 'CREATE TABLE secrets (id bigint PRIMARY KEY);', sql: 'CREATE FUNCTION count_secrets() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT count(*) FROM secrets $$;' },
      { title: 'Set afterwards', setup: 'CREATE TABLE secrets (id bigint PRIMARY KEY);', sql: "CREATE FUNCTION count_secrets() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT count(*) FROM public.secrets $$;\nALTER FUNCTION count_secrets() SET search_path = '';" },
      { title: 'Names that are looked up once', setup: 'CREATE TABLE secrets (id bigint PRIMARY KEY);', sql: 'CREATE FUNCTION count_secrets() RETURNS bigint LANGUAGE sql SECURITY DEFINER RETURN (SELECT count(*) FROM secrets);' },
    ],
  },
});

/** Languages whose code looks up no names by search_path. */
const withoutNames = new Set(['c', 'internal']);

function isOpen({ kind, node }: Statement): boolean {
  if (kind !== 'CreateFunctionStmt' && kind !== 'AlterFunctionStmt') return false;
  const options = kind === 'CreateFunctionStmt' ? node['options'] : node['actions'];
  const language = text(child(argOf(options, 'language'), 'String') ?? {}, 'sval')?.toLowerCase() ?? '';
  return child(argOf(options, 'security'), 'Boolean')?.['boolval'] === true && !setsPath(options) && node['sql_body'] === undefined && !withoutNames.has(language);
}

function setsPath(options: unknown): boolean {
  return listOf(options, 'DefElem').some((each) => text(each, 'defname') === 'set' && text(child(child(each, 'arg') ?? {}, 'VariableSetStmt') ?? {}, 'name')?.toLowerCase() === 'search_path');
}

function argOf(options: unknown, name: string): AstNode {
  const found = listOf(options, 'DefElem').find((each) => text(each, 'defname') === name);
  return child(found ?? {}, 'arg') ?? {};
}

function nameOf({ kind, node }: Statement): QualifiedName {
  const parts = kind === 'CreateFunctionStmt' ? node['funcname'] : child(node, 'func')?.['objname'];
  return nameOfWords(words(parts));
}

function match({ start, statement }: PlacedStatement): Match {
  const name = nameOf(statement);
  const at = afterDefiner(statement);
  const path = `${quoteIdentifier(name.schema ?? 'public')}, pg_temp`;
  return {
    message: `The function ${writeName(name)} runs with the rights of its owner, but finds its tables and functions along the search_path of whoever calls it: a caller can put others of the same name in front. Add SET search_path to it.`,
    span: shift(headSpan(statement), start),
    fixes: at === null ? [] : [{ title: `SET search_path = ${path}`, edits: [{ span: shift(at, start), text: ` SET search_path = ${path}` }] }],
  };
}

function afterDefiner(statement: Statement): Span | null {
  const end = statementTokens(statement).find((token) => isKeyword(token, 'DEFINER'))?.end;
  return end === undefined ? null : { start: end, end };
}
