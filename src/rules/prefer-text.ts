import { defineRule, type StatementRule } from './define-rule.ts';
import { definingKinds } from './support/definitions.ts';
import { preferType } from './support/prefer-type.ts';

/** char(n) and varchar(n). */
export const preferText: StatementRule = defineRule({
  id: 'prefer-text',
  title: 'text instead of char(n) and varchar(n)',
  severity: 'information',
  category: 'names and types',
  optional: true,
  scope: 'statement',
  sides: ['up'],
  hasFix: true,
  kinds: definingKinds,
  check: (statement) => preferType(statement, (type) => {
    if (type.name === 'bpchar') return { to: 'text', because: 'char(n) fills values up with spaces and compares without them, and saves no room.' };
    if (type.name === 'varchar' && type.modifiers.length > 0) return { to: 'text', because: 'both are stored alike, and a limit is changed more easily in a CHECK, which can be NOT VALID.' };
    return null;
  }),
  docs: {
    what: 'A new column is char(n) or varchar(n). The rule is off until a team asks for it: a limit that is part of the business is well placed in the type, and many ORMs write varchar(n) by themselves.',
    why: 'PostgreSQL stores text, varchar and varchar(n) alike (manual, 8.3). A limit in the type can be raised without a rewrite, but lowering it reads the table under ACCESS EXCLUSIVE; char(n) pads values and ignores the padding in comparisons.',
    instead: 'Use text, and a CHECK on the length where it matters: that can be added NOT VALID and validated while writes go on.',
  },
  examples: {
    bad: [
      { sql: 'CREATE TABLE customers (id bigint PRIMARY KEY, email character varying(320) NOT NULL);', config: { rules: { 'prefer-text': 'information' } }, fixChanges: 'The column is text.' },
      { title: 'Padded', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers ADD COLUMN country char(2);', config: { rules: { 'prefer-text': 'information' } }, fixChanges: 'The column is text.' },
    ],
    good: [{ sql: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL CHECK (length(email) <= 320));', config: { rules: { 'prefer-text': 'information' } } }],
  },
});
