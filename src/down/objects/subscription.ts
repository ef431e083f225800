import type { SchemaObject } from '../../model/snapshot.ts';
import { listOf, child, text, words } from '../../sql/walk.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/names.ts';
import { definitionOf } from '../definition.ts';
import type { Altered, Change } from './change.ts';

/** Publications and options in place: its connection is not read, so that it could not be made anew. */
export function changeSubscription({ now, was }: Altered): Change {
  const [from, to] = [parts(now), parts(was)];
  const alter = `ALTER SUBSCRIPTION ${was.name}`;
  const names = [...new Set([...from.options.keys(), ...to.options.keys()])].filter((name) => name !== 'connect' && name !== 'enabled');
  const settable = names.map((name) => ({ name, value: to.options.get(name) ?? usual.get(name) ?? 'false', former: from.options.get(name) ?? usual.get(name) ?? 'false' })).filter(({ value, former }) => value !== former);
  return {
    statements: [
      ...(from.publications === to.publications ? [] : [`${alter} SET PUBLICATION ${to.publications} WITH (refresh = false)`]),
      ...(settable.length === 0 ? [] : [`${alter} SET (${settable.map(({ name, value }) => `${name} = ${value}`).join(', ')})`]),
      ...(from.options.get('enabled') === to.options.get('enabled') ? [] : [`${alter} ${to.options.get('enabled') === 'true' ? 'ENABLE' : 'DISABLE'}`]),
    ],
    reasons: [],
  };
}

/** What an option is that the definition does not name, unless it is false. */
const usual: ReadonlyMap<string, string> = new Map([['password_required', 'true'], ['origin', 'any']]);

/** A subscription with a slot is dropped in a transaction only when it lets go of it (manual, DROP SUBSCRIPTION); the slot then stays on the publisher. */
export function dropSubscription(name: string): readonly string[] {
  return [`ALTER SUBSCRIPTION ${name} DISABLE`, `ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`, `DROP SUBSCRIPTION IF EXISTS ${name}`];
}

/** Takes the slot on the publisher along; no transaction can do that. */
export function dropWithSlot(name: string): readonly string[] {
  return [`DROP SUBSCRIPTION IF EXISTS ${name}`];
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
  const value = child(option, 'arg') ?? {};
  // A bare word that is no key word is read as the name of a type.
  const word = text(child(value, 'String') ?? {}, 'sval') ?? words(child(value, 'TypeName')?.['names']).at(-1) ?? 'true';
  return /^(true|false|none|any|parallel)$/i.test(word) ? word : quoteLiteral(word);
}
