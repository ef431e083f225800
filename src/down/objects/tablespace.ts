import { definitionOf } from '../definition.ts';
import type { Altered, Change } from './change.ts';
import { changeOptions } from './options.ts';

/** Its parameters in place; its location cannot be altered (manual, ALTER TABLESPACE). */
export function changeTablespace({ now, was }: Altered): Change | null {
  const [from, to] = [definitionOf(now).main.node, definitionOf(was).main.node];
  return from['location'] === to['location'] ? { statements: changeOptions(`ALTER TABLESPACE ${was.name}`, from['options'], to['options']), reasons: [] } : null;
}
