import { effects } from '../sql/effects.ts';
import { writeName } from '../sql/names.ts';
import { option } from '../sql/effects/maintenance.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { listed } from './support/dependants.ts';
import { observeRewrite } from './support/evidence.ts';

/** VACUUM FULL. */
export const vacuumFull: StatementRule = defineRule({
  id: 'vacuum-full',
  title: 'VACUUM FULL writes the whole table anew',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  kinds: ['VacuumStmt'],
  check(statement, context) {
    if (!option(statement.node['options'], 'full')) return [];
    const tables = effects(statement).locks.map((each) => each.relation);
    const existing = tables.filter((each) => !context.isNew(each));
    if (tables.length > 0 && existing.length === 0) return [];
    const [first] = existing;
    return [{
      message: `VACUUM FULL writes ${first === undefined ? 'every table of the database' : listed(existing.map(writeName))} anew under ACCESS EXCLUSIVE: reads and writes wait until it is done. Use VACUUM (ANALYZE), which lets them go on, or pg_repack where the disk needs the room back.`,
      span: headSpan(statement),
      ...(first === undefined || existing.length > 1 ? {} : { relation: first }),
    }];
  },
  observe: observeRewrite,
  docs: {
    what: 'VACUUM FULL of tables that exist before the migration, or of the whole database.',
    why: 'It copies every live row into new files and builds all indexes again while it holds ACCESS EXCLUSIVE, so that reads and writes wait from the first page to the last, and the disk needs room for a second copy (manual, VACUUM and 24.1.2).',
    instead: 'A plain VACUUM takes SHARE UPDATE EXCLUSIVE and makes the room inside the files free for new rows, which is all that most tables need; tuned autovacuum does it without a migration. Where the disk needs the room back, pg_repack and pg_squeeze write the table anew beside the traffic.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'VACUUM FULL orders;', config: { plainTransaction: 'autocommit' } },
      { title: 'With options', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'VACUUM (FULL, ANALYZE) orders;', config: { plainTransaction: 'autocommit' } },
    ],
    good: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'VACUUM (ANALYZE) orders;', config: { plainTransaction: 'autocommit' } },
      { title: 'FULL is off', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'VACUUM (FULL false) orders;', config: { plainTransaction: 'autocommit' } },
    ],
  },
});
