import { droppedNames } from '../sql/effects/drop-rename.ts';
import { quoteIdentifier } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** DROP EXTENSION … CASCADE. */
export const dropExtensionCascade: StatementRule = defineRule({
  id: 'drop-extension-cascade',
  title: 'DROP EXTENSION … CASCADE drops columns',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: ['DropStmt'],
  check(statement, context) {
    const { node } = statement;
    if (node['removeType'] !== 'OBJECT_EXTENSION' || node['behavior'] !== 'DROP_CASCADE') return [];
    const lost = droppedNames(node).map(({ name }) => name).filter((name) => !context.namedEarlier(`extension ${name}`) && !(context.side === 'down' && context.namedByOtherSide(`extension ${name}`)));
    if (lost.length === 0) return [];
    return [{
      message: `Every column whose type comes from ${lost.map(quoteIdentifier).join(', ')} is dropped with its values, and so are the indexes, defaults and functions that use it. Change those columns first, then drop the extension without CASCADE, which refuses while anything needs it.`,
      span: headSpan(statement),
    }];
  },
  docs: {
    what: 'DROP EXTENSION … CASCADE of an extension that exists before the migration.',
    why: 'An extension owns types, functions and operator classes. CASCADE drops what is made of them: the columns of `citext`, `hstore`, `geometry` or `vector`, with all values, and indexes and defaults. PostgreSQL does not ask again (manual, DROP EXTENSION).',
    instead: 'Find the columns that use it, move them to other types in migrations of their own, and drop the extension without CASCADE: as long as anything depends on it, PostgreSQL refuses and says what.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'DROP EXTENSION IF EXISTS citext CASCADE;' }],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'DROP EXTENSION IF EXISTS citext;' },
      { title: 'A down that undoes its up', side: 'down', sql: 'DROP EXTENSION IF EXISTS plpgsql CASCADE;', otherSide: 'CREATE EXTENSION IF NOT EXISTS plpgsql;' },
    ],
  },
});
