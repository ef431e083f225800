import { strength, type LockMode } from '../../model/lock.ts';
import type { AstNode } from '../../model/statement.ts';
import type { AddedConstraint, Effects, RelationLock, Work } from '../effects.ts';
import { relationName, type QualifiedName } from '../names.ts';
import { child, listOf, text, unwrap } from '../walk.ts';
import { addColumnRewrite, addColumnScan, addedColumn, columnChange } from './columns.ts';
import { addedConstraint, columnConstraints, constraintIndexes } from './constraints.ts';
import { referencedLock } from './create.ts';
import { lock, typeLock } from './locks.ts';
import { heaviest, ofOnly } from './work.ts';

/** One ALTER TABLE takes the strongest lock that any of its commands needs (manual, ALTER TABLE). */
export function alterTable(node: AstNode): Partial<Effects> {
  const relation = child(node, 'relation');
  if (relation === null) return {};
  const table = relationName(relation);
  const commands = listOf(node['cmds'], 'AlterTableCmd');
  const hasRows = holdsRows.has(text(node, 'objtype') ?? '');
  const strongest = commands.map(lockOf).reduce<LockMode>((most, each) => (strength(each) > strength(most) ? each : most), 'ACCESS SHARE');
  return {
    locks: [...lock(relation, strongest), ...commands.flatMap(otherLocks)],
    furtherLocks: furtherOf(text(node, 'objtype') ?? '', commands) ?? commands.map(furtherLocks).find((each) => each !== null) ?? null,
    rewrite: hasRows ? heaviest(commands.map(rewriteOf)) : { kind: 'no' },
    scan: hasRows ? ofOnly(relation, heaviest(commands.map(scanOf))) : { kind: 'no' },
    ...changes(table, commands),
  };
}

/** ALTER TYPE, ALTER VIEW and ALTER FOREIGN TABLE touch no rows. */
const holdsRows = new Set(['OBJECT_TABLE', 'OBJECT_MATVIEW', 'OBJECT_INDEX']);

function furtherOf(objtype: string, commands: readonly AstNode[]): string | null {
  if (objtype === 'OBJECT_INDEX' && commands.some((each) => text(each, 'subtype') === 'AT_AttachPartition')) return 'ACCESS SHARE on the tables of both indexes';
  if (objtype === 'OBJECT_TYPE') return 'ACCESS EXCLUSIVE on the tables OF the type, with CASCADE';
  return null;
}

/** What the commands leave to the statements after them. */
function changes(table: QualifiedName, commands: readonly AstNode[]): Partial<Effects> {
  const parts = commands.map((command) => changeOf(table, command));
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  return {
    created: parts.flatMap((part) => part.created ?? []),
    renamed: parts.flatMap((part) => part.renamed ?? []),
    columnsAdded: parts.flatMap((part) => part.columnsAdded ?? []),
    columnsRetyped: parts.flatMap((part) => part.columnsRetyped ?? []),
    columnsAltered: parts.flatMap((part) => part.columnsAltered ?? []),
    columnsDropped: parts.flatMap((part) => part.columnsDropped ?? []),
    constraintsAdded: parts.flatMap((part) => part.constraintsAdded ?? []),
    constraintsDropped: parts.flatMap((part) => part.constraintsDropped ?? []),
    validated: parts.flatMap((part) => part.validated ?? []),
    partitionsAttached: parts.flatMap((part) => part.partitionsAttached ?? []),
    partitionsDetached: parts.flatMap((part) => part.partitionsDetached ?? []),
    rowSecurity: parts.flatMap((part) => part.rowSecurity ?? []),
    outsideOnly: parts.find((part) => part.outsideOnly != null)?.outsideOnly ?? null,
  };
}

