import type { AstNode } from '../../model/statement.ts';
import type { CreatedRelation, Effects, RelationLock } from '../effects.ts';
import { listName, relationName, type QualifiedName } from '../names.ts';
import { child, listOf, nodes, text } from '../walk.ts';
import type { KnownIndex } from '../known-table.ts';
import { addedColumn } from './columns.ts';
import { addedConstraint, columnConstraints, constraintIndexes } from './constraints.ts';
import { lock, lockEach, lockName, typeLock } from './locks.ts';
import { reads } from './queries.ts';
import { viewColumns } from './views.ts';
import { ofOnly } from './work.ts';

/** A new table locks what it refers to: referenced tables, its partition parent, the tables that it inherits from or is LIKE. */
export function createTable(node: AstNode): Partial<Effects> {
  const relation = child(node, 'relation');
  if (relation === null) return {};
  const name = relationName(relation);
  const isPartition = child(node, 'partbound') !== null;
  const elements = nodes(node['tableElts']);
  const columns = elements.filter((each) => each.kind === 'ColumnDef').map((each) => each.node);
  const constraints = elements.filter((each) => each.kind === 'Constraint').map((each) => each.node);
  const likes = elements.filter((each) => each.kind === 'TableLikeClause').map((each) => each.node);
  const locks: readonly RelationLock[] = [
    ...lockEach(listOf(node['inhRelations'], 'RangeVar'), isPartition ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE'),
    ...typeLock(child(node, 'ofTypename')),
    ...likes.flatMap((each) => lock(child(each, 'relation'), 'ACCESS SHARE')),
    ...[...constraints, ...columns.flatMap((each) => listOf(each['constraints'], 'Constraint'))].flatMap(referencedLock),
  ];
  const parent = isPartition ? listOf(node['inhRelations'], 'RangeVar')[0] : undefined;
  const added = [...constraints.map((each) => addedConstraint(name, each, null)).filter((each) => each !== null), ...columns.flatMap((each) => columnConstraints(name, each))];
  const isPartly = likes.length > 0 || Array.isArray(node['inhRelations']) || child(node, 'ofTypename') !== null;
  const table: CreatedRelation = {
    name, kind: 'table', table: null, ifNotExists: node['if_not_exists'] === true, partitioned: child(node, 'partspec') !== null,
    ...(parent === undefined ? {} : { partitionOf: relationName(parent) }),
    ...(child(node, 'partbound')?.['is_default'] === true ? { isDefault: true } : {}),
    ...(isPartly ? { isPartly: true } : {}),
  };
  return {
    // A foreign key of a table to itself locks nothing that exists before.
    locks: locks.filter((each) => each.relation.name !== name.name || each.relation.schema !== name.schema),
    furtherLocks: isPartition ? 'ACCESS EXCLUSIVE on the default partition, when the parent has one' : null,
    scan: isPartition ? { kind: 'depends', reason: 'a default partition is read to prove that none of its rows belong to the new one' } : { kind: 'no' },
    created: [table, ...added.flatMap(constraintIndexes)],
    columnsAdded: columns.map((each) => addedColumn(name, each)),
    constraintsAdded: added,
  };
}

/** The lock that a FOREIGN KEY constraint takes on the table it references (manual, ALTER TABLE). */
export function referencedLock(constraint: AstNode): readonly RelationLock[] {
  return text(constraint, 'contype') === 'CONSTR_FOREIGN' ? lock(child(constraint, 'pktable'), 'SHARE ROW EXCLUSIVE') : [];
}

export function createTableAs(node: AstNode): Partial<Effects> {
  const relation = child(child(node, 'into') ?? {}, 'rel');
  const kind = text(node, 'objtype') === 'OBJECT_MATVIEW' ? 'materialized view' : 'table';
  const locks = reads(node['query']);
  return {
    locks,
    created: relation === null ? [] : [{ name: relationName(relation), kind, table: null, ifNotExists: node['if_not_exists'] === true, isPartly: true, ...(kind === 'table' ? {} : { reads: namesOf(locks), ...emptiness(node) }) }],
  };
}

/** WITH NO DATA leaves a materialized view that nobody can read before a REFRESH (manual, CREATE MATERIALIZED VIEW). */
function emptiness(node: AstNode): Pick<CreatedRelation, 'isUnpopulated'> {
  return child(node, 'into')?.['skipData'] === true ? { isUnpopulated: true } : {};
}

/** CREATE OR REPLACE locks the view it replaces, when there is one, as ALTER would. */
export function createView(node: AstNode): Partial<Effects> {
  const view = child(node, 'view');
  const locks = reads(node['query']);
  return {
    locks,
    furtherLocks: node['replace'] === true ? 'ACCESS EXCLUSIVE on the view, when it exists already' : null,
    created: view === null ? [] : [{ name: relationName(view), kind: 'view', table: null, ...viewColumns(node), reads: namesOf(locks) }],
  };
}

function namesOf(locks: readonly RelationLock[]): readonly QualifiedName[] {
  return locks.map((each) => each.relation);
}

export function createIndex(node: AstNode): Partial<Effects> {
  const relation = child(node, 'relation');
  if (relation === null) return {};
  const table = relationName(relation);
  const concurrent = node['concurrent'] === true;
  const index = text(node, 'idxname');
  return {
    locks: lock(relation, concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE'),
    scan: ofOnly(relation, { kind: 'yes', reason: concurrent ? 'the table is read twice to build the index, while writes go on' : 'the whole table is read to build the index' }),
    created: index === null ? [] : [{ name: { schema: table.schema, name: index }, kind: 'index', table, ifNotExists: node['if_not_exists'] === true, index: indexFacts(index, node) }],
    outsideOnly: concurrent ? 'CREATE INDEX CONCURRENTLY' : null,
  };
}

/** What an index is like, by its CREATE INDEX. */
export function indexFacts(name: string, node: AstNode): KnownIndex {
  const columns = listOf(node['indexParams'], 'IndexElem').map((each) => text(each, 'name'));
  return { name, columns, unique: node['unique'] === true, method: text(node, 'accessMethod') ?? 'btree', partial: child(node, 'whereClause') !== null, plain: isPlain(node), constraint: null };
}

function isPlain(node: AstNode): boolean {
  const special = ['indexIncludingParams', 'options', 'nulls_not_distinct'].some((field) => node[field] !== undefined);
  return !special && listOf(node['indexParams'], 'IndexElem').every((each) => each['opclass'] === undefined && each['collation'] === undefined && each['ordering'] === 'SORTBY_DEFAULT' && each['nulls_ordering'] === 'SORTBY_NULLS_DEFAULT');
}

export function createSequence(node: AstNode): Partial<Effects> {
  const sequence = child(node, 'sequence');
  return sequence === null ? {} : { locks: owner(node), created: [{ name: relationName(sequence), kind: 'sequence', table: null, ifNotExists: node['if_not_exists'] === true }] };
}

export function alterSequence(node: AstNode): Partial<Effects> {
  return { locks: [...lock(child(node, 'sequence'), 'SHARE ROW EXCLUSIVE'), ...owner(node)] };
}

/** The table of OWNED BY; NONE has no column. */
function owner(node: AstNode): readonly RelationLock[] {
  const names = listOf(listOf(node['options'], 'DefElem').filter((each) => text(each, 'defname') === 'owned_by').map((each) => child(child(each, 'arg') ?? {}, 'List')?.['items']).flat(), 'String');
  return names.length < 2 ? [] : [lockName(listName(names.slice(0, -1).map((each) => ({ String: each }))), 'ACCESS SHARE')];
}
