import { defineRule, type ScriptRule } from './define-rule.ts';
import { firstLine } from './support/first-line.ts';
import { isVague } from './support/vague-names.ts';

/** A name that does not say what changes. */
export const migrationNameVague: ScriptRule = defineRule({
  id: 'migration-name-vague',
  title: 'The name does not say what changes',
  severity: 'information',
  category: 'migration',
  scope: 'script',
  sides: ['up'],
  check({ config, name, text, firstStatement }) {
    // Tools that number their migrations give them no name at all.
    if (name === null || firstStatement === null || !/\p{L}/u.test(name) || !isVague(name, config.naming)) return [];
    return [{ message: `The name ${name} does not say what this migration changes. Name the change and the table, for example add_status_to_orders, before anybody else has run it.`, span: firstLine(text, firstStatement) }];
  },
  docs: {
    what: 'The name of a migration consists of words that say nothing (`naming.vagueWords` of the configuration: update, fix, schema, misc …) and numbers.',
    why: 'Whoever looks for the migration that added a column, in a list of hundreds or in the output of a deployment that stopped, has the names and nothing else. “update_schema” and “fix” make them open every file.',
    instead: 'Name the change and the table: `add_status_to_orders`, `drop_legacy_tokens`. **Rename Migration** renames the files with what the tool keeps of them. Once others have run it, leave the name: tools tell by it what was applied.',
  },
  examples: {
    bad: [{ title: 'A migration called update_schema', name: 'update_schema', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders ADD COLUMN status text;' }],
    good: [{ title: 'A migration called add_status_to_orders', name: 'add_status_to_orders', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders ADD COLUMN status text;' }],
  },
});
