import type { AstNode } from '../../model/statement.ts';
import type { Effects } from '../effects.ts';
import { alterTable } from './alter-table.ts';
import { createIndex, createSequence, createTable, createTableAs, createView } from './create.ts';
import { comment, drop, rename, setSchema } from './drop-rename.ts';
import { cluster, copy, lockTable, refresh, reindex, truncate, vacuum } from './maintenance.ts';
import { dml, select } from './queries.ts';
import { resetAll, setting, transaction } from './session.ts';
import { lock, lockEach } from './locks.ts';
import { relationName } from '../names.ts';
import { child, listOf, text, words } from '../walk.ts';

type Reader = (node: AstNode) => Partial<Effects>;

/** One reader for each kind of statement that locks a relation, changes the session or cannot run in a transaction. */
export const readers: Readonly<Record<string, Reader>> = {
  AlterTableStmt: alterTable,
  CreateStmt: createTable,
  CreateForeignTableStmt: (node) => createTable(child(node, 'base') ?? {}),
  CreateTableAsStmt: createTableAs,
  ViewStmt: createView,
  IndexStmt: createIndex,
  CreateSeqStmt: createSequence,
  AlterSeqStmt: (node) => ({ locks: lock(child(node, 'sequence'), 'SHARE ROW EXCLUSIVE') }),
  DropStmt: drop,
  RenameStmt: rename,
  AlterObjectSchemaStmt: setSchema,
  CommentStmt: comment,
  CreateTrigStmt: createTrigger,
  RuleStmt: (node) => ({ locks: lock(child(node, 'relation'), 'ACCESS EXCLUSIVE') }),
  CreatePolicyStmt: createPolicy,
  AlterEnumStmt: addEnumValue,
  AlterPolicyStmt: (node) => ({ locks: lock(child(node, 'table'), 'ACCESS EXCLUSIVE') }),
  CreateStatsStmt: (node) => ({ locks: lockEach(listOf(node['relations'], 'RangeVar'), 'SHARE UPDATE EXCLUSIVE') }),
  CreatePublicationStmt: publication,
  AlterPublicationStmt: publication,
  AlterDomainStmt: alterDomain,
  GrantStmt: (node) => (text(node, 'objtype') === 'OBJECT_TABLE' ? { furtherLocks: 'ACCESS SHARE on the relations, on PostgreSQL 18' } : {}),
  TruncateStmt: truncate,
  LockStmt: lockTable,
  RefreshMatViewStmt: refresh,
  ReindexStmt: reindex,
  ClusterStmt: cluster,
  VacuumStmt: vacuum,
  CopyStmt: copy,
  SelectStmt: select,
  InsertStmt: dml,
  UpdateStmt: dml,
  DeleteStmt: dml,
  MergeStmt: dml,
  DoStmt: () => ({ furtherLocks: 'whatever its code touches; a dry run shows it' }),
  CallStmt: () => ({ furtherLocks: 'whatever the procedure touches; a dry run shows it' }),
  TransactionStmt: transaction,
  VariableSetStmt: setting,
  CreatedbStmt: () => ({ outsideOnly: 'CREATE DATABASE' }),
  DropdbStmt: () => ({ outsideOnly: 'DROP DATABASE' }),
  AlterDatabaseStmt: (node) => (listOf(node['options'], 'DefElem').some((each) => text(each, 'defname') === 'tablespace') ? { outsideOnly: 'ALTER DATABASE … SET TABLESPACE' } : {}),
  CreateTableSpaceStmt: () => ({ outsideOnly: 'CREATE TABLESPACE' }),
  DropTableSpaceStmt: () => ({ outsideOnly: 'DROP TABLESPACE' }),
  AlterSystemStmt: () => ({ outsideOnly: 'ALTER SYSTEM' }),
  DiscardStmt: (node) => (text(node, 'target') === 'DISCARD_ALL' ? { outsideOnly: 'DISCARD ALL', setting: resetAll } : {}),
};

/** A trigger locks its table; a constraint trigger's FROM table too (manual, CREATE TRIGGER). */
function createTrigger(node: AstNode): Partial<Effects> {
  return { locks: [...lock(child(node, 'relation'), 'SHARE ROW EXCLUSIVE'), ...lock(child(node, 'constrrel'), 'ACCESS SHARE')] };
}

function createPolicy(node: AstNode): Partial<Effects> {
  const table = child(node, 'table');
  if (table === null) return {};
  const roles = listOf(node['roles'], 'RoleSpec').filter((each) => text(each, 'roletype') !== 'ROLESPEC_PUBLIC').map((each) => text(each, 'rolename') ?? (text(each, 'roletype') ?? ''));
  const facts = { name: text(node, 'policy_name') ?? '', permissive: node['permissive'] === true, command: text(node, 'cmd_name') ?? 'all', roles };
  return { locks: lock(table, 'ACCESS EXCLUSIVE'), policiesCreated: [{ table: relationName(table), facts }] };
}

/** ADD VALUE; RENAME VALUE has an old one. */
function addEnumValue(node: AstNode): Partial<Effects> {
  const parts = words(node['typeName']);
  const value = text(node, 'newVal');
  if (value === null || text(node, 'oldVal') !== null) return {};
  return { enumValueAdded: { type: { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' }, value } };
}

function publication(node: AstNode): Partial<Effects> {
  const tables = listOf(node['pubobjects'], 'PublicationObjSpec').map((each) => child(child(each, 'pubtable') ?? {}, 'relation'));
  return { locks: tables.flatMap((table) => lock(table, 'SHARE UPDATE EXCLUSIVE')) };
}

/** ADD CONSTRAINT and VALIDATE read every table that uses the domain, under SHARE (manual, ALTER DOMAIN). */
function alterDomain(node: AstNode): Partial<Effects> {
  const subtype = text(node, 'subtype');
  const validates = subtype === 'AD_ValidateConstraint' || subtype === 'V' || subtype === 'AD_AddConstraint' || subtype === 'C' || subtype === 'AD_SetNotNull' || subtype === 'O';
  if (!validates || child(child(node, 'def') ?? {}, 'Constraint')?.['skip_validation'] === true) return {};
  return { furtherLocks: 'SHARE on every table with a column of this domain', scan: { kind: 'yes', reason: 'every table with a column of this domain is read' } };
}

