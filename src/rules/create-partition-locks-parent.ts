import type { Fix } from '../model/edit.ts';
import type { Statement } from '../model/statement.ts';
import { relationName, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan, statementTokens, tokenIndexAt } from '../sql/spans.ts';
import { child, listOf } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { observeLock } from './support/evidence.ts';

/** CREATE TABLE … PARTITION OF a table that exists already. */
export const createPartitionLocksParent: StatementRule = defineRule({
  id: 'create-partition-locks-parent',
  title: 'PARTITION OF locks the whole table',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['CreateStmt'],
  check(statement, context) {
    const parent = listOf(statement.node['inhRelations'], 'RangeVar')[0];
    if (parent === undefined || child(statement.node, 'partbound') === null || context.isNew(relationName(parent))) return [];
    const table = relationName(parent);
    return [{
      message: `Reads and writes of all of ${writeName(table)} wait for this, and it waits for every query of ${writeName(table)}: PARTITION OF takes ACCESS EXCLUSIVE on it. Create the table by itself, then ATTACH PARTITION, which lets both go on.`,
      span: headSpan(statement),
      relation: table,
      fixes: fixes(statement, table, context),
    }];
  },
  observe: (match, trace) => observeLock(match, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'CREATE TABLE … PARTITION OF a table that exists before the migration.',
    why: 'It takes ACCESS EXCLUSIVE on the partitioned table, although the new partition is empty: it waits for every query that uses the table, and all that come later queue behind it.',
    instead: 'CREATE TABLE … (LIKE the partitioned table INCLUDING DEFAULTS INCLUDING CONSTRAINTS), then ALTER TABLE … ATTACH PARTITION: that takes SHARE UPDATE EXCLUSIVE on the partitioned table, so that reads and writes go on (manual 5.12.2.2), and gives the new one the indexes, foreign keys and triggers that it misses.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, note text DEFAULT 0, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);\nCREATE INDEX events_note_idx ON events (note);', sql: "CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');" },
      { title: 'With columns of its own there is no fix', setup: 'CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);', sql: "CREATE TABLE events_2027 PARTITION OF events (id DEFAULT 1) FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');" },
    ],
    good: [
      { setup: 'CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);', sql: "CREATE TABLE events_2027 (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);\nALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');" },
      { title: 'A partitioned table of the same script', sql: "CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);\nCREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');" },
    ],
  },
});

/** What LIKE and ATTACH PARTITION do not bring along. */
const own = ['tableElts', 'options', 'tablespacename', 'accessMethod', 'partspec'];

/** Columns take their defaults, CHECKs and expressions from LIKE; indexes, foreign keys and triggers come with ATTACH PARTITION. */
function fixes(statement: Statement, parent: QualifiedName, context: StatementContext): readonly Fix[] {
  const relation = child(statement.node, 'relation');
  const bound = child(statement.node, 'partbound');
  const isPlain = own.every((field) => statement.node[field] === undefined) && relation?.['relpersistence'] === 'p' && statement.node['if_not_exists'] !== true;
  if (relation === null || bound === null || !isPlain || !context.canAddStatements) return [];
  const name = writeName(relationName(relation));
  const create = `CREATE TABLE ${name} (LIKE ${writeName(parent)} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION)`;
  const attach = `ALTER TABLE ${writeName(parent)} ATTACH PARTITION ${name} ${boundText(statement)}`;
  return [{ title: 'Create it by itself, then attach it', edits: [{ span: { start: 0, end: statement.text.length }, text: `${create}${context.between}${attach}` }] }];
}

/** `FOR VALUES …` or DEFAULT: all that follows the name of the partitioned table. */
function boundText(statement: Statement): string {
  const all = statementTokens(statement);
  const parent = listOf(statement.node['inhRelations'], 'RangeVar')[0] ?? {};
  let at = tokenIndexAt(statement, Number(parent['location'] ?? 0)) + 1;
  while (all[at]?.text === '.') at += 2;
  return statement.text.slice(all[at]?.start ?? statement.text.length);
}
