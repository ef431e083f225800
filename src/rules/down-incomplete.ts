import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { leftByDown } from './support/made-here.ts';

/** Something that the up makes and the down leaves. */
export const downIncomplete: StatementRule = defineRule({
  id: 'down-incomplete',
  title: 'The down leaves what the up makes',
  severity: 'warning',
  category: 'migration',
  scope: 'statement',
  sides: ['up'],
  kinds: ['CreateStmt', 'CreateTableAsStmt', 'CreateForeignTableStmt', 'SelectStmt', 'ViewStmt', 'IndexStmt', 'CreateSeqStmt', 'AlterTableStmt', 'CreateEnumStmt', 'CreateRangeStmt', 'CreateDomainStmt',
    'CompositeTypeStmt', 'CreateFunctionStmt', 'CreateSchemaStmt', 'CreateExtensionStmt', 'CreatePolicyStmt', 'CreateTrigStmt'],
  check(statement, context) {
    const left = leftByDown(statement, context);
    if (left.length === 0) return [];
    const all = left.map((made) => made.words).join(' and ');
    return [{ message: `The down leaves ${all}. Take back there what this statement does, or up, down and up again will not come back to the same schema.`, span: headSpan(statement) }];
  },
  docs: {
    what: 'A statement of the up makes something (a table, column, constraint, index, view, sequence, type, function, policy, trigger, schema or extension) that neither the down nor a later statement of the up drops, renames or makes again. What belongs to a table goes with it. The rule says nothing of a down that runs code, calls functions or drops schemas with CASCADE, because its words do not tell what it does.',
    why: 'After the down the schema is not what it was. The next up fails because the object is there already, or finds it in an old form; and whoever rolled back during an incident believes that everything is as before.',
    instead: 'Drop it in the down, in the reverse order of the up; **Generate Down** does that. Let a dry run prove the pair: up, down and up again have to come back to the same schema. What stays on purpose deserves a `lockstep-ignore` with the reason.',
  },
  examples: {
    bad: [
      { sql: 'CREATE TABLE invoices (id bigint PRIMARY KEY);\nCREATE TABLE invoice_lines (invoice_id bigint PRIMARY KEY REFERENCES invoices (id));', otherSide: 'DROP TABLE IF EXISTS invoice_lines;' },
      { title: 'A column', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders ADD COLUMN note text, ADD COLUMN shipped boolean;', otherSide: 'ALTER TABLE orders DROP COLUMN IF EXISTS note;' },
      { title: 'The type of a column that goes', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: "CREATE TYPE mood AS ENUM ('sad', 'happy');\nALTER TABLE orders ADD COLUMN mood mood;", otherSide: 'ALTER TABLE orders DROP COLUMN IF EXISTS mood;' },
      { title: 'A constraint on other columns than those that go', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);', sql: "ALTER TABLE orders ADD COLUMN note text;\nALTER TABLE orders ADD CONSTRAINT orders_status_known CHECK (status <> '') NOT VALID;", otherSide: 'ALTER TABLE orders DROP COLUMN IF EXISTS note;' },
      { title: 'A policy', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCREATE POLICY everybody ON orders USING (id > 0);', otherSide: 'ALTER TABLE orders DISABLE ROW LEVEL SECURITY;' },
      { title: 'The function of a trigger', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\nCREATE TRIGGER stamped BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stamp();", otherSide: 'DROP TRIGGER IF EXISTS stamped ON orders;' },
    ],
    good: [
      { title: 'What belongs to a table goes with it', sql: 'CREATE TABLE invoices (id bigint PRIMARY KEY, n text);\nCREATE INDEX invoices_n_idx ON invoices (n);\nALTER TABLE invoices ADD CONSTRAINT n_is_short CHECK (length(n) < 9);', otherSide: 'DROP TABLE IF EXISTS invoices;' },
      { title: 'An index goes with its column', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders ADD COLUMN note text;\nCREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);', otherSide: 'ALTER TABLE orders DROP COLUMN IF EXISTS note;', config: { plainTransaction: 'autocommit' } },
      { title: 'The up takes it back itself', sql: 'CREATE TABLE old_invoices (id bigint PRIMARY KEY);\nALTER TABLE old_invoices RENAME TO invoices;', otherSide: 'DROP TABLE IF EXISTS invoices;' },
      { title: 'The down runs code', sql: 'CREATE TABLE invoices (id bigint PRIMARY KEY);', otherSide: 'DO $$ BEGIN EXECUTE \'DROP TABLE \' || \'invoices\'; END $$;' },
    ],
  },
});
