import { nameKey, quoteLiteral, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { text, words } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** ALTER TYPE … RENAME VALUE. */
export const renameEnumValue: StatementRule = defineRule({
  id: 'rename-enum-value',
  title: 'Renaming a value of an enum breaks running code',
  severity: 'warning',
  category: 'destructive and breaking',
  scope: 'statement',
  sides: ['up'],
  kinds: ['AlterEnumStmt'],
  check(statement, context) {
    const old = text(statement.node, 'oldVal');
    const parts = words(statement.node['typeName']);
    const type: QualifiedName = { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' };
    if (old === null || context.namedEarlier(`type ${nameKey(type)}`)) return [];
    const value = quoteLiteral(text(statement.node, 'newVal') ?? '');
    return [{
      message: `Code that still writes or compares ${quoteLiteral(old)} of ${writeName(type)} fails the moment this commits, because that is no value any more, and code that reads does not know ${value}. Add ${value} beside it, deploy code that knows both, and move the rows over in batches.`,
      span: headSpan(statement),
    }];
  },
  docs: {
    what: 'ALTER TYPE … RENAME VALUE of an enum that exists before the migration. A down that renames it back is taken as it is.',
    why: 'All rows show the new word at once, without being written. Running code that sends the old word gets an error (invalid input value for enum), and code that reads meets a word it does not know.',
    instead: 'ADD VALUE the new one, deploy code that reads both and writes the new one, UPDATE the old rows in batches. The old value stays in the type: PostgreSQL cannot remove it (manual, ALTER TYPE), which hurts nobody.',
  },
  examples: {
    bad: [{ setup: "CREATE TYPE order_state AS ENUM ('open', 'done');", sql: "ALTER TYPE order_state RENAME VALUE 'done' TO 'completed';" }],
    good: [
      { setup: "CREATE TYPE order_state AS ENUM ('open', 'done');", sql: "ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'completed';" },
      { title: 'A down that undoes its up', side: 'down', setup: "CREATE TYPE order_state AS ENUM ('open', 'done');", sql: "ALTER TYPE order_state RENAME VALUE 'completed' TO 'done';", otherSide: "ALTER TYPE order_state RENAME VALUE 'done' TO 'completed';" },
    ],
  },
});
