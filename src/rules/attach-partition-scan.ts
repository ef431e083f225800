import type { Statement } from '../model/statement.ts';
import { relationName, writeName } from '../sql/names.ts';
import { child } from '../sql/walk.ts';
import { defineRule, type Match, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { observeScan } from './support/evidence.ts';
import { hasValidCheck } from './support/partitions.ts';

/** ATTACH PARTITION of a table with rows that no CHECK proves to fit. */
export const attachPartitionScan: StatementRule = defineRule({
  id: 'attach-partition-scan',
  title: 'ATTACH PARTITION reads the new partition',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).filter((each) => each.subtype === 'AT_AttachPartition').flatMap((command) => checkCommand(statement, command, context));
  },
  observe: observeScan,
  docs: {
    what: 'ALTER TABLE … ATTACH PARTITION of a table that exists before the migration and has no valid CHECK, as far as the history tells. A CHECK that it has is taken to be the one that proves the bounds. Information where the history does not know the table.',
    why: 'PostgreSQL has to know that every row lies inside the bounds. Unless a valid CHECK proves it, it reads the whole table under ACCESS EXCLUSIVE: whoever uses it waits, and nothing else can be attached or detached meanwhile (manual, ALTER TABLE).',
    instead: 'Add a CHECK with the bounds NOT VALID, VALIDATE it, both while the table is in use, then attach, which is now instant, then drop the CHECK. For ranges and lists the key columns have to be NOT NULL, or the CHECK has to say so.',
  },
  examples: {
    bad: [{ setup: "CREATE TABLE events (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);\nCREATE TABLE events_2025 (id bigint NOT NULL, at date NOT NULL);\nINSERT INTO events_2025 VALUES (1, '2025-05-05');", sql: "ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');" }],
    good: [
      { title: 'A CHECK proves the bounds', setup: "CREATE TABLE events (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);\nCREATE TABLE events_2025 (id bigint NOT NULL, at date NOT NULL);\nINSERT INTO events_2025 VALUES (1, '2025-05-05');\nALTER TABLE events_2025 ADD CONSTRAINT in_2025 CHECK (at >= '2025-01-01' AND at < '2026-01-01') NOT VALID;\nALTER TABLE events_2025 VALIDATE CONSTRAINT in_2025;", sql: "ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');" },
      { title: 'A table of the same script', setup: 'CREATE TABLE events (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);', sql: "CREATE TABLE events_2025 (LIKE events INCLUDING DEFAULTS);\nALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');" },
    ],
  },
});

function checkCommand(statement: Statement, command: AlterCommand, context: StatementContext): readonly Match[] {
  const relation = child(command.definition, 'name');
  if (relation === null || context.isNew(relationName(relation)) || hasValidCheck(relationName(relation), context)) return [];
  const name = relationName(relation);
  const known = context.table(name);
  return [{
    message: `All of ${writeName(name)} is read under ACCESS EXCLUSIVE to prove that its rows lie inside the bounds${known?.isComplete === true ? '' : ', unless a CHECK proves it'}. Add such a CHECK NOT VALID and VALIDATE it in earlier migrations; then attaching is instant.`,
    span: commandSpan(statement, command),
    relation: name,
    ...(known === null ? { severity: 'information' as const } : {}),
  }];
}
