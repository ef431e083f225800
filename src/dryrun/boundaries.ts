import type { Statement } from '../model/statement.ts';

/**
 * How a statement of its own transaction can be watched. `wrapped`: it behaves the same inside BEGIN and COMMIT, where its
 * locks can still be seen when it is done. `bare`: it manages or refuses transactions. `nothing`: it touches no relation.
 */
export type Watchable = 'wrapped' | 'bare' | 'nothing';

export function watchable(statement: Statement): Watchable {
  if (statement.kind === 'TransactionStmt' || statement.kind === 'VariableSetStmt') return 'nothing';
  if (bareKinds.has(statement.kind) || isConcurrent(statement)) return 'bare';
  return 'wrapped';
}

/** BEGIN, COMMIT, ROLLBACK and their kin, by PostgreSQL's own names; null for anything else. */
export function transactionCommand(statement: Statement): 'begin' | 'end' | 'other' | null {
  if (statement.kind !== 'TransactionStmt') return null;
  const kind = statement.node['kind'];
  if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') return 'begin';
  return kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK' ? 'end' : 'other';
}

/** True for COPY … FROM STDIN: its rows come from a client that is not there. */
export function readsFromClient(statement: Statement): boolean {
  return statement.kind === 'CopyStmt' && statement.node['is_from'] === true && statement.node['filename'] === undefined;
}

/** Names of the extensions that the statements create. */
export function createdExtensions(statements: readonly Statement[]): readonly string[] {
  return statements.flatMap(({ kind, node }) => (kind === 'CreateExtensionStmt' && typeof node['extname'] === 'string' ? [node['extname']] : []));
}

/**
 * Refused inside a transaction (VACUUM, ALTER SYSTEM, CREATE DATABASE …), meaningful only inside one (LOCK, cursors), or
 * free to end it themselves: DO and CALL may COMMIT (manual 41.8).
 */
const bareKinds = new Set([
  'VacuumStmt', 'ClusterStmt', 'ReindexStmt', 'AlterSystemStmt', 'CreatedbStmt', 'DropdbStmt', 'AlterDatabaseStmt', 'CreateTableSpaceStmt',
  'DropTableSpaceStmt', 'CreateSubscriptionStmt', 'AlterSubscriptionStmt', 'DropSubscriptionStmt', 'DiscardStmt', 'LockStmt', 'DeclareCursorStmt',
  'FetchStmt', 'ClosePortalStmt', 'DoStmt', 'CallStmt', 'SyntaxError',
]);

function isConcurrent({ kind, node }: Statement): boolean {
  if (kind === 'IndexStmt' || kind === 'DropStmt') return node['concurrent'] === true;
  if (kind !== 'AlterTableStmt') return false;
  // ALTER TABLE … DETACH PARTITION … CONCURRENTLY commits in its middle (manual, ALTER TABLE).
  return JSON.stringify(node['cmds'] ?? []).includes('"concurrent":true');
}
