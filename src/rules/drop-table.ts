import { droppedNames } from '../sql/effects/drop-rename.ts';
import { writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { dependantsOf, inWords } from './support/dependants.ts';

/** DROP TABLE, unless it undoes the CREATE TABLE of the other script. */
export const dropTable: StatementRule = defineRule({
  id: 'drop-table',
  title: 'DROP TABLE loses data',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: ['DropStmt'],
  check(statement, context) {
    const { node } = statement;
    if (node['removeType'] !== 'OBJECT_TABLE') return [];
    const lost = droppedNames(node).filter((name) => !context.isNew(name));
    const [first] = lost;
    if (first === undefined) return [];
    const known = lost.flatMap((name) => dependantsOf(context.table(name), droppedNames(node)));
    const cascade = node['behavior'] === 'DROP_CASCADE' ? ` CASCADE takes ${known.length > 0 ? inWords(known) : 'the views and foreign keys that depend on it'} along without naming them.` : '';
    return [{
      message: `All rows of ${lost.map(writeName).join(', ')} are lost, and no down brings them back.${cascade} Stop using it first, rename it out of the way, and drop it in a later release, with a backup at hand.`,
      span: headSpan(statement),
      relation: first,
    }];
  },
  docs: {
    what: 'A table that exists before the migration is dropped. In a down that undoes the CREATE TABLE of its up that is right, and nothing is said; nor is anything said of a table that the same file creates.',
    why: 'The rows are gone for good: a down can create the table again, but not fill it. Running code that uses the table fails at once, and with CASCADE views and foreign keys of other tables go as well.',
    instead: 'First deploy code that does not use the table. Then rename it (a rename is undone in an instant), wait until nobody has missed it, and drop it in a later migration, with a backup at hand. Name the dependants instead of CASCADE.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE invoices (id bigint PRIMARY KEY);', sql: 'DROP TABLE IF EXISTS invoices;' },
      { title: 'A down that does more than undo', side: 'down', setup: 'CREATE TABLE invoices (id bigint PRIMARY KEY);', sql: 'DROP TABLE IF EXISTS invoices;', otherSide: 'CREATE TABLE payments (id bigint PRIMARY KEY);' },
    ],
    good: [
      { title: 'A down that undoes its up', side: 'down', sql: 'DROP TABLE IF EXISTS invoices;', otherSide: 'CREATE TABLE invoices (id bigint PRIMARY KEY);' },
      { title: 'A table that lives for one migration', sql: 'CREATE TABLE numbers (n bigint);\nDROP TABLE numbers;' },
    ],
  },
});
