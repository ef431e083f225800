import { droppedNames } from '../sql/effects/drop-rename.ts';
import { nameKey, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { dependantsOf, inWords } from './support/dependants.ts';
import { observeFailure } from './support/evidence.ts';

const kinds = new Set<unknown>(['OBJECT_TABLE', 'OBJECT_FOREIGN_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW']);

/** DROP without CASCADE of something that a foreign key or a view still needs: in a down mostly the wrong order. */
export const dropDependedOn: StatementRule = defineRule({
  id: 'drop-depended-on',
  title: 'PostgreSQL refuses the DROP: something depends on it',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: ['DropStmt'],
  check(statement, context) {
    const { node } = statement;
    if (!kinds.has(node['removeType']) || node['behavior'] === 'DROP_CASCADE') return [];
    const names = droppedNames(node);
    return names.flatMap((name) => {
      const dependants = dependantsOf(context.table(name), [name, ...names]).filter(({ relation }) => context.exists(relation));
      if (dependants.length === 0) return [];
      const isOne = dependants.length === 1;
      const goLater = dependants.every(({ relation }) => context.namedLater(nameKey(relation)));
      const next = goLater ? `${isOne ? 'It is' : 'They are'} dropped below: what was made last has to go first.` : `Drop ${isOne ? 'that' : 'those'} first.`;
      return [{ message: `PostgreSQL refuses to drop ${writeName(name)} here: ${inWords(dependants)} ${isOne ? 'depends' : 'depend'} on it. ${next}`, span: headSpan(statement), relation: name }];
    });
  },
  observe: (_match, trace) => observeFailure(trace, ['2BP01']),
  docs: {
    what: 'DROP TABLE, DROP VIEW or DROP MATERIALIZED VIEW without CASCADE, while a foreign key of another table refers to it or a view reads it, as the history and the statements before tell. In a down it is mostly the order: what the up made last has to go first.',
    why: 'PostgreSQL refuses to drop what something else depends on (SQLSTATE 2BP01; manual 5.15). The migration fails on every database; a down that fails so is noticed in the incident in which it is needed.',
    instead: 'Drop in the reverse order of making: views before tables, tables with foreign keys before those that they refer to. Or name all of them in one DROP. CASCADE would take along what it does not name.',
  },
  examples: {
    bad: [
      { title: 'A down in the order of its up', side: 'down', sql: 'DROP TABLE IF EXISTS invoices;\nDROP TABLE IF EXISTS invoice_lines;', otherSide: 'CREATE TABLE invoices (id bigint PRIMARY KEY);\nCREATE TABLE invoice_lines (id bigint PRIMARY KEY, invoice_id bigint NOT NULL REFERENCES invoices (id));', fails: '2BP01' },
      { title: 'A view reads it', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE VIEW recent_orders AS SELECT id FROM orders;', sql: 'DROP TABLE IF EXISTS orders;', config: { rules: { 'drop-table': 'off' } }, fails: '2BP01' },
    ],
    good: [
      { title: 'The last one first', side: 'down', sql: 'DROP TABLE IF EXISTS invoice_lines;\nDROP TABLE IF EXISTS invoices;', otherSide: 'CREATE TABLE invoices (id bigint PRIMARY KEY);\nCREATE TABLE invoice_lines (id bigint PRIMARY KEY, invoice_id bigint NOT NULL REFERENCES invoices (id));' },
      { title: 'All in one statement', side: 'down', sql: 'DROP TABLE IF EXISTS invoices, invoice_lines;', otherSide: 'CREATE TABLE invoices (id bigint PRIMARY KEY);\nCREATE TABLE invoice_lines (id bigint PRIMARY KEY, invoice_id bigint NOT NULL REFERENCES invoices (id));' },
      { title: 'The foreign key goes first', setup: 'CREATE TABLE plans (code text PRIMARY KEY);\nCREATE TABLE customers (id bigint PRIMARY KEY, plan text CONSTRAINT customers_plan_fkey REFERENCES plans (code));', sql: 'ALTER TABLE customers DROP CONSTRAINT IF EXISTS customers_plan_fkey;\nDROP TABLE IF EXISTS plans;', config: { rules: { 'drop-table': 'off' } } },
    ],
  },
});
