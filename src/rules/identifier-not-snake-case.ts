import type { Statement } from '../model/statement.ts';
import { effects } from '../sql/effects.ts';
import { quoteIdentifier } from '../sql/names.ts';
import { headSpan, statementTokens } from '../sql/spans.ts';
import { words } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** A name that has to be quoted wherever it is used. */
export const identifierNotSnakeCase: StatementRule = defineRule({
  id: 'identifier-not-snake-case',
  title: 'A name that is not in snake_case',
  severity: 'information',
  category: 'names and types',
  optional: true,
  scope: 'statement',
  sides: ['up'],
  kinds: ['CreateStmt', 'AlterTableStmt', 'IndexStmt', 'ViewStmt', 'CreateTableAsStmt', 'CreateSeqStmt', 'RenameStmt', 'CreateEnumStmt', 'CreateDomainStmt'],
  check(statement) {
    return [...new Set(newNames(statement))].filter((name) => !/^[a-z_][a-z0-9_]*$/.test(name)).map((name) => ({
      message: `The name ${quoteIdentifier(name)} is not in snake_case${/[^a-z0-9_$]/.test(name) ? ', so every query has to write it in double quotes' : ''}.`,
      span: spanOf(statement, name),
    }));
  },
  docs: {
    what: 'A table, column, index, view, sequence or type gets a name that is not made of small letters, digits and underscores. The rule is off until a team asks for it, because ORMs such as Prisma name things as the program does.',
    why: 'PostgreSQL folds names without quotes to small letters (manual, 4.1.1), so a name with a capital letter can only be reached in double quotes, by people, tools and psql’s completion alike.',
    instead: 'Name it in snake_case and let the ORM map it, in Prisma with @map and @@map.',
  },
  examples: {
    bad: [{ sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, "shippedAt" timestamptz);', config: { rules: { 'identifier-not-snake-case': 'information' } } }],
    good: [{ sql: 'CREATE TABLE Orders (ID bigint PRIMARY KEY, shipped_at timestamptz);', config: { rules: { 'identifier-not-snake-case': 'information' } } }],
  },
});

/** Names that the statement writes itself, folded as PostgreSQL folds them. */
function newNames(statement: Statement): readonly string[] {
  const { created, renamed, columnsAdded, columnsRenamed } = effects(statement);
  const types = ['typeName', 'domainname'].flatMap((field) => words(statement.node[field]).slice(-1));
  return [...created.filter(({ index }) => index?.constraint == null).map(({ name }) => name.name), ...renamed.map(({ to }) => to.name), ...columnsAdded.map(({ column }) => column), ...columnsRenamed.map(({ to }) => to), ...types];
}

function spanOf(statement: Statement, name: string): { readonly start: number; readonly end: number } {
  return statementTokens(statement).find(({ kind, text }) => kind === 'identifier' && text.slice(1, -1).replaceAll('""', '"') === name) ?? headSpan(statement);
}
