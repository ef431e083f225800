import type { SchemaObject } from '../../model/snapshot.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { child, listOf, text } from '../../sql/walk.ts';
import { definitionOf } from '../definition.ts';

/** A role keeps its password only when it is altered. Attributes that its definition does not name go back to what is usual. */
export function changeRole(now: SchemaObject, was: SchemaObject): readonly string[] {
  const [from, to] = [attributes(now), attributes(was)];
  const back = [...from.keys()].filter((name) => !to.has(name)).map((name) => usual[name] ?? '');
  return [`ALTER ROLE ${was.name} ${[...back, ...to.values()].join(' ')}`];
}

/** `admins TO anna`, and with the words of REVOKE. */
export function revokeMembership(membership: SchemaObject): string {
  const { node } = definitionOf(membership).main;
  const roles = listOf(node['granted_roles'], 'AccessPriv').map((each) => quoteIdentifier(text(each, 'priv_name') ?? ''));
  const members = listOf(node['grantee_roles'], 'RoleSpec').map((each) => quoteIdentifier(text(each, 'rolename') ?? ''));
  return `REVOKE ${roles.join(', ')} FROM ${members.join(', ')}`;
}

/** True for a role that may have a password, which no snapshot holds. */
export function canLogIn(role: SchemaObject): boolean {
  return attributes(role).has('canlogin');
}

const usual: Readonly<Record<string, string>> = {
  superuser: 'NOSUPERUSER', createdb: 'NOCREATEDB', createrole: 'NOCREATEROLE', inherit: 'INHERIT', canlogin: 'NOLOGIN', isreplication: 'NOREPLICATION', bypassrls: 'NOBYPASSRLS',
  connectionlimit: 'CONNECTION LIMIT -1', validUntil: `VALID UNTIL 'infinity'`,
};

/** By the parser's name of each attribute: its words. */
function attributes(role: SchemaObject): ReadonlyMap<string, string> {
  return new Map(listOf(definitionOf(role).main.node['options'], 'DefElem').map((each) => {
    const name = text(each, 'defname') ?? '';
    const value = child(each, 'arg') ?? {};
    const number = child(value, 'Integer');
    if (name === 'connectionlimit') return [name, `CONNECTION LIMIT ${typeof number?.['ival'] === 'number' ? String(number['ival']) : '0'}`];
    if (name === 'validUntil') return [name, `VALID UNTIL '${text(child(value, 'String') ?? {}, 'sval') ?? ''}'`];
    return [name, name === 'inherit' ? 'NOINHERIT' : (usual[name] ?? '').slice('NO'.length)];
  }));
}
