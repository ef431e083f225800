import { defineRule, type StatementRule } from './define-rule.ts';

/** One finding for each statement that PostgreSQL's own grammar refuses; the other statements are still checked. */
export const syntaxError: StatementRule = defineRule({
  id: 'syntax-error',
  title: 'Syntax error',
  severity: 'error',
  category: 'syntax and suppression',
  scope: 'statement',
  kinds: ['SyntaxError'],
  check({ problem }) {
    return problem === null ? [] : [{ message: `PostgreSQL cannot read this statement: ${problem.message}.`, span: problem.span }];
  },
  docs: {
    what: "PostgreSQL's own parser refuses the statement.",
    why: 'The migration fails at this statement. Lockstep checks all the others all the same, but it cannot say what this one would do.',
    instead: 'Mend the statement at the place that is marked. When a quote or a `$$` was forgotten, the mark is where it opens.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders ADD COLUM note text;', fails: '42601' }],
    good: [{ setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders ADD COLUMN note text;' }],
  },
});
