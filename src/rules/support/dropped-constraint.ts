import type { ConstraintKind, KnownConstraint } from '../../sql/known-table.ts';
import type { StatementContext } from '../define-rule.ts';
import type { AlterCommand } from './commands.ts';

export function droppedConstraint(command: AlterCommand, context: StatementContext): KnownConstraint | null {
  return context.table(command.table)?.constraints.find((each) => each.name === command.name) ?? null;
}

/** What a DROP CONSTRAINT drops; null for any other command. Where the history does not tell, a primary key is known by the name that PostgreSQL gives it. */
export function droppedKind(command: AlterCommand, context: StatementContext): ConstraintKind | 'unknown' | null {
  if (command.subtype !== 'AT_DropConstraint') return null;
  const known = droppedConstraint(command, context);
  if (known !== null) return known.kind;
  return command.name === `${command.table.name}_pkey` ? 'primary key' : 'unknown';
}
