import type { Edit } from '../model/edit.ts';
import { shift } from '../model/span.ts';
import type { AstNode, Statement } from '../model/statement.ts';
import { effects } from '../sql/effects.ts';
import { isOn } from '../sql/effects/maintenance.ts';
import { nameKey, relationName, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan, statementTokens } from '../sql/spans.ts';
import { isKeyword, type Token } from '../sql/tokens.ts';
import { child, listOf, nodes, text } from '../sql/walk.ts';
import { defineRule, type ScriptContext, type ScriptRule } from './define-rule.ts';

/** A view that reads a table with row-level security as its owner. */
export const viewNotSecurityInvoker: ScriptRule = defineRule({
  id: 'view-not-security-invoker',
  title: 'A view past row-level security',
  severity: 'warning',
  category: 'row-level security',
  scope: 'script',
  hasFix: true,
  sides: ['up'],
  postgres: { from: 15 },
  check(script) {
    const views = script.statements.filter(({ statement }) => statement.kind === 'ViewStmt' && !isInvoker(statement.node['options']) && child(statement.node, 'view')?.['relpersistence'] !== 't');
    if (views.length === 0) return [];
    const altered = new Set(script.statements.filter(({ statement }) => altersToInvoker(statement)).map(({ statement }) => nameKey(relationName(child(statement.node, 'relation') ?? {}))));
    return views.flatMap((placed) => {
      const view = relationName(child(placed.statement.node, 'view') ?? {});
      const table = altered.has(nameKey(view)) ? undefined : effects(placed.statement).created.flatMap(({ reads = [] }) => reads).find((each) => isSecured(each, script));
      if (table === undefined) return [];
      const edit = optionEdit(placed.statement);
      return [{
        message: `Whoever may read the view ${writeName(view)} sees all rows of ${writeName(table)} through it: a view reads with the rights of its owner, and the policies of ${writeName(table)} do not bind that one. Create it WITH (security_invoker = true).`,
        span: shift(headSpan(placed.statement), placed.start),
        relation: view,
        fixes: edit === null ? [] : [{ title: 'Read with the rights of whoever queries the view', edits: [{ ...edit, span: shift(edit.span, placed.start) }] }],
      }];
    });
  },
  docs: {
    what: 'A view is created or replaced without security_invoker, and its query reads a table that has row-level security, as far as the history tells. OR REPLACE sets the options anew, so a view that had it loses it. Nothing is said where row-level security is forced: then the owner is bound, too.',
    why: 'A view reads its tables with the rights of its owner (manual, CREATE VIEW), who usually owns the tables and is not bound by their policies. Every tenant who may read the view sees the rows of all others.',
    instead: 'WITH (security_invoker = true), from PostgreSQL 15 on: then rights and policies are those of whoever queries the view. Before, FORCE ROW LEVEL SECURITY on the table, or let the view belong to a role that does not own it.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: 'CREATE VIEW latest_notes AS SELECT id FROM notes;', fixChanges: 'security_invoker' },
      { title: 'It has other options', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: 'CREATE VIEW latest_notes (number) WITH (security_barrier) AS SELECT id FROM notes;', fixChanges: 'security_invoker' },
    ],
    good: [
      { setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: 'CREATE VIEW latest_notes WITH (security_invoker = true) AS SELECT id FROM notes;' },
      { title: 'Set afterwards', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: 'CREATE VIEW latest_notes AS SELECT id FROM notes;\nALTER VIEW latest_notes SET (security_invoker = on);' },
      { title: 'A table without policies', setup: 'CREATE TABLE plans (id bigint PRIMARY KEY);', sql: 'CREATE VIEW all_plans AS SELECT id FROM plans;' },
    ],
  },
});

function isSecured(name: QualifiedName, script: ScriptContext): boolean {
  const table = script.tableAfter(name);
  return table?.kind === 'table' && table.rowSecurity && !table.rowSecurityForced;
}

function isInvoker(options: unknown): boolean {
  return listOf(options, 'DefElem').some((each) => text(each, 'defname') === 'security_invoker' && isOn(each));
}

function altersToInvoker({ kind, node }: Statement): boolean {
  if (kind !== 'AlterTableStmt' || node['objtype'] !== 'OBJECT_VIEW') return false;
  return listOf(node['cmds'], 'AlterTableCmd').some((each) => text(each, 'subtype') === 'AT_SetRelOptions' && isInvoker(optionsOf(each)));
}

function optionsOf(command: AstNode): unknown {
  return child(child(command, 'def') ?? {}, 'List')?.['items'];
}

/** Among the options that it has, or as the first, before AS. */
function optionEdit(statement: Statement): Edit | null {
  const all = statementTokens(statement);
  const as = atTopLevel(all, (token) => isKeyword(token, 'AS'));
  const close = nodes(statement.node['options']).length === 0 ? -1 : as - 1;
  const [keyword, parenthesis] = [all[as], all[close]];
  if (keyword === undefined) return null;
  if (parenthesis !== undefined) return { span: { start: parenthesis.start, end: parenthesis.start }, text: ', security_invoker = true' };
  return { span: { start: keyword.start, end: keyword.start }, text: 'WITH (security_invoker = true) ' };
}

function atTopLevel(all: readonly Token[], is: (token: Token) => boolean): number {
  let depth = 0;
  return all.findIndex((token) => {
    if (token.text === '(') depth += 1;
    else if (token.text === ')') depth -= 1;
    return depth === 0 && is(token);
  });
}
