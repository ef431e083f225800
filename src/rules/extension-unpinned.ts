import { quoteIdentifier } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { listOf, text } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** CREATE EXTENSION without VERSION. */
export const extensionUnpinned: StatementRule = defineRule({
  id: 'extension-unpinned',
  title: 'An extension in whatever version the server has',
  severity: 'information',
  category: 'names and types',
  optional: true,
  scope: 'statement',
  sides: ['up'],
  kinds: ['CreateExtensionStmt'],
  check(statement) {
    if (listOf(statement.node['options'], 'DefElem').some((each) => text(each, 'defname') === 'new_version')) return [];
    return [{ message: `Each server installs the version of ${quoteIdentifier(text(statement.node, 'extname') ?? '')} that its packages bring, so two databases with the same migrations can differ. Name one with VERSION.`, span: headSpan(statement) }];
  },
  docs: {
    what: 'CREATE EXTENSION without VERSION. The rule is off until a team asks for it, because hosted servers often have one version only, and another than the next.',
    why: 'Without VERSION PostgreSQL takes the default of the control file that lies on that server (manual, CREATE EXTENSION): functions of a newer version are there on a developer’s machine and missing in production.',
    instead: "Write VERSION '1.3', and change it with ALTER EXTENSION … UPDATE TO in a migration.",
  },
  examples: {
    bad: [{ sql: 'CREATE EXTENSION IF NOT EXISTS plpgsql;', config: { rules: { 'extension-unpinned': 'information' } } }],
    good: [{ sql: "CREATE EXTENSION IF NOT EXISTS plpgsql VERSION '1.0';", config: { rules: { 'extension-unpinned': 'information' } } }],
  },
});
