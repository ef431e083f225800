import { quoteIdentifier, writeName } from '../sql/names.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan } from './support/commands.ts';
import { incomingOf, inWords } from './support/dependants.ts';
import { droppedKind } from './support/dropped-constraint.ts';

/** DROP CONSTRAINT of a primary key. */
export const dropPrimaryKey: StatementRule = defineRule({
  id: 'drop-primary-key',
  title: 'A table loses its primary key',
  severity: 'warning',
  category: 'destructive and breaking',
  scope: 'statement',
  sides: ['up'],
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).flatMap((command) => {
      if (context.isNew(command.table) || droppedKind(command, context) !== 'primary key') return [];
      const after = context.tableAfter(command.table);
      if (after?.constraints.some((each) => each.kind === 'primary key') === true) return [];
      const keys = command.node['behavior'] === 'DROP_CASCADE' ? incomingOf(context.table(command.table), new Set()) : [];
      const cascade = keys.length === 0 ? '' : ` CASCADE drops ${inWords(keys)} too.`;
      return [{
        message: `Without ${quoteIdentifier(command.name ?? '')} rows of ${writeName(command.table)} can be double or have no key, and where the table is published, UPDATE and DELETE fail for want of a replica identity.${cascade} Add the key that takes its place in this migration, USING an INDEX built CONCURRENTLY before.`,
        span: commandSpan(statement, command),
        relation: command.table,
      }];
    });
  },
  docs: {
    what: 'DROP CONSTRAINT of the primary key of a table that exists before the migration, when no later statement of the migration adds another. Where the history does not tell what the constraint is, its name does: PostgreSQL calls the key of orders orders_pkey.',
    why: 'Nothing keeps two rows with the same key out any more, ON CONFLICT on the key fails, foreign keys to it go with CASCADE, and logical replication refuses UPDATE and DELETE, because it finds a row by its primary key (manual 29.1, Publication).',
    instead: 'Build a unique index for the new key with CREATE UNIQUE INDEX CONCURRENTLY, then in one transaction drop the old key and ADD PRIMARY KEY USING INDEX.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, number text NOT NULL);', sql: 'ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_pkey;' },
      { title: 'With what refers to it', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint REFERENCES orders);', sql: 'ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_pkey CASCADE;' },
    ],
    good: [
      { title: 'Another key takes its place', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, number bigint NOT NULL);\nCREATE UNIQUE INDEX orders_number_key ON orders (number);', sql: 'ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_pkey, ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_number_key;' },
      { title: 'A down that undoes its up', side: 'down', setup: 'CREATE TABLE orders (id bigint NOT NULL);\nCREATE UNIQUE INDEX orders_id_key ON orders (id);', sql: 'ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_pkey;', otherSide: 'ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_id_key;' },
    ],
  },
});
