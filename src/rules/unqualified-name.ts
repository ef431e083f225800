import type { AstNode, Statement } from '../model/statement.ts';
import { droppedNames } from '../sql/effects/drop-rename.ts';
import { relationName, writeName } from '../sql/names.ts';
import { headSpan, nameSpanAt } from '../sql/spans.ts';
import { child } from '../sql/walk.ts';
import type { Span } from '../model/span.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** A relation whose schema the search_path decides. */
export const unqualifiedName: StatementRule = defineRule({
  id: 'unqualified-name',
  title: 'A name without its schema',
  severity: 'information',
  category: 'names and types',
  optional: true,
  scope: 'statement',
  kinds: ['CreateStmt', 'AlterTableStmt', 'IndexStmt', 'ViewStmt', 'CreateSeqStmt', 'AlterSeqStmt', 'RenameStmt', 'CreateTrigStmt', 'CreatePolicyStmt', 'AlterPolicyStmt', 'DropStmt'],
  check(statement) {
    return unqualified(statement).map(({ name, span }) => ({ message: `The search_path of the session decides in which schema ${name} is. Write the schema before it.`, span }));
  },
  docs: {
    what: 'DDL names a table, view, index or sequence without its schema. Temporary ones have none. The rule is off until a team asks for it, because most projects have one schema and a runner that sets the search_path.',
    why: 'A name without a schema is looked up in the search_path of the role that runs the migration (manual, 5.10.3): another role, or a runner that sets it, makes the same migration work on another table, or make a second one.',
    instead: 'Write billing.invoices. Where all of it belongs to one schema, SET LOCAL search_path in the migration says so once, and a reason silences this rule.',
  },
  examples: {
    bad: [{ sql: 'CREATE TABLE invoices (id bigint PRIMARY KEY);', config: { rules: { 'unqualified-name': 'information' } } }],
    good: [{ sql: 'CREATE TABLE public.invoices (id bigint PRIMARY KEY);\nCREATE TEMPORARY TABLE copies (id bigint);', config: { rules: { 'unqualified-name': 'information' } } }],
  },
});

interface Unqualified {
  readonly name: string;
  readonly span: Span;
}

function unqualified(statement: Statement): readonly Unqualified[] {
  if (statement.kind === 'DropStmt') return droppedNames(statement.node).filter(({ schema }) => schema === null).map((name) => ({ name: writeName(name), span: headSpan(statement) }));
  const relations = ['relation', 'view', 'sequence', 'table'].map((field) => child(statement.node, field)).filter((each): each is AstNode => each !== null && typeof each['relname'] === 'string');
  return relations.filter((each) => each['relpersistence'] !== 't' && relationName(each).schema === null).map((each) => ({ name: writeName(relationName(each)), span: nameSpanAt(statement, Number(each['location'] ?? 0)) }));
}
