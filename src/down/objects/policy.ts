import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { text } from '../../sql/walk.ts';
import { definitionOf } from '../definition.ts';
import type { Altered, Change } from './change.ts';

/** ALTER POLICY where it can say it: it neither takes a clause away nor changes the command (manual, ALTER POLICY). */
export function changePolicy({ now, was }: Altered): Change | null {
  const [from, to] = [definitionOf(now).main, definitionOf(was).main];
  if (text(from.node, 'cmd_name') !== text(to.node, 'cmd_name') || from.node['permissive'] !== to.node['permissive']) return null;
  const lacks = (clause: string): boolean => from.node[clause] !== undefined && to.node[clause] === undefined;
  if (lacks('qual') || lacks('with_check')) return null;
  const tokens = statementTokens(to);
  const at = (word: string): number | undefined => tokens.find((each) => isKeyword(each, word))?.start;
  const [head, roles] = [to.text.slice(0, at('AS')), at('TO')];
  if (roles === undefined) return null;
  return { statements: [`${head.replace(/^CREATE /, 'ALTER ')}${to.text.slice(roles)}`], reasons: [] };
}
