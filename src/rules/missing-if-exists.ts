import type { Statement } from '../model/statement.ts';
import { droppedNames } from '../sql/effects/drop-rename.ts';
import { headSpan, statementTokens } from '../sql/spans.ts';
import { isKeyword } from '../sql/tokens.ts';
import { text } from '../sql/walk.ts';
import { defineRule, type Match, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, commandTokens, type AlterCommand } from './support/commands.ts';

/** Drops that have a statement kind of their own, and the words that name what they drop. */
const otherDrops: Readonly<Record<string, number>> = { DropRoleStmt: 1, DropdbStmt: 1, DropTableSpaceStmt: 1, DropSubscriptionStmt: 1, DropUserMappingStmt: 2 };

/** DROP without IF EXISTS. */
export const missingIfExists: StatementRule = defineRule({
  id: 'missing-if-exists',
  title: 'DROP without IF EXISTS',
  severity: 'information',
  category: 'migration',
  scope: 'statement',
  hasFix: true,
  kinds: ['DropStmt', 'AlterTableStmt', ...Object.keys(otherDrops)],
  check(statement, context) {
    if (statement.kind === 'DropStmt') return checkDrop(statement, context);
    if (statement.kind !== 'AlterTableStmt') return checkOtherDrop(statement, context);
    return alterCommands(statement).filter((command) => isBareDrop(command) && !context.createdHere(command.table)).map((command) => {
      const tokens = commandTokens(statement, command);
      const after = isKeyword(tokens[1], 'COLUMN') || isKeyword(tokens[1], 'CONSTRAINT') ? tokens[1] : tokens[0];
      return match(context, commandSpan(statement, command), after?.end ?? 0);
    });
  },
  docs: {
    what: 'DROP of an object, a column or a constraint without IF EXISTS. A warning in a down, information in an up; nothing is said of a relation that the same file creates.',
    why: 'A migration that stopped half-way has to be run again, and a down has to work on whatever the up left behind. Without IF EXISTS it stops at the first object that is not there.',
    instead: 'Write IF EXISTS. In an up it also lets a step that was done by hand before the deployment, such as DROP INDEX CONCURRENTLY, pass.',
  },
  examples: {
    bad: [
      { title: 'In a down', side: 'down', sql: 'DROP TABLE invoices;', otherSide: 'CREATE TABLE invoices (id bigint PRIMARY KEY);' },
      { title: 'In an up', setup: 'CREATE TABLE invoices (id bigint PRIMARY KEY, total bigint CONSTRAINT total_positive CHECK (total > 0));', sql: 'ALTER TABLE invoices DROP CONSTRAINT total_positive;', config: { rules: { 'drop-constraint': 'off' } } },
      { title: 'A materialized view', setup: 'CREATE MATERIALIZED VIEW totals AS SELECT 1 AS total;', sql: 'DROP MATERIALIZED VIEW totals;' },
    ],
    good: [
      { title: 'In a down', side: 'down', sql: 'DROP TABLE IF EXISTS invoices;', otherSide: 'CREATE TABLE invoices (id bigint PRIMARY KEY);' },
      { setup: 'CREATE TABLE invoices (id bigint PRIMARY KEY, total bigint CONSTRAINT total_positive CHECK (total > 0));', sql: 'ALTER TABLE invoices DROP CONSTRAINT IF EXISTS total_positive;', config: { rules: { 'drop-constraint': 'off' } } },
    ],
  },
});

function isBareDrop(command: AlterCommand): boolean {
  return (command.subtype === 'AT_DropColumn' || command.subtype === 'AT_DropConstraint') && command.node['missing_ok'] !== true;
}

/** Kinds of object whose name in DROP has more than one word; the others have one. */
const words: Readonly<Record<string, number>> = {
  OBJECT_MATVIEW: 2, OBJECT_FOREIGN_TABLE: 2, OBJECT_EVENT_TRIGGER: 2, OBJECT_ACCESS_METHOD: 2, OBJECT_OPCLASS: 2, OBJECT_OPFAMILY: 2, OBJECT_FDW: 3,
  OBJECT_TSPARSER: 3, OBJECT_TSDICTIONARY: 3, OBJECT_TSTEMPLATE: 3, OBJECT_TSCONFIGURATION: 3,
};

function checkOtherDrop(statement: Statement, context: StatementContext): readonly Match[] {
  if (statement.node['missing_ok'] === true) return [];
  return [match(context, headSpan(statement), statementTokens(statement)[otherDrops[statement.kind] ?? 1]?.end ?? 0)];
}


function checkDrop(statement: Statement, context: StatementContext): readonly Match[] {
  const { node } = statement;
  const names = droppedNames(node);
  if (node['missing_ok'] === true || (names.length > 0 && names.every((name) => context.createdHere(name)))) return [];
  const tokens = statementTokens(statement);
  const last = isKeyword(tokens[1], 'PROCEDURAL') ? 2 : (words[text(node, 'removeType') ?? ''] ?? 1);
  const after = node['concurrent'] === true ? tokens[last + 1] : tokens[last];
  return [match(context, headSpan(statement), after?.end ?? 0)];
}

function match(context: StatementContext, span: Match['span'], at: number): Match {
  const down = context.side === 'down';
  return {
    message: down ? 'This down stops here when the up did not get this far. Write IF EXISTS.' : 'This fails when the migration is run a second time. Write IF EXISTS.',
    span,
    severity: down ? 'warning' : 'information',
    fixes: [{ title: 'Add IF EXISTS', edits: [{ span: { start: at, end: at }, text: ' IF EXISTS' }] }],
  };
}
