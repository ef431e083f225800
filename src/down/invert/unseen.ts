import type { Statement } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { listOf, nodes, text, words } from '../../sql/walk.ts';
import { exact, nothing, type Inverse } from '../inverse.ts';

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
]);

const seenObjects = new Set([
  'OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_INDEX', 'OBJECT_SEQUENCE', 'OBJECT_COLUMN', 'OBJECT_TABCONSTRAINT', 'OBJECT_SCHEMA', 'OBJECT_TYPE', 'OBJECT_DOMAIN',
  'OBJECT_DOMCONSTRAINT', 'OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_AGGREGATE', 'OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE', 'OBJECT_ATTRIBUTE',
  'OBJECT_STATISTIC_EXT', 'OBJECT_PUBLICATION', 'OBJECT_EVENT_TRIGGER', 'OBJECT_EXTENSION', 'OBJECT_FOREIGN_TABLE', 'OBJECT_DEFACL',
]);

/** Objects that carry comments of their own in a snapshot; those of extensions, of domain constraints and of attributes are left out. */
const withoutComment = new Set(['OBJECT_EXTENSION', 'OBJECT_DOMCONSTRAINT', 'OBJECT_ATTRIBUTE']);

/** The inverse of a statement that left the catalog as it was: nothing, what its words say, or that it cannot be known. */
export function invertUnseen(statement: Statement): Inverse {
  if (passing.has(statement.kind) || seen.has(statement.kind) || isSeen(statement)) return nothing;
  const undo = creations[statement.kind]?.(statement) ?? null;
  if (undo !== null) return exact(undo);
  return { kind: 'impossible', reason: 'This changed something that no snapshot of the catalog tells, so its former state is not known.' };
}

function isSeen({ kind, node }: Statement): boolean {
  const type = text(node, 'objtype') ?? text(node, 'removeType') ?? text(node, 'renameType') ?? text(node, 'objectType') ?? text(node, 'kind') ?? '';
  if (kind === 'CommentStmt') return seenObjects.has(type) && !withoutComment.has(type);
  // Statistics of index columns are the one thing about a relation that no snapshot holds.
  if (kind === 'AlterTableStmt') return type !== 'OBJECT_INDEX' || listOf(node['cmds'], 'AlterTableCmd').every((each) => each['subtype'] !== 'AT_SetStatistics');
  return ['DropStmt', 'GrantStmt', 'RenameStmt', 'AlterObjectSchemaStmt', 'AlterOwnerStmt', 'DefineStmt'].includes(kind) && seenObjects.has(type);
}

/** What undoes the creation of objects that snapshots do not hold, from the words alone. */
const creations: Readonly<Record<string, (statement: Statement) => string | null>> = {
  CreateRoleStmt: ({ node }) => `DROP ROLE IF EXISTS ${quoteIdentifier(text(node, 'role') ?? '')}`,
  GrantRoleStmt: (statement) => swapMembership(statement),
  CreateFdwStmt: ({ node }) => `DROP FOREIGN DATA WRAPPER IF EXISTS ${quoteIdentifier(text(node, 'fdwname') ?? '')}`,
  CreateForeignServerStmt: ({ node }) => (node['if_not_exists'] === true ? null : `DROP SERVER IF EXISTS ${quoteIdentifier(text(node, 'servername') ?? '')}`),
  CreateUserMappingStmt: (statement) => (statement.node['if_not_exists'] === true ? null : `DROP USER MAPPING IF EXISTS FOR ${between(statement, 'FOR', ['OPTIONS'])}`),
  CreateCastStmt: (statement) => `DROP CAST IF EXISTS ${between(statement, 'CAST', ['WITH', 'WITHOUT'])}`,
  CreateConversionStmt: ({ node }) => `DROP CONVERSION IF EXISTS ${dotted(node['conversion_name'])}`,
  CreatePLangStmt: ({ node }) => (node['replace'] === true ? null : `DROP LANGUAGE IF EXISTS ${quoteIdentifier(text(node, 'plname') ?? '')}`),
  CreateAmStmt: ({ node }) => `DROP ACCESS METHOD IF EXISTS ${quoteIdentifier(text(node, 'amname') ?? '')}`,
  CreateOpFamilyStmt: ({ node }) => `DROP OPERATOR FAMILY IF EXISTS ${dotted(node['opfamilyname'])} USING ${quoteIdentifier(text(node, 'amname') ?? '')}`,
  CreateOpClassStmt: ({ node }) => `DROP OPERATOR CLASS IF EXISTS ${dotted(node['opclassname'])} USING ${quoteIdentifier(text(node, 'amname') ?? '')}`,
  DefineStmt: (statement) => undefine(statement),
  RenameStmt: () => null,
};

function swapMembership(statement: Statement): string | null {
  const tokens = statementTokens(statement);
  const grants = isKeyword(tokens[0], 'GRANT');
  const link = tokens.find((each) => isKeyword(each, grants ? 'TO' : 'FROM'));
  if (tokens[0] === undefined || link === undefined || tokens.some((each) => isKeyword(each, 'OPTION'))) return null;
  const stop = tokens.find((each) => each.start > link.end && (isKeyword(each, 'WITH') || isKeyword(each, 'GRANTED')))?.start;
  return `${grants ? 'REVOKE' : 'GRANT'}${statement.text.slice(tokens[0].end, link.start)}${grants ? 'FROM' : 'TO'}${statement.text.slice(link.end, stop).trimEnd()}`;
}

const defined: Readonly<Record<string, string>> = {
  OBJECT_COLLATION: 'COLLATION', OBJECT_TSDICTIONARY: 'TEXT SEARCH DICTIONARY', OBJECT_TSCONFIGURATION: 'TEXT SEARCH CONFIGURATION',
  OBJECT_TSTEMPLATE: 'TEXT SEARCH TEMPLATE', OBJECT_TSPARSER: 'TEXT SEARCH PARSER',
};

function undefine({ node }: Statement): string | null {
  const kind = text(node, 'kind') ?? '';
  if (node['if_not_exists'] === true || node['replace'] === true) return null;
  if (kind !== 'OBJECT_OPERATOR') return defined[kind] === undefined ? null : `DROP ${defined[kind]} IF EXISTS ${dotted(node['defnames'])}`;
  const sides = ['leftarg', 'rightarg'].map((side) => typeIn(listOf(node['definition'], 'DefElem').find((each) => text(each, 'defname') === side)));
  const names = words(node['defnames']);
  const operator = [...names.slice(0, -1).map(quoteIdentifier), names.at(-1) ?? ''].join('.');
  return `DROP OPERATOR IF EXISTS ${operator} (${sides.join(', ')})`;
}

function typeIn(option: Readonly<Record<string, unknown>> | undefined): string {
  const type = nodes([option?.['arg']]).find((each) => each.kind === 'TypeName')?.node;
  return type === undefined ? 'NONE' : words(type['names']).map(quoteIdentifier).join('.') + (type['arrayBounds'] === undefined ? '' : '[]');
}

function dotted(names: unknown): string {
  return words(names).map(quoteIdentifier).join('.');
}

/** The text after one key word and before the first of others, or to the end. */
function between(statement: Statement, from: string, to: readonly string[]): string {
  const tokens = statementTokens(statement);
  const start = tokens.find((each) => isKeyword(each, from))?.end ?? 0;
  const stop = tokens.find((each) => each.start >= start && to.some((word) => isKeyword(each, word)))?.start;
  return statement.text.slice(start, stop).trim();
}
