import type { Fix } from '../../model/edit.ts';
import type { Statement } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { text } from '../../sql/walk.ts';
import type { StatementContext } from '../define-rule.ts';
import { alterHead, commandTokens, isOnlyCommand, type AlterCommand } from './commands.ts';
import { runsOneByOne } from './transactions.ts';

/**
 * NOT VALID, and the VALIDATE that follows it. Inside a transaction, or where a second statement would open one, the VALIDATE belongs to a later migration:
 * there it would scan under the lock that ADD CONSTRAINT still holds.
 */
export function notValidFix(statement: Statement, command: AlterCommand, automaticName: string | null, context: StatementContext): readonly Fix[] {
  const tokens = commandTokens(statement, command);
  const end = tokens.at(-1)?.end ?? statement.text.length;
  const given = text(command.definition, 'conname');
  const name = given ?? automaticName;
  if (!runsOneByOne(context)) return [{ title: 'Add the constraint NOT VALID; VALIDATE it in a later migration', edits: [{ span: { start: end, end }, text: ' NOT VALID' }] }];
  if (name === null || !isOnlyCommand(statement)) return [];
  const validate = `${context.between}${alterHead(statement)} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`;
  const edits = [{ span: { start: end, end }, text: ` NOT VALID${validate}` }];
  const start = tokens[1]?.start;
  if (given === null && start !== undefined) edits.push({ span: { start, end: start }, text: `CONSTRAINT ${quoteIdentifier(name)} ` });
  return [{ title: 'Add the constraint NOT VALID, then VALIDATE it', edits }];
}

/** True for ADD CONSTRAINT of this type (`CONSTR_CHECK`, `CONSTR_FOREIGN`) that tests the rows which are there. */
export function testsOldRows(command: AlterCommand, type: string): boolean {
  const { definition } = command;
  return command.subtype === 'AT_AddConstraint' && text(definition, 'contype') === type && definition['skip_validation'] !== true && definition['is_enforced'] === true;
}
