import { defineRule, type StatementRule } from './define-rule.ts';
import { definingKinds } from './support/definitions.ts';
import { preferType } from './support/prefer-type.ts';

/** Integers that may be outgrown. */
export const preferBigint: StatementRule = defineRule({
  id: 'prefer-bigint',
  title: 'bigint instead of integer and smallint',
  severity: 'information',
  category: 'names and types',
  optional: true,
  scope: 'statement',
  sides: ['up'],
  hasFix: true,
  kinds: definingKinds,
  check: (statement, context) => preferType(statement, (type, { table, name }) => {
    const to = larger[type.name];
    const isKey = context.tableAfter(table)?.constraints.some(({ kind, columns }) => kind === 'primary key' && columns.includes(name)) === true;
    // Of keys short-integer-primary-key speaks.
    return to === undefined || isKey ? null : { to, because: 'it can be outgrown, and widening it later rewrites the table.' };
  }),
  docs: {
    what: 'A new column that is no primary key is integer, smallint or one of their serials. The rule is off until a team asks for it, because numbers with a known limit are well served by four bytes; of keys that count short-integer-primary-key speaks, which is on.',
    why: 'To widen a column later, PostgreSQL writes the table and its indexes anew under ACCESS EXCLUSIVE.',
    instead: 'Use bigint for what counts things of the world, such as amounts, sizes and references.',
  },
  examples: {
    bad: [
      { sql: 'CREATE TABLE files (id bigint PRIMARY KEY, size integer NOT NULL);', config: { rules: { 'prefer-bigint': 'information' } }, fixChanges: 'The column is a bigint.' },
      { sql: 'CREATE TABLE lists (id bigint PRIMARY KEY, parts int[] NOT NULL);', config: { rules: { 'prefer-bigint': 'information' } }, fixChanges: 'The column is a bigint.' },
    ],
    good: [{ sql: 'CREATE TABLE files (id bigint PRIMARY KEY, size bigint NOT NULL);', config: { rules: { 'prefer-bigint': 'information' } } }],
  },
});

const larger: Readonly<Record<string, string>> = { int2: 'bigint', int4: 'bigint', smallserial: 'bigserial', serial2: 'bigserial', serial: 'bigserial', serial4: 'bigserial' };
