import type { AstNode } from '../../model/statement.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/names.ts';
import { child, listOf, text } from '../../sql/walk.ts';

/** Storage parameters as ALTER … SET and RESET, from those of one AST node to those of another. */
export function changeOptions(alter: string, from: unknown, to: unknown): readonly string[] {
  const [old, wanted] = [optionsOf(from), optionsOf(to)];
  const reset = [...old.keys()].filter((name) => !wanted.has(name));
  const set = [...wanted].filter(([name, value]) => old.get(name) !== value).map(([name, value]) => `${name} = ${quoteLiteral(value)}`);
  return [...(set.length === 0 ? [] : [`${alter} SET (${set.join(', ')})`]), ...(reset.length === 0 ? [] : [`${alter} RESET (${reset.join(', ')})`])];
}

function optionsOf(value: unknown): ReadonlyMap<string, string> {
  return new Map(listOf(value, 'DefElem').map((each) => [nameOf(each), valueOf(each)]));
}

function nameOf(option: AstNode): string {
  const space = text(option, 'defnamespace');
  const name = quoteIdentifier(text(option, 'defname') ?? '');
  return space === null ? name : `${space}.${name}`;
}

function valueOf(option: AstNode): string {
  // The snapshot writes every value as a string; a parameter without one is true.
  return text(child(child(option, 'arg') ?? {}, 'String') ?? {}, 'sval') ?? 'true';
}
