import type { Edit } from '../model/edit.ts';
import type { AstNode, Statement } from '../model/statement.ts';
import { quoteIdentifier, writeName } from '../sql/names.ts';
import { headSpan, statementTokens, tokenIndexAt } from '../sql/spans.ts';
import { nodes, walk, words } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { writtenPolicy } from './support/policies.ts';

/** A function that gives the same for every row, in a condition that is evaluated for every row. */
export const policyFunctionPerRow: StatementRule = defineRule({
  id: 'policy-function-per-row',
  title: 'A policy that asks for the same thing for every row',
  severity: 'information',
  category: 'row-level security',
  scope: 'statement',
  hasFix: true,
  sides: ['up'],
  kinds: ['CreatePolicyStmt', 'AlterPolicyStmt'],
  check(statement, context) {
    const policy = writtenPolicy(statement, context);
    const calls = policy?.using == null ? [] : constantCalls(policy.using);
    const [first] = calls;
    if (policy === null || first === undefined) return [];
    const edits = calls.map((call) => wrapped(statement, call)).filter((each) => each !== null);
    return [{
      message: `Unless an index answers the condition of ${quoteIdentifier(policy.name)}, ${nameOf(first)}() runs once for every row of ${writeName(policy.table)} that a query reads, always with the same result. As (SELECT ${nameOf(first)}(…)) it runs once for the query.`,
      span: headSpan(statement),
      relation: policy.table,
      fixes: edits.length < calls.length ? [] : [{ title: 'Evaluate it once for each query', edits }],
    }];
  },
  docs: {
    what: 'The USING of a policy calls current_setting() with constant arguments, or one of Supabase’s auth.uid(), auth.jwt(), auth.role() and auth.email(), without a sub-select around it. WITH CHECK is left out: it sees only rows that are written.',
    why: 'The condition of a policy is added to every query of the table. These functions are stable, which lets PostgreSQL keep their result for an index scan, but not for a filter: that calls them for each row. A sub-select that refers to nothing outside is computed once, before the rows are read.',
    instead: "Write (SELECT current_setting('app.tenant_id')) in the place of the call. The result is the same, and with an index on the column it costs nothing.",
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: "CREATE POLICY of_tenant ON notes USING (tenant_id = current_setting('app.tenant_id')::bigint);", fixChanges: 'the expression' },
      { title: 'Within other functions', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: "CREATE POLICY of_tenant ON notes FOR SELECT USING (tenant_id = nullif(current_setting ('app.tenant_id', true), '')::bigint OR current_setting('app.admin', true) = 'yes');", fixChanges: 'the expression' },
    ],
    good: [
      { setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: "CREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));" },
      { title: 'New rows alone', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: "CREATE POLICY of_tenant ON notes FOR INSERT WITH CHECK (tenant_id = current_setting('app.tenant_id')::bigint);" },
    ],
  },
});

const sameForEachRow = new Set(['current_setting', 'pg_catalog.current_setting', 'auth.uid', 'auth.jwt', 'auth.role', 'auth.email']);

/** Calls with constant arguments that no sub-select surrounds. */
function constantCalls(condition: AstNode): readonly AstNode[] {
  const found: AstNode[] = [];
  walk(condition, ({ kind, node }) => {
    if (kind === 'SubLink') return 'skip';
    if (kind === 'FuncCall' && sameForEachRow.has(nameOf(node)) && nodes(node['args']).every((each) => each.kind === 'A_Const')) found.push(node);
    return undefined;
  });
  return found;
}

function nameOf(call: AstNode): string {
  return words(call['funcname']).join('.');
}

/** `(SELECT …)` around the call; null when its end is not found. */
function wrapped(statement: Statement, call: AstNode): Edit | null {
  const all = statementTokens(statement);
  const start = tokenIndexAt(statement, Number(call['location'] ?? 0));
  let at = start;
  while (all[at] !== undefined && all[at]?.text !== '(') at += 1;
  for (let depth = 0; at < all.length; at += 1) {
    if (all[at]?.text === '(') depth += 1;
    else if (all[at]?.text === ')') depth -= 1;
    const [first, last] = [all[start], all[at]];
    if (depth === 0 && first !== undefined && last !== undefined) return { span: { start: first.start, end: last.end }, text: `(SELECT ${statement.text.slice(first.start, last.end)})` };
  }
  return null;
}
