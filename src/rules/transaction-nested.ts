import type { Edit } from '../model/edit.ts';
import { shift } from '../model/span.ts';
import type { PlacedStatement } from '../model/statement.ts';
import { effects } from '../sql/effects.ts';
import { headSpan } from '../sql/spans.ts';
import { nodes } from '../sql/walk.ts';
import { defineRule, type Match, type ScriptContext, type ScriptRule } from './define-rule.ts';
import { withSemicolon } from './support/statements.ts';

/** BEGIN where a transaction is open, and COMMIT or ROLLBACK of one that the tool opened. */
export const transactionNested: ScriptRule = defineRule({
  id: 'transaction-nested',
  title: 'A transaction within a transaction',
  severity: 'warning',
  category: 'transactions',
  scope: 'script',
  hasFix: true,
  check(script) {
    const boundaries = script.statements.filter(({ statement }) => statement.kind === 'TransactionStmt' && effects(statement).transaction !== null);
    return script.mode?.kind === 'transaction' ? inTools(boundaries, script) : inOwn(boundaries);
  },
  docs: {
    what: 'BEGIN, COMMIT or ROLLBACK in a script that its tool runs in a transaction, or a BEGIN while the BEGIN before it is still open. It is said once for each pair.',
    why: 'PostgreSQL knows no transaction in a transaction: the second BEGIN only gives a warning, and the first COMMIT ends everything. What follows commits statement by statement, outside of the tool’s transaction, and so does the tool’s note that the migration has run. A failure after that leaves half a migration, which the tool takes for none or for a whole one.',
    instead: 'Leave BEGIN and COMMIT to the tool. What has to be undone by itself goes between SAVEPOINT and ROLLBACK TO; what may not run in a transaction, or must be committed before the rest, goes into a migration of its own.',
  },
  examples: {
    bad: [
      { title: 'The runner opens one already', sql: 'BEGIN;\nCREATE TABLE notes (id bigint PRIMARY KEY);\nCOMMIT;' },
      { title: 'Drizzle', layout: 'drizzle', sql: 'CREATE TABLE notes (id bigint PRIMARY KEY);\n--> statement-breakpoint\nCOMMIT;\n--> statement-breakpoint\nCREATE TABLE tags (id bigint PRIMARY KEY);' },
      { title: 'Two that begin, and one that ends', sql: 'BEGIN;\nCREATE TABLE notes (id bigint PRIMARY KEY);\nBEGIN;\nCREATE TABLE tags (id bigint PRIMARY KEY);\nCOMMIT;', config: { plainTransaction: 'autocommit' } },
    ],
    good: [
      { title: 'A runner that opens none', sql: 'BEGIN;\nCREATE TABLE notes (id bigint PRIMARY KEY);\nCOMMIT;', config: { plainTransaction: 'autocommit' } },
      { title: 'A savepoint', sql: 'SAVEPOINT before;\nCREATE TABLE notes (id bigint PRIMARY KEY);\nRELEASE SAVEPOINT before;' },
    ],
  },
});

function inTools(boundaries: readonly PlacedStatement[], { mode, text: file, statements }: ScriptContext): readonly Match[] {
  const tool = mode?.tool ?? 'The tool';
  const found: Match[] = [];
  let begin: PlacedStatement | null = null;
  for (const placed of boundaries) {
    const kind = effects(placed.statement).transaction;
    if (kind === 'begin') {
      found.push(said(placed, `It does nothing but give a warning: ${tool} runs this script in a transaction already, and the COMMIT that belongs to this BEGIN ends that one. Leave both out.`));
      begin = placed;
      continue;
    }
    const opened = begin;
    begin = null;
    if (opened === null) found.push(said(placed, `It ends the transaction that ${tool} opened: what follows, ${tool}’s own note that the migration has run included, is no longer undone when something fails. Leave it out, or put what follows into a migration of its own.`));
    else if (kind === 'commit') {
      const last = found.pop();
      if (last !== undefined) found.push({ ...last, fixes: isPlain(opened) && !separated.test(file) && !staysOutside(statements, opened) ? [{ title: 'Leave the transaction to the tool', edits: [removal(opened, file), removal(placed, file)] }] : [] });
    }
  }
  return found;
}

function inOwn(boundaries: readonly PlacedStatement[]): readonly Match[] {
  let begin: PlacedStatement | null = null;
  return boundaries.flatMap((placed) => {
    const opened = begin;
    begin = effects(placed.statement).transaction === 'begin' ? placed : null;
    if (begin === null || opened === null) return [];
    return [{ ...said(placed, 'It does nothing but give a warning: the transaction of the BEGIN above is still open, and the next COMMIT ends it. COMMIT that one first, or leave this BEGIN out.'), related: [{ span: shift(headSpan(opened.statement), opened.start), message: 'The transaction begins here.' }] }];
  });
}

function said(placed: PlacedStatement, message: string): Match {
  return { message, span: shift(headSpan(placed.statement), placed.start) };
}

/** Where a separator stands between statements, taking one out would leave an empty part. */
const separated = /^[ \t]*-->/m;

/** BEGIN with modes, such as an isolation level, would have to hold for the tool's transaction. */
function isPlain({ statement }: PlacedStatement): boolean {
  return nodes(statement.node['options']).length === 0;
}

/** The COMMIT may be there for what cannot run in a transaction. */
function staysOutside(statements: readonly PlacedStatement[], begin: PlacedStatement): boolean {
  return statements.slice(begin.index).some(({ statement }) => effects(statement).outsideOnly !== null);
}

function removal(placed: PlacedStatement, file: string): Edit {
  return { span: withSemicolon(placed, file), text: '' };
}
