import { quoteIdentifier } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { text } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** DROP DATABASE in a migration. */
export const dropDatabase: StatementRule = defineRule({
  id: 'drop-database',
  title: 'DROP DATABASE loses everything',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: ['DropdbStmt'],
  check(statement, context) {
    const name = text(statement.node, 'dbname') ?? '';
    const key = `database ${name}`;
    if (context.namedEarlier(key) || (context.side === 'down' && context.namedByOtherSide(key))) return [];
    return [{ message: `The database ${quoteIdentifier(name)} is lost with all that is in it; it cannot be undone, not even by a rollback. Databases are no matter of migrations: drop it by hand, with a backup at hand.`, span: headSpan(statement) }];
  },
  docs: {
    what: 'DROP DATABASE, unless this migration creates the database.',
    why: 'All schemas, rows and privileges of the database are removed from the disk at once. DROP DATABASE cannot run in a transaction, so nothing takes it back (manual, DROP DATABASE).',
    instead: 'Leave it to whoever runs the servers, by hand and with a backup. Rename the database first, so that whoever still uses it is noticed.',
  },
  examples: {
    bad: [{ setup: 'CREATE DATABASE lockstep_example_archive;', sql: 'DROP DATABASE IF EXISTS lockstep_example_archive;', config: { plainTransaction: 'autocommit' } }],
    good: [{ title: 'A down that undoes its up', side: 'down', sql: 'DROP DATABASE IF EXISTS lockstep_example_archive;', otherSide: 'CREATE DATABASE lockstep_example_archive;', config: { plainTransaction: 'autocommit' } }],
  },
});
