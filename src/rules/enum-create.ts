import { writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { words } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** A list of values that cannot shrink. */
export const enumCreate: StatementRule = defineRule({
  id: 'enum-create',
  title: 'An enum can grow but not shrink',
  severity: 'information',
  category: 'names and types',
  optional: true,
  scope: 'statement',
  sides: ['up'],
  kinds: ['CreateEnumStmt'],
  check(statement) {
    const parts = words(statement.node['typeName']);
    return [{
      message: `No value of ${writeName({ schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' })} can ever be removed, and one that is added cannot be used in the same transaction. Use text with a CHECK, or a table of values that is referred to, where the list may change.`,
      span: headSpan(statement),
    }];
  },
  docs: {
    what: 'CREATE TYPE … AS ENUM. The rule is off until a team asks for it: for a list that will not change an enum is small, fast and clear.',
    why: 'ALTER TYPE can add and rename values, and nothing removes one or moves it (manual, 8.7): for that a new type is made and every column of the old one is rewritten. A down can therefore not undo ADD VALUE.',
    instead: 'Use text with a CHECK, which a later migration replaces by another one NOT VALID, or a table of values that columns refer to.',
  },
  examples: {
    bad: [{ sql: "CREATE TYPE mood AS ENUM ('sad', 'happy');", config: { rules: { 'enum-create': 'information' } } }],
    good: [{ sql: "CREATE TABLE people (id bigint PRIMARY KEY, mood text CHECK (mood IN ('sad', 'happy')));", config: { rules: { 'enum-create': 'information' } } }],
  },
});
