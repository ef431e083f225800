import type { Statement } from '../model/statement.ts';
import { quoteIdentifier } from '../sql/names.ts';
import { statementTokens } from '../sql/spans.ts';
import type { Token } from '../sql/tokens.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { bytes, cutName, longestName } from './support/names.ts';

/** A name that PostgreSQL cuts. */
export const identifierTooLong: StatementRule = defineRule({
  id: 'identifier-too-long',
  title: 'A name longer than 63 bytes is cut',
  severity: 'error',
  category: 'names and types',
  scope: 'statement',
  hasFix: true,
  kinds: [
    'CreateStmt', 'AlterTableStmt', 'IndexStmt', 'RenameStmt', 'ViewStmt', 'CreateTableAsStmt', 'CreateSeqStmt', 'CreateFunctionStmt', 'CreateTrigStmt', 'CreatePolicyStmt',
    'CreateEnumStmt', 'CreateRangeStmt', 'CreateDomainStmt', 'CompositeTypeStmt', 'CreateSchemaStmt', 'CreateRoleStmt', 'CreateStatsStmt', 'CreatePublicationStmt', 'AlterDomainStmt',
  ],
  check(statement) {
    return longNames(statement).map(({ name, start, end }) => {
      const cut = cutName(name);
      return {
        message: `PostgreSQL cuts this name of ${String(bytes(name))} bytes to ${quoteIdentifier(cut)}, with no more than a notice: what looks for the whole name does not find it, and a second name with the same beginning fails.`,
        span: { start, end },
        fixes: [{ title: 'Write the 63 bytes that PostgreSQL keeps', edits: [{ span: { start, end }, text: quoteIdentifier(cut) }] }],
      };
    });
  },
  docs: {
    what: 'A statement that makes or renames something has a name longer than 63 bytes. Letters beyond ASCII take two to four.',
    why: 'PostgreSQL keeps the first 63 bytes (manual, 4.1.1) and tells it in a NOTICE that migration tools do not show. SQL that names it still works, because it is cut in the same way; what compares names does not: ORMs, a down’s IF EXISTS on the catalog, drift checks. Two long names that differ at the end are one.',
    instead: 'Choose a shorter name. Where the long one is in a database already, write the 63 bytes that it has there.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, at date);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_at_must_not_be_older_than_the_first_day_of_the_business_year CHECK (at > \'2020-01-01\') NOT VALID;' },
      { title: 'Bytes, not letters', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, at date);', sql: 'ALTER TABLE orders ADD CONSTRAINT "größenänderungsübersichtsergänzungsgebührenverzeichnisänderung" CHECK (at > \'2020-01-01\') NOT VALID;' },
    ],
    good: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, at date);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_at_in_business_years CHECK (at > \'2020-01-01\') NOT VALID;' },
    ],
  },
});

interface LongName {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function longNames(statement: Statement): readonly LongName[] {
  // A letter has at most four bytes.
  if (statement.text.length * 4 <= longestName) return [];
  return statementTokens(statement).flatMap((token) => {
    const name = nameOf(token);
    return name === null || bytes(name) <= longestName ? [] : [{ name, start: token.start, end: token.end }];
  });
}

/** Unquoted names are folded to small letters, ASCII ones at least. */
function nameOf({ kind, text }: Token): string | null {
  if (kind === 'word') return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return kind === 'identifier' ? text.slice(1, -1).replaceAll('""', '"') : null;
}
