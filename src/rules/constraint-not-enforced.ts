import { quoteIdentifier, writeName, type QualifiedName } from '../sql/names.ts';
import { text } from '../sql/walk.ts';
import { defineRule, type Match, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan } from './support/commands.ts';
import { constraintSpan, definedConstraints, definingKinds } from './support/definitions.ts';

/** NOT ENFORCED: a constraint that constrains nothing. */
export const constraintNotEnforced: StatementRule = defineRule({
  id: 'constraint-not-enforced',
  title: 'A constraint that PostgreSQL does not enforce',
  severity: 'information',
  category: 'constraints and indexes',
  scope: 'statement',
  postgres: { from: 18 },
  kinds: definingKinds,
  check(statement, context): readonly Match[] {
    if (context.side === 'down') return [];
    const defined = definedConstraints(statement).filter(({ facts }) => !facts.enforced).map((each) => ({
      message: message(each.facts.name, each.table),
      span: constraintSpan(statement, each),
      relation: each.table,
    }));
    const switched = alterCommands(statement).filter(({ subtype, definition }) => subtype === 'AT_AlterConstraint' && definition['alterEnforceability'] === true && definition['is_enforced'] !== true);
    return [...defined, ...switched.map((command) => ({ message: message(text(command.definition, 'conname') ?? '', command.table), span: commandSpan(statement, command), relation: command.table }))];
  },
  docs: {
    what: 'A CHECK or a foreign key is NOT ENFORCED, from PostgreSQL 18 on. In a down nothing is said.',
    why: 'PostgreSQL stores the constraint and never tests a row against it, neither old nor new ones (manual, CREATE TABLE). Whoever reads the schema, an ORM or a colleague, takes it for a promise that nobody keeps.',
    instead: 'Where old rows are the reason, use NOT VALID: new rows are tested from then on, and VALIDATE follows when the old ones are mended. Keep NOT ENFORCED for what another system guarantees, and say so in a COMMENT ON CONSTRAINT.',
  },
  examples: {
    bad: [
      { title: 'A CHECK', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT ENFORCED;', config: { postgres: 18 } },
      { title: 'On a column', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL CHECK (total > 0) NOT ENFORCED);', config: { postgres: 18 } },
      { title: 'Switched off', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint CONSTRAINT orders_customer REFERENCES customers);', sql: 'ALTER TABLE orders ALTER CONSTRAINT orders_customer NOT ENFORCED;', config: { postgres: 18 } },
    ],
    good: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;', config: { postgres: 18 } },
    ],
  },
});

function message(name: string, table: QualifiedName): string {
  return `The constraint ${quoteIdentifier(name)} of ${writeName(table)} is only a note: PostgreSQL tests no row against it. Use NOT VALID when old rows are the reason; new rows are tested then.`;
}
