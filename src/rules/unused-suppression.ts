import { defineRule, type SuppressionContext, type SuppressionRule } from './define-rule.ts';

/** A suppression that silences nothing. */
export const unusedSuppression: SuppressionRule = defineRule({
  id: 'unused-suppression',
  title: 'A suppression that silences nothing',
  severity: 'information',
  category: 'syntax and suppression',
  scope: 'suppression',
  hasFix: true,
  check(suppression) {
    const message = complaint(suppression);
    if (message === null) return [];
    const { span } = suppression;
    const fixes = suppression.silencesNothing ? [{ title: 'Remove the comment', edits: [{ span, text: '' }] }] : [];
    return [{ message, span, tags: ['unnecessary'], fixes }];
  },
  docs: {
    what: 'A comment silences a rule that has nothing to say there, names a rule that does not exist, or has passed the day until which it holds, or names none.',
    why: 'It is taken for an exception that somebody decided on. When the statement changes later, it silences a finding that nobody has seen.',
    instead: 'Remove the comment, or put it on the line above the statement that it is about and name the rule as the finding does.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: '-- lockstep-ignore drop-column: copied to customers_archive\nALTER TABLE customers ADD COLUMN note text;' },
      { title: 'No such rule', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers ADD COLUMN note text; -- lockstep-ignore drop-colunm: a typing error' },
      { title: 'Its day has come', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: '-- lockstep-ignore-until 2026-01-01 create-index-blocking: the table is small until then\nALTER TABLE customers ADD COLUMN note text;' },
      { title: 'No such day', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: '-- lockstep-ignore-until 2027-02-30 create-index-blocking: the table is small until then\nALTER TABLE customers ADD COLUMN note text;' },
    ],
    good: [{ setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, phone text);', sql: '-- lockstep-ignore-file drop-column: the phone numbers moved to contacts\nALTER TABLE customers DROP COLUMN IF EXISTS phone;' }],
  },
});

function complaint({ hasNoDay, expired, unknown, unused, rules, silencesNothing }: SuppressionContext): string | null {
  if (hasNoDay) return 'It silences nothing, because it names no day that exists. Write it as in lockstep-ignore-until 2027-01-31.';
  if (unknown.length > 0) return `There is no rule ${unknown.join(', ')}. The name of a rule stands behind its finding.`;
  if (expired !== null) return `It ended on ${expired}. Mend the statement, or decide anew and give it another day.`;
  if (unused.length > 0) return `Nothing here for ${unused.join(', ')} to find. Remove it, or move it to the line above the statement it is about.`;
  return rules.length === 0 && silencesNothing ? 'Nothing here is found by any rule. Remove it.' : null;
}
