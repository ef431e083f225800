import type { Statement } from '../model/statement.ts';

/**
 * The statements that change more than their own database: roles, tablespaces, settings and databases belong to the whole
 * server (manual 23.1), and a program of COPY to its machine. Each is given by its first line.
 */
export function serverWideStatements(statements: readonly Statement[]): readonly string[] {
  return statements.filter(isServerWide).map(({ text }) => text.trim().split('\n', 1)[0] ?? '');
}

function isServerWide({ kind, node, text }: Statement): boolean {
  if (always.has(kind)) return true;
  // What a DO block executes is known only to itself; its words are taken seriously.
  if (kind === 'DoStmt') return inBlocks.test(text);
  if (kind === 'CopyStmt') return node['is_program'] === true;
  return [node['renameType'], node['objtype'], node['objectType']].some((type) => typeof type === 'string' && serverObjects.has(type));
}

const always = new Set([
  'CreateRoleStmt', 'AlterRoleStmt', 'AlterRoleSetStmt', 'DropRoleStmt', 'GrantRoleStmt', 'DropOwnedStmt', 'ReassignOwnedStmt',
  'CreatedbStmt', 'AlterDatabaseStmt', 'AlterDatabaseSetStmt', 'AlterDatabaseRefreshCollStmt', 'DropdbStmt',
  'CreateTableSpaceStmt', 'AlterTableSpaceOptionsStmt', 'DropTableSpaceStmt', 'AlterSystemStmt',
  'CreateSubscriptionStmt', 'AlterSubscriptionStmt', 'DropSubscriptionStmt',
]);

const serverObjects = new Set(['OBJECT_ROLE', 'OBJECT_DATABASE', 'OBJECT_TABLESPACE', 'OBJECT_PARAMETER_ACL', 'OBJECT_SUBSCRIPTION']);

const inBlocks = /\b(create|alter|drop)\s+(role|user|group|database|tablespace|system)\b/i;
