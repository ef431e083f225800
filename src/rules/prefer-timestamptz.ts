import { defineRule, type StatementRule } from './define-rule.ts';
import { definingKinds } from './support/definitions.ts';
import { preferType } from './support/prefer-type.ts';

/** A point in time without its zone. */
export const preferTimestamptz: StatementRule = defineRule({
  id: 'prefer-timestamptz',
  title: 'timestamptz instead of timestamp',
  severity: 'information',
  category: 'names and types',
  optional: true,
  scope: 'statement',
  sides: ['up'],
  hasFix: true,
  kinds: definingKinds,
  check: (statement) => preferType(statement, ({ name, modifiers }) => (name === 'timestamp' ? { to: modifiers.length > 0 ? `timestamptz(${modifiers.join(', ')})` : 'timestamptz', because: 'a timestamp is a reading of a clock that nobody names, so sessions with another TimeZone read another moment.' } : null)),
  docs: {
    what: 'A new column is timestamp without time zone. The rule is off until a team asks for it, because some ORMs, Prisma among them, keep UTC in such columns by themselves.',
    why: 'A timestamptz stores a moment and shows it in the zone of the session; timestamp stores what the clock on the wall says. now(), comparisons with timestamptz and the differences between two values go wrong with each change of zone and of summer time. Changing the type later rewrites the table unless the session’s TimeZone is UTC.',
    instead: 'Use timestamptz for when something happened. timestamp is for plans whose zone is stored beside them.',
  },
  examples: {
    bad: [{ sql: 'CREATE TABLE visits (id bigint PRIMARY KEY, at timestamp(3) without time zone NOT NULL);', config: { rules: { 'prefer-timestamptz': 'information' } }, fixChanges: 'The column has a time zone.' }],
    good: [{ sql: 'CREATE TABLE visits (id bigint PRIMARY KEY, at timestamptz(3) NOT NULL);', config: { rules: { 'prefer-timestamptz': 'information' } } }],
  },
});
