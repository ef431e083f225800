import type { SchemaObject } from '../../model/snapshot.ts';
import { definitionOf } from '../definition.ts';
import { definedOptions } from '../parts.ts';
import type { Altered, Change } from './change.ts';

/** The options of a dictionary can be altered while configurations use it; its template cannot. */
export function changeDictionary({ now, was }: Altered): Change | null {
  const [from, to] = [optionsOf(now), optionsOf(was)];
  if (from.get('template') !== to.get('template')) return null;
  const parts = [
    ...[...from.keys()].filter((name) => !to.has(name)),
    ...[...to].filter(([name, value]) => from.get(name) !== value).map(([name, value]) => `${name} = ${value}`),
  ];
  return { statements: parts.length === 0 ? [] : [`ALTER TEXT SEARCH DICTIONARY ${was.name} (${parts.join(', ')})`], reasons: [] };
}

/** Option to its value, both as the definition writes them; `template` in lower case. */
function optionsOf(dictionary: SchemaObject): ReadonlyMap<string, string> {
  return new Map([...definedOptions(definitionOf(dictionary).main)].map(([name, value]) => [name.toLowerCase() === 'template' ? 'template' : name, value]));
}