function changeOf(table: QualifiedName, command: AstNode): Partial<Effects> {
  const name = text(command, 'name') ?? '';
  const definition = definitionOf(command);
  switch (text(command, 'subtype')) {
    case 'AT_AddColumn': {
      const constraints = columnConstraints(table, definition);
      return { columnsAdded: [addedColumn(table, definition)], constraintsAdded: constraints, created: constraints.flatMap(constraintIndexes) };
    }
    case 'AT_AlterColumnType':
      return { columnsRetyped: [{ ...columnChange(table, definition), column: name }] };
    case 'AT_DropColumn':
      return { columnsDropped: [{ table, column: name }] };
    case 'AT_AddConstraint': {
      const constraint = addedConstraint(table, definition, null);
      return constraint === null ? {} : { constraintsAdded: [constraint], created: constraintIndexes(constraint), renamed: takenIndex(constraint) };
    }
    case 'AT_DropConstraint':
      return { constraintsDropped: [{ table, constraint: name }] };
    case 'AT_SetNotNull':
    case 'AT_DropNotNull':
      return { columnsAltered: [{ table, column: name, notNull: text(command, 'subtype') === 'AT_SetNotNull' }] };
    case 'AT_ColumnDefault':
      return { columnsAltered: [{ table, column: name, filled: child(command, 'def') === null ? null : 'default' }] };
    case 'AT_AddIdentity':
    case 'AT_DropIdentity':
      return { columnsAltered: [{ table, column: name, filled: text(command, 'subtype') === 'AT_AddIdentity' ? 'identity' : null }] };
    case 'AT_ValidateConstraint':
      return { validated: [{ table, constraint: name }] };
    case 'AT_EnableRowSecurity':
    case 'AT_DisableRowSecurity':
      return { rowSecurity: [{ table, enabled: text(command, 'subtype') === 'AT_EnableRowSecurity' }] };
    case 'AT_ForceRowSecurity':
    case 'AT_NoForceRowSecurity':
      return { rowSecurity: [{ table, forced: text(command, 'subtype') === 'AT_ForceRowSecurity' }] };
    case 'AT_AttachPartition':
    case 'AT_DetachPartition':
    case 'AT_DetachPartitionFinalize':
      return partitionChange(table, command);
    default:
      return {};
  }
}

function partitionChange(parent: QualifiedName, command: AstNode): Partial<Effects> {
  const definition = definitionOf(command);
  const relation = child(definition, 'name');
  if (relation === null) return {};
  const partition = relationName(relation);
  if (text(command, 'subtype') === 'AT_AttachPartition') return { partitionsAttached: [{ parent, partition, isDefault: child(definition, 'bound')?.['is_default'] === true }] };
  return { partitionsDetached: [{ parent, partition }], outsideOnly: definition['concurrent'] === true ? 'ALTER TABLE … DETACH PARTITION CONCURRENTLY' : null };
}

/** USING INDEX gives the index the constraint's name (manual, ALTER TABLE). */
function takenIndex({ table, usingIndex, facts }: AddedConstraint): Effects['renamed'] {
  if (usingIndex === null || usingIndex === facts.name) return [];
  return [{ from: { schema: table.schema, name: usingIndex }, to: { schema: table.schema, name: facts.name } }];
}

/** What a command's `def` holds: a `ColumnDef`, a `Constraint`, …; an empty node when it has none. */
export function definitionOf(command: AstNode): AstNode {
  return unwrap(command['def'])?.node ?? {};
}

/** Lock levels below ACCESS EXCLUSIVE; every command that is not here takes that (AlterTableGetLockLevel in PostgreSQL's tablecmds.c). */
const lighter: Readonly<Record<string, LockMode>> = {
  AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
  AT_SetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ClusterOn: 'SHARE UPDATE EXCLUSIVE',
  AT_DropCluster: 'SHARE UPDATE EXCLUSIVE',
  AT_ValidateConstraint: 'SHARE UPDATE EXCLUSIVE',
  AT_AttachPartition: 'SHARE UPDATE EXCLUSIVE',
  AT_DetachPartitionFinalize: 'SHARE UPDATE EXCLUSIVE',
  AT_SetRelOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetRelOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_EnableTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableAlwaysTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableReplicaTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigUser: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrig: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigUser: 'SHARE ROW EXCLUSIVE',
};

/** Storage parameters that readers and writers must agree on take the strongest lock (reloptions.c). */
const strictOptions = new Set(['user_catalog_table', 'security_barrier', 'security_invoker', 'check_option']);

function lockOf(command: AstNode): LockMode {
  const subtype = text(command, 'subtype') ?? '';
  if (subtype === 'AT_AddConstraint' && text(definitionOf(command), 'contype') === 'CONSTR_FOREIGN') return 'SHARE ROW EXCLUSIVE';
  if (subtype === 'AT_DetachPartition' && definitionOf(command)['concurrent'] === true) return 'SHARE UPDATE EXCLUSIVE';
  if (subtype === 'AT_SetRelOptions' || subtype === 'AT_ResetRelOptions') {
    const names = listOf(definitionOf(command)['items'], 'DefElem').map((each) => text(each, 'defname') ?? '');
    return names.some((name) => strictOptions.has(name)) ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE';
  }
  return lighter[subtype] ?? 'ACCESS EXCLUSIVE';
}

