import { columnConstraint } from '../sql/effects/columns.ts';
import { quoteIdentifier, writeName, type QualifiedName } from '../sql/names.ts';
import { child, words } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { observeRewrite } from './support/evidence.ts';

/** ADD COLUMN of a domain that has constraints. */
export const addColumnConstrainedDomain: StatementRule = defineRule({
  id: 'add-column-constrained-domain',
  title: 'A domain with constraints writes the table anew',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).flatMap((command) => {
      const domain = command.subtype === 'AT_AddColumn' && !context.isNew(command.table) ? typeOf(command) : null;
      if (domain === null || context.domain(domain) !== 'some') return [];
      return [{
        message: `All of ${writeName(command.table)} is written anew while reads and writes wait, because the domain ${quoteIdentifier(domain.name)} has constraints. Use the type under the domain, and add the same CHECK to the table NOT VALID.`,
        span: commandSpan(statement, command),
        relation: command.table,
      }];
    });
  },
  observe: observeRewrite,
  docs: {
    what: 'A column whose type is a domain with constraints, as the history or this script creates it, is added to a table that exists before the migration.',
    why: 'PostgreSQL tests the constraints of the domain for each row, although all of them get the same value, and writes the table and its indexes anew while it holds ACCESS EXCLUSIVE (measured on 14–18): reads and writes wait, and the disk needs room for a second copy. A domain without constraints is free.',
    instead: 'Use the type under the domain, add the same condition as a CHECK of the table with NOT VALID, and VALIDATE it in a later migration.',
  },
  examples: {
    bad: [{ setup: 'CREATE DOMAIN amount AS bigint CHECK (VALUE > 0);\nCREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN total amount;' }],
    good: [
      { title: 'A domain without constraints', setup: 'CREATE DOMAIN amount AS bigint;\nCREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN total amount;' },
      { title: 'The CHECK belongs to the table', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN total bigint, ADD CONSTRAINT total_positive CHECK (total > 0) NOT VALID;' },
    ],
  },
});

/** The column's type, unless a rule about its value or number says the same already. */
function typeOf(command: AlterCommand): QualifiedName | null {
  const parts = words(child(command.definition, 'typeName')?.['names']);
  const name = parts.at(-1);
  return name === undefined || columnConstraint(command.definition, 'CONSTR_IDENTITY') !== null ? null : { schema: parts.at(-2) ?? null, name };
}
