import type { SchemaObject } from '../../model/snapshot.ts';
import { listOf, child, text, words } from '../../sql/walk.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/names.ts';
import { definitionOf } from '../definition.ts';
import type { Altered, Change } from './change.ts';

/** Publications and options in place: its connection is not read, so that it could not be made anew. */
export function changeSubscription({ now, was }: Altered): Change {
  const [from, to] = [parts(now), parts(was)];
  const alter = `ALTER SUBSCRIPTION ${was.name}`;
  const settable = [...to.options].filter(([name, value]) => name !== 'connect' && name !== 'enabled' && from.options.get(name) !== value);
  return {
    statements: [
      ...(from.publications === to.publications ? [] : [`${alter} SET PUBLICATION ${to.publications} WITH (refresh = false)`]),
      ...(settable.length === 0 ? [] : [`${alter} SET (${settable.map(([name, value]) => `${name} = ${value}`).join(', ')})`]),
      ...(from.options.get('enabled') === to.options.get('enabled') ? [] : [`${alter} ${to.options.get('enabled') === 'true' ? 'ENABLE' : 'DISABLE'}`]),
    ],
    reasons: [],
  };
}

/** A subscription with a slot is dropped in a transaction only when it lets go of it (manual, DROP SUBSCRIPTION); the slot then stays on the publisher. */
export function dropSubscription({ name }: SchemaObject): readonly string[] {
  return [`ALTER SUBSCRIPTION ${name} DISABLE`, `ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`, `DROP SUBSCRIPTION IF EXISTS ${name}`];
}

interface Parts {
  readonly publications: string;
  readonly options: ReadonlyMap<string, string>;
}

function parts(subscription: SchemaObject): Parts {
  const { node } = definitionOf(subscription).main;
  return {
    publications: words(node['publication']).map(quoteIdentifier).join(', '),
    options: new Map(listOf(node['options'], 'DefElem').map((each) => [text(each, 'defname') ?? '', valueOf(each)])),
  };
}

function valueOf(option: Readonly<Record<string, unknown>>): string {
  const value = text(child(child(option, 'arg') ?? {}, 'String') ?? {}, 'sval') ?? 'true';
  return /^(true|false|none)$/i.test(value) ? value : quoteLiteral(value);
}