function otherLocks(command: AstNode): readonly RelationLock[] {
  const definition = definitionOf(command);
  switch (text(command, 'subtype')) {
    case 'AT_AddConstraint':
      return referencedLock(definition);
    case 'AT_AddColumn':
      return listOf(definition['constraints'], 'Constraint').flatMap(referencedLock);
    case 'AT_AttachPartition':
    case 'AT_DetachPartition':
      return lock(child(definition, 'name'), 'ACCESS EXCLUSIVE');
    case 'AT_AddInherit':
      return lock(definition, 'SHARE UPDATE EXCLUSIVE');
    case 'AT_DropInherit':
      return lock(definition, 'ACCESS SHARE');
    case 'AT_AddOf':
      return typeLock(definition);
    default:
      return [];
  }
}

function furtherLocks(command: AstNode): string | null {
  switch (text(command, 'subtype')) {
    case 'AT_ValidateConstraint':
      return 'ROW SHARE on the referenced table, when the constraint is a foreign key';
    case 'AT_DropConstraint':
      return `ACCESS EXCLUSIVE on the referenced table, when the constraint is a foreign key${cascades(command, ', and on the tables whose foreign keys refer to it')}`;
    case 'AT_DropColumn':
      return `ACCESS EXCLUSIVE on the referenced tables, when foreign keys use the column${cascades(command, ', and on the views and tables that depend on it')}`;
    case 'AT_AlterConstraint':
      return 'ACCESS EXCLUSIVE on the referenced table, when a foreign key becomes ENFORCED or NOT ENFORCED';
    case 'AT_AttachPartition':
    case 'AT_DetachPartition':
      return 'ACCESS EXCLUSIVE on the default partition, when the parent has one';
    default:
      return null;
  }
}

function cascades(command: AstNode, words: string): string {
  return text(command, 'behavior') === 'DROP_CASCADE' ? words : '';
}

function rewriteOf(command: AstNode): Work {
  switch (text(command, 'subtype')) {
    case 'AT_AddColumn':
      return addColumnRewrite(definitionOf(command));
    case 'AT_AlterColumnType':
      return { kind: 'depends', reason: 'unless the old values stay valid bit for bit, the table and its indexes are written anew' };
    case 'AT_SetLogged':
    case 'AT_SetUnLogged':
      return { kind: 'depends', reason: 'the table is written anew unless it is already of that kind' };
    case 'AT_SetTableSpace':
      return { kind: 'depends', reason: 'all its files are copied, unless they are in that tablespace already' };
    case 'AT_SetAccessMethod':
      return { kind: 'depends', reason: 'the table is written anew unless it uses that access method already' };
    case 'AT_SetExpression':
      return { kind: 'depends', reason: 'a stored generated column is computed anew for every row' };
    default:
      return { kind: 'no' };
  }
}

function scanOf(command: AstNode): Work {
  const definition = definitionOf(command);
  switch (text(command, 'subtype')) {
    case 'AT_AddColumn':
      return addColumnScan(definition);
    case 'AT_AddConstraint':
      return constraintScan(definition);
    case 'AT_SetNotNull':
      return { kind: 'depends', reason: 'every row is tested unless a valid CHECK (… IS NOT NULL) proves it' };
    case 'AT_ValidateConstraint':
      return { kind: 'depends', reason: 'every row is tested, unless the constraint is valid already' };
    case 'AT_AttachPartition':
      return { kind: 'depends', reason: 'the new partition is read unless a CHECK proves its bounds' };
    default:
      return { kind: 'no' };
  }
}

function constraintScan(constraint: AstNode): Work {
  if (text(constraint, 'indexname') !== null) {
    return text(constraint, 'contype') === 'CONSTR_PRIMARY' ? { kind: 'depends', reason: 'every row is tested when a key column may be null' } : { kind: 'no' };
  }
  switch (text(constraint, 'contype')) {
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
    case 'CONSTR_EXCLUSION':
      return { kind: 'yes', reason: 'an index over all rows is built' };
    case 'CONSTR_CHECK':
    case 'CONSTR_FOREIGN':
    case 'CONSTR_NOTNULL':
      return constraint['skip_validation'] === true || constraint['is_enforced'] !== true && constraint['contype'] !== 'CONSTR_NOTNULL' ? { kind: 'no' } : { kind: 'yes', reason: 'every row is tested' };
    default:
      return { kind: 'no' };
  }
}
