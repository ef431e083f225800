import type { StatementContext } from '../define-rule.ts';

/** Whether the statements of a fix run one by one: then VALIDATE does not scan under the lock of ADD, and CONCURRENTLY is possible. */
export function runsOneByOne(context: Pick<StatementContext, 'transaction' | 'canAddStatements'>): boolean {
  return context.transaction === 'none' && context.canAddStatements;
}

type Place = Pick<StatementContext, 'mode' | 'transaction'>;

/** "Use X" with what has to happen first where the statement stands in a transaction, in which X would fail. */
export function outsideAdvice(context: Place, advice: string): string {
  return context.transaction === 'none' ? `${advice}.` : `${advice}, which cannot run in a transaction: ${wayOut(context)}.`;
}

/** How this statement can run outside a transaction, as the end of a sentence. */
export function wayOut(context: Place): string {
  if (context.transaction === 'block') return 'move it out of the DO block, into a migration that runs outside a transaction';
  if (context.transaction === 'file') return 'move it out of the BEGIN … COMMIT of this file';
  if (context.transaction === 'implicit') return `put it alone into a migration of its own, because ${tool(context)} sends a file with several statements as one transaction`;
  if (context.mode?.optOut != null) return context.mode.optOut;
  return `${tool(context)} has no way to run a migration outside a transaction, so run it by hand before the migration and record it there with IF NOT EXISTS or IF EXISTS`;
}

/** Who opened the transaction that encloses the statement, as the end of a sentence. */
export function opener(context: Place): string {
  if (context.transaction === 'block') return 'a DO block is one transaction';
  if (context.transaction === 'file') return 'the BEGIN of this file opens a transaction';
  if (context.transaction === 'implicit') return `${tool(context)} sends the statements of this file together, which PostgreSQL runs as one transaction`;
  return `${tool(context)} runs this migration in a transaction`;
}

function tool(context: Place): string {
  return context.mode?.tool ?? 'the tool';
}
