import { quoteIdentifier } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { text } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** ALTER SCHEMA … RENAME TO. */
export const renameSchema: StatementRule = defineRule({
  id: 'rename-schema',
  title: 'Renaming a schema breaks running code',
  severity: 'warning',
  category: 'destructive and breaking',
  scope: 'statement',
  sides: ['up'],
  kinds: ['RenameStmt'],
  check(statement, context) {
    const from = text(statement.node, 'subname');
    if (statement.node['renameType'] !== 'OBJECT_SCHEMA' || from === null || context.namedEarlier(`schema ${from}`)) return [];
    const to = quoteIdentifier(text(statement.node, 'newname') ?? '');
    return [{
      message: `Code, functions and a search_path that still say ${quoteIdentifier(from)} fail, or find other tables, the moment this commits, and those that say ${to} fail until then. Create ${to}, move one table after the other into it with a view left under the old name, and drop ${quoteIdentifier(from)} when it is empty.`,
      span: headSpan(statement),
    }];
  },
  docs: {
    what: 'ALTER SCHEMA … RENAME TO of a schema that exists before the migration. A down that renames it back is taken as it is.',
    why: 'Every query, function body and search_path that names the old schema breaks at once. PostgreSQL passes silently over a schema in search_path that does not exist, so the queries may even find tables of the same name in another schema (manual 5.10.3, The Schema Search Path).',
    instead: 'Create the new schema, move the tables one by one with ALTER TABLE … SET SCHEMA, and leave a view under each old name until nothing uses it.',
  },
  examples: {
    bad: [{ setup: 'CREATE SCHEMA billing;', sql: 'ALTER SCHEMA billing RENAME TO invoicing;' }],
    good: [
      { title: 'A down that undoes its up', side: 'down', setup: 'CREATE SCHEMA billing;', sql: 'ALTER SCHEMA invoicing RENAME TO billing;', otherSide: 'ALTER SCHEMA billing RENAME TO invoicing;' },
      { title: 'The schema is created in the same file', sql: 'CREATE SCHEMA billing;\nALTER SCHEMA billing RENAME TO invoicing;' },
    ],
  },
});
