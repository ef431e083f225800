import type { AstNode } from '../../model/statement.ts';
import { quoteIdentifier, relationName, writeName } from '../../sql/names.ts';
import { listOf, nodes, text, words } from '../../sql/walk.ts';
import { listed } from './dependants.ts';
import { nameOfWords } from './names.ts';

export function isToPublic(grant: AstNode): boolean {
  return listOf(grant['grantees'], 'RoleSpec').some((each) => text(each, 'roletype') === 'ROLESPEC_PUBLIC');
}

/** Who gets it, as a message names them. */
export function granteesOf(grant: AstNode): string {
  return listed(listOf(grant['grantees'], 'RoleSpec').map((each) => (text(each, 'roletype') === 'ROLESPEC_PUBLIC' ? 'PUBLIC' : quoteIdentifier(text(each, 'rolename') ?? 'the current role'))));
}

/** `SELECT and INSERT`; ALL where nothing is listed. */
export function privilegesOf(grant: AstNode): string {
  const given = listOf(grant['privileges'], 'AccessPriv').map((each) => (text(each, 'priv_name') ?? '').toUpperCase());
  return given.length === 0 ? 'ALL' : listed(given);
}

/** `the tables a and b`, `all tables in schema app`. */
export function objectsOf(grant: AstNode): string {
  const kind = kinds[text(grant, 'objtype') ?? ''] ?? ['object', 'objects'];
  const objects = nodes(grant['objects']);
  const names = objects.map(({ kind: type, node }) => (type === 'RangeVar' ? writeName(relationName(node)) : type === 'String' ? quoteIdentifier(text(node, 'sval') ?? '') : type === 'ObjectWithArgs' ? writeName(nameOfWords(words(node['objname']))) : ''));
  if (text(grant, 'targtype') === 'ACL_TARGET_ALL_IN_SCHEMA') return `all ${kind[1]} of ${listed(names)}`;
  return `the ${names.length === 1 ? kind[0] : kind[1]} ${listed(names)}`;
}

const kinds: Readonly<Record<string, readonly [string, string]>> = {
  OBJECT_TABLE: ['table', 'tables'], OBJECT_SEQUENCE: ['sequence', 'sequences'], OBJECT_SCHEMA: ['schema', 'schemas'], OBJECT_DATABASE: ['database', 'databases'],
  OBJECT_FUNCTION: ['function', 'functions'], OBJECT_PROCEDURE: ['procedure', 'procedures'], OBJECT_ROUTINE: ['routine', 'routines'],
  OBJECT_FOREIGN_SERVER: ['server', 'servers'], OBJECT_FDW: ['foreign-data wrapper', 'foreign-data wrappers'], OBJECT_TABLESPACE: ['tablespace', 'tablespaces'],
  OBJECT_LARGEOBJECT: ['large object', 'large objects'], OBJECT_PARAMETER_ACL: ['parameter', 'parameters'],
};

/** PUBLIC may use these anyway, unless somebody took it away (manual 5.8). */
export const openAnyway: ReadonlySet<string> = new Set(['OBJECT_TYPE', 'OBJECT_DOMAIN', 'OBJECT_LANGUAGE', 'OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE']);
