import { defaultConfig } from '../model/config.ts';
import { defineRule, type ScriptRule } from './define-rule.ts';
import { firstLine } from './support/first-line.ts';
import { matchesPattern } from './support/vague-names.ts';

/** A name that follows none of the team's patterns. */
export const migrationNamePattern: ScriptRule = defineRule({
  id: 'migration-name-pattern',
  title: 'The name follows none of the team’s patterns',
  severity: 'information',
  category: 'migration',
  scope: 'script',
  sides: ['up'],
  check({ config, name, text, firstStatement }) {
    if (name === null || firstStatement === null || matchesPattern(name, config.naming)) return [];
    return [{ message: `The name ${name} follows none of the team’s patterns: ${config.naming.patterns.join(' · ')}. Rename it before anybody else has run it.`, span: firstLine(text, firstStatement) }];
  },
  docs: {
    what: 'The configuration gives patterns for names (`naming.patterns`, regular expressions over the name without its number), and the name of a migration matches none of them. Without patterns the rule says nothing.',
    why: 'A team that agreed on names such as `add_<column>_to_<table>` finds migrations by them, and reviews them by the kind of change that the name announces.',
    instead: 'Rename the migration while nobody else has run it: **Rename Migration** takes along what the tool keeps of it. **New Migration** proposes names and says at once which pattern is missed.',
  },
  examples: {
    bad: [{ title: 'A migration called order_status, where names begin with a verb', name: 'order_status', config: { naming: { ...defaultConfig.naming, patterns: ['^(add|drop|rename|create)_'] } }, setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders ADD COLUMN status text;' }],
    good: [{ title: 'A migration called add_status_to_orders', name: 'add_status_to_orders', config: { naming: { ...defaultConfig.naming, patterns: ['^(add|drop|rename|create)_'] } }, setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders ADD COLUMN status text;' }],
  },
});
