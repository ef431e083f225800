import { nodes, text } from '../../sql/walk.ts';
import type { Step } from '../inverse.ts';

/** EXECUTE as the statement that was prepared in the same script; `unknown` where it is another's, null for all other statements. */
export function executedBy(step: Step, earlier: readonly Step[]): Step | 'unknown' | null {
  const { placed } = step;
  if (placed.statement.kind !== 'ExecuteStmt') return null;
  const name = text(placed.statement.node, 'name');
  const prepared = earlier.findLast(({ placed: { statement } }) => statement.kind === 'PrepareStmt' && text(statement.node, 'name') === name);
  const [query] = nodes([prepared?.placed.statement.node['query']]);
  return query === undefined ? 'unknown' : { ...step, placed: { ...placed, statement: { ...placed.statement, kind: query.kind, node: query.node } } };
}
