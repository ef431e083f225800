import type { Statement } from '../model/statement.ts';
import { relationName, writeName } from '../sql/names.ts';
import { child } from '../sql/walk.ts';
import { defineRule, type Match, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { observeLock } from './support/evidence.ts';
import { outsideAdvice } from './support/transactions.ts';

/** DETACH PARTITION without CONCURRENTLY. */
export const detachPartitionBlocking: StatementRule = defineRule({
  id: 'detach-partition-blocking',
  title: 'DETACH PARTITION locks the whole table',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    const commands = alterCommands(statement).filter((each) => each.subtype === 'AT_DetachPartition' && each.definition['concurrent'] !== true && !context.isNew(each.table));
    return commands.flatMap((command) => checkCommand(statement, command, context));
  },
  observe: (match, trace) => observeLock(match, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'ALTER TABLE … DETACH PARTITION without CONCURRENTLY, of a partitioned table that exists before the migration.',
    why: 'It takes ACCESS EXCLUSIVE on the partitioned table, on the partition and on the default one: it waits for every query that uses the table, and all that come later queue behind it.',
    instead: 'DETACH PARTITION … CONCURRENTLY takes SHARE UPDATE EXCLUSIVE on the partitioned table, and waits for the queries of the partition alone. It cannot run inside a transaction block, nor while the table has a default partition; it leaves a CHECK with the old bounds on the table that was detached. What was interrupted is ended with FINALIZE (manual, ALTER TABLE).',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: "CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');", sql: 'ALTER TABLE events DETACH PARTITION events_2025;', config: { plainTransaction: 'autocommit' }, fixChanges: 'CONCURRENTLY leaves a CHECK with the bounds on the table' },
      { title: 'In a transaction', setup: "CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');", sql: 'ALTER TABLE events DETACH PARTITION events_2025;' },
      { title: 'Beside a default partition CONCURRENTLY fails', setup: "CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');\nCREATE TABLE events_rest PARTITION OF events DEFAULT;", sql: 'ALTER TABLE events DETACH PARTITION events_2025;', config: { plainTransaction: 'autocommit' } },
    ],
    good: [{ setup: "CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');", sql: 'ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY;', config: { plainTransaction: 'autocommit' } }],
  },
});

function checkCommand(statement: Statement, command: AlterCommand, context: StatementContext): readonly Match[] {
  const relation = child(command.definition, 'name');
  if (relation === null) return [];
  const [table, partition] = [writeName(command.table), writeName(relationName(relation))];
  const rest = context.table(command.table)?.partitions.find((each) => each.isDefault);
  const span = commandSpan(statement, command);
  const advice = rest === undefined ? outsideAdvice(context, 'Use DETACH PARTITION … CONCURRENTLY') : `It has the default partition ${writeName(rest.name)}, so CONCURRENTLY is not possible: set a short lock_timeout, and try again when it fails.`;
  return [{
    message: `Reads and writes of all of ${table} wait for the detaching of ${partition}, and that waits for every query of ${table}. ${advice}`,
    span,
    relation: command.table,
    fixes: rest === undefined && context.transaction === 'none' ? [{ title: 'Detach it CONCURRENTLY', edits: [{ span: { start: span.end, end: span.end }, text: ' CONCURRENTLY' }] }] : [],
  }];
}
