import type { SchemaObject } from '../../model/snapshot.ts';
import { statementTokens } from '../../sql/spans.ts';
import { definitionOf } from '../definition.ts';
import { listParts } from '../parts.ts';
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
  const { main } = definitionOf(dictionary);
  const tokens = statementTokens(main);
  const open = tokens.find((each) => each.text === '(');
  const list = main.text.slice(open?.end, tokens.at(-1)?.start);
  return new Map(listParts(list).map((part) => {
    const [, name = part, value = ''] = /^("(?:[^"]|"")*"|[^\s=]+)\s*=\s*(.*)$/s.exec(part) ?? [];
    return [name.toLowerCase() === 'template' ? 'template' : name, value];
  }));
}
