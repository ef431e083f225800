import { quoteIdentifier, writeName } from '../sql/names.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { observeLock } from './support/evidence.ts';

/** DISABLE TRIGGER. */
export const toggleTriggerLocks: StatementRule = defineRule({
  id: 'toggle-trigger-locks',
  title: 'DISABLE TRIGGER holds up or lets pass everybody',
  severity: 'information',
  category: 'locks and rewrites',
  scope: 'statement',
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    const commands = alterCommands(statement).filter((each) => what[each.subtype] !== undefined && !context.isNew(each.table));
    return commands.map((command) => ({ message: message(command, context), span: commandSpan(statement, command), relation: command.table }));
  },
  observe: (match, trace) => observeLock(match, trace, 'SHARE ROW EXCLUSIVE'),
  docs: {
    what: 'ALTER TABLE … DISABLE TRIGGER, of one, of USER or of ALL, on a table that exists before the migration.',
    why: 'A trigger is not disabled for the migration alone. In a transaction the SHARE ROW EXCLUSIVE lock keeps all other writers waiting until the end, however long the statements between take; outside of one, rows that the application writes meanwhile pass the trigger by, with ALL also the foreign keys (manual, ALTER TABLE).',
    instead: 'Let the trigger step aside for the session: SET LOCAL session_replication_role = replica, where the role may, or WHEN (current_setting(…) …) in the trigger with a setting of your own. A trigger that is to go for good is dropped in a migration of its own, with a short lock_timeout.',
  },
  examples: {
    bad: [
      { title: 'In a transaction', setup: "CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\nCREATE TRIGGER audited BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION audit();", sql: 'ALTER TABLE orders DISABLE TRIGGER audited;' },
      { title: 'Outside of one', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders DISABLE TRIGGER ALL;', config: { plainTransaction: 'autocommit' } },
    ],
    good: [
      { title: 'It is enabled again', setup: "CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\nCREATE TRIGGER audited BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION audit();", sql: 'ALTER TABLE orders ENABLE TRIGGER audited;' },
      { title: 'For this session alone', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'SET LOCAL session_replication_role = replica;', config: { rules: { 'superuser-statement': 'off' } } },
    ],
  },
});

/** What each command disables; null: the trigger that it names. */
const what: Readonly<Record<string, string | null>> = { AT_DisableTrig: null, AT_DisableTrigUser: 'its triggers', AT_DisableTrigAll: 'its triggers and foreign keys' };

function message(command: AlterCommand, context: StatementContext): string {
  const table = writeName(command.table);
  const disabled = what[command.subtype] ?? quoteIdentifier(command.name ?? '');
  if (context.transaction === 'none') return `From here to ENABLE TRIGGER, whatever anybody writes to ${table} passes ${disabled} by. Let the trigger look at a setting of your session instead, or set session_replication_role there.`;
  return `Writes to ${table} wait from here to the end of the transaction: DISABLE TRIGGER holds SHARE ROW EXCLUSIVE. Let the trigger look at a setting of your session instead, or set session_replication_role there.`;
}
