import { headSpan } from '../sql/spans.ts';
import { child, text } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** ALTER SYSTEM in a migration. */
export const alterSystem: StatementRule = defineRule({
  id: 'alter-system',
  title: 'ALTER SYSTEM changes the whole server',
  severity: 'warning',
  category: 'row-level security',
  scope: 'statement',
  kinds: ['AlterSystemStmt'],
  check(statement) {
    const setting = text(child(statement.node, 'setstmt') ?? {}, 'name');
    const what = setting === null ? 'Every setting' : `The setting ${setting}`;
    return [{
      message: `${what} changes for all databases of the server, and after the next reload or restart only: ALTER SYSTEM writes into a file that no backup of a database holds and no transaction takes back. Set it where the server is configured, or with ALTER DATABASE … SET or ALTER ROLE … SET.`,
      span: headSpan(statement),
    }];
  },
  docs: {
    what: 'ALTER SYSTEM SET or RESET in a migration, whatever the setting.',
    why: 'It edits postgresql.auto.conf, the configuration of the whole server, with all of its databases. It cannot run in a transaction, does nothing before a reload (some settings: a restart), is lost where the server is replaced, and hosted PostgreSQL refuses it.',
    instead: 'Configure the server where its other settings are. What one database or one role needs, ALTER DATABASE … SET and ALTER ROLE … SET keep in the catalog.',
  },
  examples: {
    bad: [{ sql: 'ALTER SYSTEM RESET work_mem;', config: { plainTransaction: 'autocommit' } }],
    good: [{ sql: "ALTER ROLE CURRENT_USER SET lock_timeout = '5s';" }],
  },
});
