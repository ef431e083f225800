import type { AstNode } from '../../model/statement.ts';
import type { Effects, RelationLock } from '../effects.ts';
import { alterTable } from './alter-table.ts';
import { alterSequence, createIndex, createSequence, createTable, createTableAs, createView } from './create.ts';
import { comment, drop, ofComposite, rename, setSchema } from './drop-rename.ts';
import { cluster, copy, isOn, lockTable, refresh, reindex, truncate, vacuum } from './maintenance.ts';
import { dml, reads, select } from './queries.ts';
import { resetAll, setting, transaction } from './session.ts';
import { lock, lockEach } from './locks.ts';
import { listName, relationName } from '../names.ts';
import { child, listOf, text, unwrap, words } from '../walk.ts';

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
  AlterSeqStmt: alterSequence,
  DropStmt: drop,
  RenameStmt: rename,
  AlterObjectSchemaStmt: setSchema,
  AlterOwnerStmt: (node) => (text(node, 'objectType') === 'OBJECT_TYPE' ? { furtherLocks: ofComposite } : {}),
  CommentStmt: comment,
  CreateTrigStmt: createTrigger,
  RuleStmt: (node) => ({ locks: [...lock(child(node, 'relation'), 'ACCESS EXCLUSIVE'), ...reads(node['actions'])] }),
  CreatePolicyStmt: createPolicy,
  AlterEnumStmt: addEnumValue,
  AlterPolicyStmt: (node) => ({ locks: [...lock(child(node, 'table'), 'ACCESS EXCLUSIVE'), ...tested(node)] }),
  CreateStatsStmt: (node) => ({ locks: lockEach(listOf(node['relations'], 'RangeVar'), 'SHARE UPDATE EXCLUSIVE') }),
  CreatePublicationStmt: publication,
  AlterPublicationStmt: publication,
  CreateDomainStmt: createDomain,
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
  ExplainStmt: (node) => ofQuery(node['query']),
  DeclareCursorStmt: (node) => ofQuery(node['query']),
  PrepareStmt: (node) => ofQuery(node['query']),
  CreateFunctionStmt: createFunction,
  AlterTableMoveAllStmt: () => ({ furtherLocks: 'ACCESS EXCLUSIVE on everything that it moves', rewrite: { kind: 'depends', reason: 'all files of what it moves are copied' } }),
  ReassignOwnedStmt: () => ({ furtherLocks: 'ACCESS EXCLUSIVE on everything that the role owns' }),
  DropOwnedStmt: () => ({ furtherLocks: 'ACCESS EXCLUSIVE on everything that the role owns' }),
  DoStmt: () => ({ furtherLocks: 'whatever its code touches; a dry run shows it' }),
  CallStmt: () => ({ furtherLocks: 'whatever the procedure touches; a dry run shows it' }),
  TransactionStmt: transaction,
  VariableSetStmt: setting,
  CreatedbStmt: () => ({ outsideOnly: 'CREATE DATABASE' }),
  DropdbStmt: () => ({ outsideOnly: 'DROP DATABASE' }),
  AlterDatabaseStmt: (node) => (listOf(node['options'], 'DefElem').some((each) => text(each, 'defname') === 'tablespace') ? { outsideOnly: 'ALTER DATABASE … SET TABLESPACE' } : {}),
  CreateTableSpaceStmt: () => ({ outsideOnly: 'CREATE TABLESPACE' }),
  CreateSubscriptionStmt: createSubscription,
  DropTableSpaceStmt: () => ({ outsideOnly: 'DROP TABLESPACE' }),
  AlterSystemStmt: () => ({ outsideOnly: 'ALTER SYSTEM' }),
  DiscardStmt: (node) => (text(node, 'target') === 'DISCARD_ALL' ? { outsideOnly: 'DISCARD ALL', setting: resetAll } : {}),
};

/** What holds a query locks what that would. */
function ofQuery(query: unknown): Partial<Effects> {
  const inner = unwrap(query);
  const reader = inner === null ? undefined : readers[inner.kind];
  if (inner === null || reader === undefined) return {};
  const { locks = [], furtherLocks = null } = reader(inner.node);
  return { locks, furtherLocks };
}

/** PostgreSQL reads a body in SQL when it creates the function (manual, CREATE FUNCTION). */
function createFunction(node: AstNode): Partial<Effects> {
  const isSql = listOf(node['options'], 'DefElem').some((each) => text(each, 'defname') === 'language' && text(child(child(each, 'arg') ?? {}, 'String') ?? {}, 'sval')?.toLowerCase() === 'sql');
  const body = node['sql_body'];
  return { locks: reads(body), furtherLocks: isSql && body === undefined ? 'ACCESS SHARE on what its body reads, ROW EXCLUSIVE on what it writes' : null };
}

