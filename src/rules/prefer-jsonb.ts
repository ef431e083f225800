import { defineRule, type StatementRule } from './define-rule.ts';
import { definingKinds } from './support/definitions.ts';
import { preferType } from './support/prefer-type.ts';

/** json, which is text that is parsed again each time. */
export const preferJsonb: StatementRule = defineRule({
  id: 'prefer-jsonb',
  title: 'jsonb instead of json',
  severity: 'information',
  category: 'names and types',
  optional: true,
  scope: 'statement',
  sides: ['up'],
  hasFix: true,
  kinds: definingKinds,
  check: (statement) => preferType(statement, ({ name }) => (name === 'json' ? { to: 'jsonb', because: 'json is text that is parsed at each use, cannot be compared, so neither DISTINCT nor GROUP BY nor UNIQUE takes it, and no GIN index serves it.' } : null)),
  docs: {
    what: 'A new column is json. The rule is off until a team asks for it: json is right where the very text has to come back, such as for signatures.',
    why: 'A json column keeps the text as it came and parses it at each use. It has no equality, so SELECT DISTINCT over a table with such a column fails, and no index serves its content (manual, 8.14).',
    instead: 'Use jsonb, and text where white space, the order of keys or repeated keys matter.',
  },
  examples: {
    bad: [{ sql: 'CREATE TABLE events (id bigint PRIMARY KEY, body json NOT NULL);', config: { rules: { 'prefer-jsonb': 'information' } }, fixChanges: 'The column is jsonb.' }],
    good: [{ sql: 'CREATE TABLE events (id bigint PRIMARY KEY, body jsonb NOT NULL);', config: { rules: { 'prefer-jsonb': 'information' } } }],
  },
});
