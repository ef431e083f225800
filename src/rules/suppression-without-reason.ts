import { defineRule, type SuppressionRule } from './define-rule.ts';

/** A suppression that does not say why. */
export const suppressionWithoutReason: SuppressionRule = defineRule({
  id: 'suppression-without-reason',
  title: 'A suppression without a reason',
  severity: 'warning',
  category: 'syntax and suppression',
  scope: 'suppression',
  check({ reason, span }) {
    return reason === null ? [{ message: 'It does not say why the finding is wrong here. Put a colon and the reason behind the rule.', span }] : [];
  },
  docs: {
    what: 'A comment silences a rule (`-- lockstep-ignore`, `-- lockstep-ignore-file`, `-- lockstep-ignore-until`) without a reason behind a colon.',
    why: 'Whoever reviews the migration, or copies it next year, cannot tell a considered exception from a warning that was in the way.',
    instead: 'Write the reason: `-- lockstep-ignore drop-column: unused since 2.3, copied to customers_archive`.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, phone text);', sql: '-- lockstep-ignore drop-column\nALTER TABLE customers DROP COLUMN IF EXISTS phone;' }],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, phone text);', sql: '-- lockstep-ignore drop-column: unused since 2.3, copied to customers_archive\nALTER TABLE customers DROP COLUMN IF EXISTS phone;' },
      { title: 'On the same line, for a while', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, phone text);', sql: 'ALTER TABLE customers DROP COLUMN IF EXISTS phone; -- lockstep-ignore-until 2099-01-01 drop-column: until the archive is done' },
    ],
  },
});
