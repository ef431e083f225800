import { droppedNames } from '../sql/effects/drop-rename.ts';
import { quoteIdentifier } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** DROP SCHEMA … CASCADE; without CASCADE only an empty one goes. */
export const dropSchema: StatementRule = defineRule({
  id: 'drop-schema',
  title: 'DROP SCHEMA … CASCADE loses all that is in it',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: ['DropStmt'],
  check(statement, context) {
    const { node } = statement;
    if (node['removeType'] !== 'OBJECT_SCHEMA' || node['behavior'] !== 'DROP_CASCADE') return [];
    const names = droppedNames(node).map(({ name }) => name);
    const lost = names.filter((name) => !context.namedEarlier(`schema ${name}`) && !(context.side === 'down' && context.namedByOtherSide(`schema ${name}`)));
    if (lost.length === 0) return [];
    return [{
      message: `Every table in ${lost.map(quoteIdentifier).join(', ')} is lost with its rows, whatever it holds in production, and so is what other schemas have that depends on it. No down brings the rows back. Drop its tables by name, then the empty schema without CASCADE.`,
      span: headSpan(statement),
    }];
  },
  docs: {
    what: 'DROP SCHEMA … CASCADE of a schema that exists before the migration. In a down that undoes the CREATE SCHEMA of its up that is right. Without CASCADE PostgreSQL drops only a schema that is empty, and the rule says nothing.',
    why: 'All tables, views, functions and types of the schema go, also those that nobody remembers, and views, foreign keys and columns of other schemas that use them. The rows are gone for good (manual 5.10, Schemas).',
    instead: 'Drop the tables one by one, each in its own time: stop using it, rename it, drop it in a later release. Drop the schema without CASCADE when it is empty.',
  },
  examples: {
    bad: [{ setup: 'CREATE SCHEMA billing;\nCREATE TABLE billing.invoices (id bigint PRIMARY KEY);', sql: 'DROP SCHEMA IF EXISTS billing CASCADE;' }],
    good: [
      { title: 'Only when it is empty', setup: 'CREATE SCHEMA billing;', sql: 'DROP SCHEMA IF EXISTS billing;' },
      { title: 'A down that undoes its up', side: 'down', sql: 'DROP SCHEMA IF EXISTS billing CASCADE;', otherSide: 'CREATE SCHEMA billing;' },
      { title: 'A schema that lives for one migration', sql: 'CREATE SCHEMA scratch;\nCREATE TABLE scratch.numbers (n bigint PRIMARY KEY);\nDROP SCHEMA IF EXISTS scratch CASCADE;' },
    ],
  },
});
