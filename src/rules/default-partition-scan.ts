import { effects } from '../sql/effects.ts';
import { writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { observeScan } from './support/evidence.ts';
import { hasValidCheck } from './support/partitions.ts';

/** A new partition beside a default one that holds rows. */
export const defaultPartitionScan: StatementRule = defineRule({
  id: 'default-partition-scan',
  title: 'A new partition reads the whole default one',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  kinds: ['CreateStmt', 'AlterTableStmt'],
  check(statement, context) {
    const { created, partitionsAttached } = effects(statement);
    const parents = [
      ...created.flatMap(({ partitionOf, isDefault }) => (partitionOf === undefined || isDefault === true ? [] : [partitionOf])),
      ...partitionsAttached.flatMap(({ parent, isDefault }) => (isDefault ? [] : [parent])),
    ];
    return parents.flatMap((parent) => {
      const rest = context.table(parent)?.partitions.find((each) => each.isDefault)?.name;
      if (rest === undefined || context.isNew(rest) || hasValidCheck(rest, context)) return [];
      return [{
        message: `All of ${writeName(rest)}, the default partition of ${writeName(parent)}, is read under ACCESS EXCLUSIVE to prove that none of its rows belong to the new one. Give it a CHECK that shuts out the new bounds, NOT VALID and then VALIDATE, in earlier migrations.`,
        span: headSpan(statement),
        relation: rest,
      }];
    });
  },
  observe: observeScan,
  docs: {
    what: 'CREATE TABLE … PARTITION OF or ATTACH PARTITION, where the history gives the partitioned table a default partition that has no valid CHECK. A CHECK that it has is taken to be the one that proves it.',
    why: 'Rows of the new bounds may lie in the default partition. PostgreSQL locks it ACCESS EXCLUSIVE and reads all of it, unless a CHECK proves that there are none: whatever lies in the default partition can be neither read nor written meanwhile, and with PARTITION OF the whole table waits (manual, ALTER TABLE and 5.12.2.2).',
    instead: 'Add a CHECK to the default partition that shuts out the new bounds, NOT VALID; VALIDATE it, which lets reads and writes go on; create or attach the partition, which is now instant; then drop the CHECK. Where nothing should ever lie in a default partition, do without one.',
  },
  examples: {
    bad: [{ setup: "CREATE TABLE events (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);\nCREATE TABLE events_rest PARTITION OF events DEFAULT;\nINSERT INTO events VALUES (1, '2025-05-05');", sql: "CREATE TABLE events_2027 (LIKE events INCLUDING DEFAULTS);\nALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');" }],
    good: [
      { title: 'A CHECK proves it', setup: "CREATE TABLE events (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);\nCREATE TABLE events_rest PARTITION OF events DEFAULT;\nINSERT INTO events VALUES (1, '2025-05-05');\nALTER TABLE events_rest ADD CONSTRAINT not_2027 CHECK (at < '2027-01-01' OR at >= '2028-01-01') NOT VALID;\nALTER TABLE events_rest VALIDATE CONSTRAINT not_2027;", sql: "CREATE TABLE events_2027 (LIKE events INCLUDING DEFAULTS);\nALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');" },
      { title: 'No default partition', setup: 'CREATE TABLE events (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);', sql: "CREATE TABLE events_2027 (LIKE events INCLUDING DEFAULTS);\nALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');" },
    ],
  },
});
