import type { SchemaObject } from '../../model/snapshot.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/names.ts';
import { child, listOf, text } from '../../sql/walk.ts';
import { definitionOf, fragment, localName } from '../definition.ts';
import type { Altered, Change } from './change.ts';

/** Wrappers, servers, user mappings and foreign tables, whose options can be altered while others depend on them. Null where more differs. */
export function changeForeign({ now, was }: Altered): Change | null {
  const [from, to] = [definitionOf(now).main.node, definitionOf(was).main.node];
  const without = (node: typeof from): string => JSON.stringify({ ...node, options: null, version: null }).replaceAll(/"(location|stmt_len)":\d+/g, '');
  if (without(from) !== without(to)) return null;
  const [version, former] = [text(from, 'version'), text(to, 'version')];
  // A version can be changed, but not taken away (manual, ALTER SERVER).
  if (version !== former && former === null) return null;
  const words = [...(version === former || former === null ? [] : [`VERSION ${quoteLiteral(former)}`]), ...changedOptions(from['options'], to['options'])];
  return { statements: words.length === 0 ? [] : [`${altering(was)} ${words.join(' ')}`], reasons: [] };
}

/** The options of one column of a foreign table. */
export function changeColumnOptions(now: SchemaObject, was: SchemaObject): readonly string[] {
  const words = changedOptions(fragment(now)?.node['fdwoptions'], fragment(was)?.node['fdwoptions']);
  return words.map((each) => `ALTER FOREIGN TABLE ${was.table ?? ''} ALTER COLUMN ${localName(was)} ${each}`);
}

function altering({ kind, name }: SchemaObject): string {
  return kind === 'table' ? `ALTER FOREIGN TABLE ${name}` : `ALTER ${kind.toUpperCase()} ${name}`;
}

/** `OPTIONS (SET a '1', ADD b '2', DROP c)`, or nothing. */
function changedOptions(from: unknown, to: unknown): readonly string[] {
  const [now, was] = [optionsOf(from), optionsOf(to)];
  const parts = [
    ...[...now.keys()].filter((name) => !was.has(name)).map((name) => `DROP ${quoteIdentifier(name)}`),
    ...[...was].filter(([name, value]) => now.get(name) !== value).map(([name, value]) => `${now.has(name) ? 'SET' : 'ADD'} ${quoteIdentifier(name)} ${quoteLiteral(value)}`),
  ];
  return parts.length === 0 ? [] : [`OPTIONS (${parts.join(', ')})`];
}

function optionsOf(options: unknown): ReadonlyMap<string, string> {
  return new Map(listOf(options, 'DefElem').map((each) => [text(each, 'defname') ?? '', text(child(child(each, 'arg') ?? {}, 'String') ?? {}, 'sval') ?? '']));
}
