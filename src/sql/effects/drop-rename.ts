import type { AstNode } from '../../model/statement.ts';
import type { Effects, RelationLock } from '../effects.ts';
import { listName, relationName, type QualifiedName } from '../names.ts';
import { child, isNode, listOf, nodes, text, words } from '../walk.ts';
import { lock, lockName, lockTableOf } from './locks.ts';

const relations = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_SEQUENCE', 'OBJECT_FOREIGN_TABLE']);
const ofTable = new Set(['OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_POLICY']);

/** Every DROP takes ACCESS EXCLUSIVE on what it drops; DROP INDEX on the table too, unless CONCURRENTLY (manual, DROP INDEX). */
export function drop(node: AstNode): Partial<Effects> {
  const type = text(node, 'removeType') ?? '';
  const names = droppedNames(node);
  const cascades = node['behavior'] === 'DROP_CASCADE' ? 'ACCESS EXCLUSIVE on every relation that CASCADE drops or alters' : null;
  if (type === 'OBJECT_INDEX') return { ...dropIndex(names, node), furtherLocks: cascades };
  if (ofTable.has(type)) {
    const tables = listOf(node['objects'], 'List').map((each) => listName(listOfParts(each).slice(0, -1)));
    const policies = type === 'OBJECT_POLICY' ? listOf(node['objects'], 'List').map(listOfParts).map((parts) => ({ table: listName(parts.slice(0, -1)), policy: words(parts).at(-1) ?? '' })) : [];
    return { locks: tables.map((table) => lockName(table, 'ACCESS EXCLUSIVE')), policiesDropped: policies };
  }
  if (type === 'OBJECT_STATISTIC_EXT') return { furtherLocks: 'SHARE UPDATE EXCLUSIVE on the table of the statistics' };
  if (type === 'OBJECT_TYPE') return { furtherLocks: cascades ?? ofComposite };
  if (!relations.has(type)) return { furtherLocks: cascades };
  return {
    locks: names.map((name) => lockName(name, 'ACCESS EXCLUSIVE')),
    furtherLocks: cascades ?? (type === 'OBJECT_TABLE' ? 'ACCESS EXCLUSIVE on the tables that its foreign keys reference, and on what it is a partition of' : null),
    dropped: names,
  };
}

function dropIndex(names: readonly QualifiedName[], node: AstNode): Partial<Effects> {
  const concurrent = node['concurrent'] === true;
  const mode = concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  return {
    locks: names.flatMap((name): readonly RelationLock[] => [lockName(name, mode), lockTableOf(name, mode)]),
    dropped: names,
    outsideOnly: concurrent ? 'DROP INDEX CONCURRENTLY' : null,
  };
}

/** Such a type is a relation as well. */
export const ofComposite = 'ACCESS EXCLUSIVE on it, when it is a composite type';

/** The objects of a DROP: relations and most others are lists, types are `TypeName`, routines `ObjectWithArgs`, schemas single words. */
export function droppedNames(node: AstNode): readonly QualifiedName[] {
  return nodes(node['objects']).map(({ kind, node: each }) => {
    if (kind === 'TypeName') return lastTwo(words(each['names']));
    if (kind === 'ObjectWithArgs') return lastTwo(words(each['objname']));
    if (kind === 'String') return { schema: null, name: text(each, 'sval') ?? '' };
    return listName(listOfParts(each));
  });
}

function lastTwo(parts: readonly string[]): QualifiedName {
  return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' };
}

function listOfParts(list: AstNode): readonly AstNode[] {
  const items: unknown = list['items'];
  return Array.isArray(items) ? items.filter(isNode) : [];
}

/** ALTER INDEX … RENAME takes SHARE UPDATE EXCLUSIVE since PostgreSQL 12, every other rename ACCESS EXCLUSIVE. */
export function rename(node: AstNode): Partial<Effects> {
  const relation = child(node, 'relation');
  const type = text(node, 'renameType');
  if (relation === null) return type === 'OBJECT_TYPE' ? { furtherLocks: ofComposite } : {};
  const from = relationName(relation);
  const to = text(node, 'newname') ?? '';
  const column = text(node, 'subname');
  if (type === 'OBJECT_COLUMN' && column !== null) {
    return { locks: lock(relation, 'ACCESS EXCLUSIVE'), columnsRenamed: [{ table: from, column, to }] };
  }
  if (type === 'OBJECT_TABCONSTRAINT' && column !== null) {
    return { locks: lock(relation, 'ACCESS EXCLUSIVE'), constraintsRenamed: [{ table: from, constraint: column, to }] };
  }
  if (column !== null) return { locks: lock(relation, 'ACCESS EXCLUSIVE') };
  return {
    locks: lock(relation, type === 'OBJECT_INDEX' ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE'),
    renamed: [{ from, to: { schema: from.schema, name: to } }],
  };
}

export function setSchema(node: AstNode): Partial<Effects> {
  const relation = child(node, 'relation');
  if (relation === null) return {};
  const from = relationName(relation);
  return { locks: lock(relation, 'ACCESS EXCLUSIVE'), renamed: [{ from, to: { schema: text(node, 'newschema'), name: from.name } }] };
}

/** COMMENT takes SHARE UPDATE EXCLUSIVE on the relation it is about (manual, COMMENT), and only looks at the table of a trigger or constraint. */
export function comment(node: AstNode): Partial<Effects> {
  const parts = listOfParts(child(child(node, 'object') ?? {}, 'List') ?? {});
  if (parts.length === 0) return {};
  const type = text(node, 'objtype') ?? '';
  if (type === 'OBJECT_COLUMN') return { locks: [lockName(listName(parts.slice(0, -1)), 'SHARE UPDATE EXCLUSIVE')] };
  if (relations.has(type) || type === 'OBJECT_INDEX') return { locks: [lockName(listName(parts), 'SHARE UPDATE EXCLUSIVE')] };
  if (ofTable.has(type) || type === 'OBJECT_TABCONSTRAINT') return { locks: [lockName(listName(parts.slice(0, -1)), 'ACCESS SHARE')] };
  return {};
}
