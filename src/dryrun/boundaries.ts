import type { Statement } from '../model/statement.ts';

/**
 * How a statement of its own transaction is watched. `wrapped`: inside BEGIN and COMMIT, where its locks can still be seen
 * when it is done; where PostgreSQL refuses that, it runs bare after all. `bare`: it would mean something else in there.
 * `nothing`: it touches no relation.
 */
export type Watchable = 'wrapped' | 'bare' | 'nothing';

export function watchable({ kind }: Statement): Watchable {
  if (kind === 'TransactionStmt' || kind === 'VariableSetStmt') return 'nothing';
  return onlyInTransactions.has(kind) ? 'bare' : 'wrapped';
}

/**
 * active_sql_transaction: CONCURRENTLY, VACUUM, CREATE DATABASE and their like run outside transactions only.
 * invalid_transaction_termination: a DO block or a procedure commits by itself (manual, appendix A, and 41.8).
 */
export function refusesTransactions(sqlstate: string): boolean {
  return sqlstate === '25001' || sqlstate === '2D000';
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

/** Refused, or without effect, where no transaction is open: wrapping them would hide that. */
const onlyInTransactions = new Set(['LockStmt', 'DeclareCursorStmt', 'FetchStmt', 'ClosePortalStmt', 'ConstraintsSetStmt', 'SyntaxError']);
