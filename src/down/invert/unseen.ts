import type { Statement } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { text } from '../../sql/walk.ts';
import { because, exact, nothing, type Inverse } from '../inverse.ts';
import { changesSecret, formerSecret } from './secrets.ts';

/** Statements that change nothing which outlives the session. */
const passing = new Set([
  'VariableSetStmt', 'VariableShowStmt', 'ExplainStmt', 'VacuumStmt', 'ClusterStmt', 'ReindexStmt', 'CheckPointStmt', 'LockStmt', 'ListenStmt', 'UnlistenStmt',
  'NotifyStmt', 'DiscardStmt', 'PrepareStmt', 'DeallocateStmt', 'LoadStmt', 'DeclareCursorStmt', 'FetchStmt', 'ClosePortalStmt', 'ConstraintsSetStmt',
  'RefreshMatViewStmt', 'TransactionStmt', 'SelectStmt', 'DoStmt', 'CallStmt',
]);

/** Statements whose whole effect snapshots tell, so that an unchanged catalog means that nothing happened. */
const seen = new Set([
  'CreateStmt', 'CreateTableAsStmt', 'CreateForeignTableStmt', 'ViewStmt', 'IndexStmt', 'CreateSeqStmt', 'AlterSeqStmt', 'CreateSchemaStmt', 'CreateExtensionStmt',
  'AlterExtensionStmt', 'CreateEnumStmt', 'AlterEnumStmt', 'CompositeTypeStmt', 'AlterCompositeTypeStmt', 'CreateRangeStmt', 'CreateDomainStmt', 'AlterDomainStmt',
  'CreateFunctionStmt', 'AlterFunctionStmt', 'CreateTrigStmt', 'CreatePolicyStmt', 'AlterPolicyStmt', 'RuleStmt', 'CreateStatsStmt', 'AlterStatsStmt',
  'CreatePublicationStmt', 'AlterPublicationStmt', 'CreateEventTrigStmt', 'AlterEventTrigStmt', 'AlterDefaultPrivilegesStmt',
  'CreateRoleStmt', 'DropRoleStmt', 'GrantRoleStmt', 'CreateFdwStmt', 'CreateForeignServerStmt', 'CreateUserMappingStmt', 'DropUserMappingStmt', 'CreateCastStmt', 'CreateConversionStmt',
  'CreatePLangStmt', 'CreateAmStmt', 'CreateTransformStmt', 'CreateOpFamilyStmt', 'CreateOpClassStmt', 'AlterOpFamilyStmt', 'AlterOperatorStmt', 'AlterTypeStmt',
  'AlterTSDictionaryStmt', 'AlterTSConfigurationStmt', 'ImportForeignSchemaStmt', 'DropOwnedStmt', 'ReassignOwnedStmt', 'AlterTableMoveAllStmt', 'AlterTableStmt',
  'CreateTableSpaceStmt', 'DropTableSpaceStmt', 'AlterTableSpaceOptionsStmt',
]);

const seenObjects = new Set([
  'OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_INDEX', 'OBJECT_SEQUENCE', 'OBJECT_COLUMN', 'OBJECT_TABCONSTRAINT', 'OBJECT_SCHEMA', 'OBJECT_TYPE', 'OBJECT_DOMAIN',
  'OBJECT_DOMCONSTRAINT', 'OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_AGGREGATE', 'OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE', 'OBJECT_ATTRIBUTE',
  'OBJECT_STATISTIC_EXT', 'OBJECT_PUBLICATION', 'OBJECT_EVENT_TRIGGER', 'OBJECT_EXTENSION', 'OBJECT_FOREIGN_TABLE', 'OBJECT_DEFACL',
  'OBJECT_CAST', 'OBJECT_OPERATOR', 'OBJECT_OPFAMILY', 'OBJECT_OPCLASS', 'OBJECT_ACCESS_METHOD', 'OBJECT_LANGUAGE', 'OBJECT_TRANSFORM', 'OBJECT_COLLATION', 'OBJECT_CONVERSION',
  'OBJECT_TSPARSER', 'OBJECT_TSTEMPLATE', 'OBJECT_TSDICTIONARY', 'OBJECT_TSCONFIGURATION', 'OBJECT_FDW', 'OBJECT_FOREIGN_SERVER', 'OBJECT_SUBSCRIPTION', 'OBJECT_ROLE', 'OBJECT_TABLESPACE', 'OBJECT_PARAMETER_ACL',
]);

/** The inverse of a statement that left the catalog as it was: nothing, what its words say, or that it cannot be known. */
export function invertUnseen(statement: Statement): Inverse {
  if (passing.has(statement.kind) || seen.has(statement.kind) || isSeen(statement)) return nothing;
  const undo = creations[statement.kind]?.(statement) ?? null;
  if (undo !== null) return exact(undo);
  if (versions.has(statement.kind)) return because(['The version of the collation stays as it was refreshed; it tells by which rules indexes were built, and no former one fits them.'], []);
  return { kind: 'impossible', reason: reasonOf(statement) };
}

function isSeen({ kind, node }: Statement): boolean {
  const type = text(node, 'objtype') ?? text(node, 'removeType') ?? text(node, 'renameType') ?? text(node, 'objectType') ?? text(node, 'kind') ?? '';
  if (kind === 'AlterSubscriptionStmt') return type !== 'ALTER_SUBSCRIPTION_CONNECTION' && type !== 'ALTER_SUBSCRIPTION_SKIP';
  if (kind === 'AlterRoleStmt') return !changesSecret({ kind, node });
  return ['CommentStmt', 'DropStmt', 'GrantStmt', 'RenameStmt', 'AlterObjectSchemaStmt', 'AlterOwnerStmt', 'DefineStmt'].includes(kind) && seenObjects.has(type);
}

const versions = new Set(['AlterCollationStmt', 'AlterDatabaseRefreshCollStmt']);

function reasonOf(statement: Statement): string {
  if (changesSecret(statement)) return formerSecret;
  return reasons[statement.kind] ?? 'This changed something that no snapshot of the catalog tells, so its former state is not known.';
}

const reasons: Readonly<Record<string, string>> = {
  AlterSubscriptionStmt: 'The former connection is not known, because it may hold a password and is never read.',
  AlterSystemStmt: 'The server keeps this in a file of its own, whose former content is not known: ALTER SYSTEM RESET takes it back where nothing was set before.',
  AlterDatabaseSetStmt: 'This is about another database, whose former settings are not known.',
  AlterRoleSetStmt: 'This is about another database, whose former settings are not known.',
  DropdbStmt: 'Another database with everything in it is gone.',
  AlterDatabaseStmt: 'This is about another database, whose former state is not known.',
  SecLabelStmt: 'The provider of the label tells nothing of the former one.',
};

/** What undoes the creation of objects that lie outside the database, from the words alone. */
const creations: Readonly<Record<string, (statement: Statement) => string | null>> = {
  CreatedbStmt: ({ node }) => `DROP DATABASE IF EXISTS ${quoteIdentifier(text(node, 'dbname') ?? '')}`,
};