/** A trigger locks its table; a constraint trigger's FROM table too (manual, CREATE TRIGGER). */
function createTrigger(node: AstNode): Partial<Effects> {
  return { locks: [...lock(child(node, 'relation'), 'SHARE ROW EXCLUSIVE'), ...lock(child(node, 'constrrel'), 'ACCESS SHARE')] };
}

function createPolicy(node: AstNode): Partial<Effects> {
  const table = child(node, 'table');
  if (table === null) return {};
  const roles = policyRoles(node);
  const facts = { name: text(node, 'policy_name') ?? '', permissive: node['permissive'] === true, command: text(node, 'cmd_name') ?? 'all', roles };
  return { locks: [...lock(table, 'ACCESS EXCLUSIVE'), ...tested(node)], policiesCreated: [{ table: relationName(table), facts }] };
}

/** Empty: everybody. PUBLIC makes all other roles idle (PostgreSQL says so in a warning). */
export function policyRoles(policy: AstNode): readonly string[] {
  const roles = listOf(policy['roles'], 'RoleSpec');
  if (roles.some((each) => text(each, 'roletype') === 'ROLESPEC_PUBLIC')) return [];
  return roles.map((each) => text(each, 'rolename') ?? text(each, 'roletype') ?? '');
}

function tested(policy: AstNode): readonly RelationLock[] {
  return reads([policy['qual'], policy['with_check']]);
}

/** ADD VALUE; RENAME VALUE has an old one. */
function addEnumValue(node: AstNode): Partial<Effects> {
  const parts = words(node['typeName']);
  const value = text(node, 'newVal');
  if (value === null || text(node, 'oldVal') !== null) return {};
  return { enumValueAdded: { type: { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' }, value } };
}

/** It fails in a transaction as long as it makes a slot on the other server, which it does unless told otherwise (manual, CREATE SUBSCRIPTION). */
function createSubscription(node: AstNode): Partial<Effects> {
  const isOff = (name: string): boolean => listOf(node['options'], 'DefElem').some((each) => text(each, 'defname') === name && child(each, 'arg') !== null && !isOn(each));
  return isOff('connect') || isOff('create_slot') ? {} : { outsideOnly: 'CREATE SUBSCRIPTION that makes its slot' };
}

function publication(node: AstNode): Partial<Effects> {
  const tables = listOf(node['pubobjects'], 'PublicationObjSpec').map((each) => child(child(each, 'pubtable') ?? {}, 'relation'));
  const replaces = text(node, 'action') === 'AP_SetObjects';
  return { locks: tables.flatMap((table) => lock(table, 'SHARE UPDATE EXCLUSIVE')), furtherLocks: replaces ? 'SHARE UPDATE EXCLUSIVE on the tables that it no longer has' : null };
}

function createDomain(node: AstNode): Partial<Effects> {
  const constraints = listOf(node['constraints'], 'Constraint').some((each) => ['CONSTR_CHECK', 'CONSTR_NOTNULL'].includes(text(each, 'contype') ?? ''));
  return { domain: { name: listName(listOf(node['domainname'], 'String').map((each) => ({ String: each }))), constraints: constraints ? 'some' : 'none' } };
}

/** ADD CONSTRAINT and VALIDATE read every table that uses the domain, under SHARE (manual, ALTER DOMAIN). */
function alterDomain(node: AstNode): Partial<Effects> {
  const subtype = text(node, 'subtype');
  const adds = subtype === 'C' || subtype === 'O';
  const name = listName(listOf(node['typeName'], 'String').map((each) => ({ String: each })));
  return { ...domainScan(node), ...(adds ? { domain: { name, constraints: 'some' } } : {}) };
}

function domainScan(node: AstNode): Partial<Effects> {
  const subtype = text(node, 'subtype');
  const validates = subtype === 'AD_ValidateConstraint' || subtype === 'V' || subtype === 'AD_AddConstraint' || subtype === 'C' || subtype === 'AD_SetNotNull' || subtype === 'O';
  if (!validates || child(child(node, 'def') ?? {}, 'Constraint')?.['skip_validation'] === true) return {};
  return { furtherLocks: 'SHARE on every table with a column of this domain', scan: { kind: 'yes', reason: 'every table with a column of this domain is read' } };
}

