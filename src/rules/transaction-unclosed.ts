import { shift } from '../model/span.ts';
import { effects } from '../sql/effects.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type ScriptRule } from './define-rule.ts';
import { semicolonAfter } from './support/statements.ts';

/** A BEGIN that no COMMIT follows. */
export const transactionUnclosed: ScriptRule = defineRule({
  id: 'transaction-unclosed',
  title: 'BEGIN without COMMIT',
  severity: 'error',
  category: 'transactions',
  scope: 'script',
  hasFix: true,
  check({ statements, mode, text: file }) {
    if (mode?.kind === 'transaction') return [];
    const last = statements.filter(({ statement }) => statement.kind === 'TransactionStmt' && endsOrBegins(effects(statement).transaction, statement.node)).at(-1);
    const end = statements.at(-1);
    if (last === undefined || end === undefined || effects(last.statement).transaction !== 'begin') return [];
    const at = semicolonAfter(end, file) ?? end.start + end.statement.text.length;
    const commit = semicolonAfter(end, file) === null ? ';\nCOMMIT' : '\nCOMMIT;';
    return [{
      message: `The transaction that begins here is never ended. ${mode === null ? 'When the connection closes' : `When ${mode.tool} closes the connection`}, PostgreSQL takes everything back that follows; until then it holds its locks. Write COMMIT at the end.`,
      span: shift(headSpan(last.statement), last.start),
      fixes: [{ title: 'COMMIT at the end', edits: [{ span: { start: at, end: at }, text: commit }] }],
    }];
  },
  docs: {
    what: 'A script that its tool does not run in a transaction has a BEGIN, and no COMMIT or ROLLBACK after it.',
    why: 'The session ends, or goes back to a pool, in an open transaction. PostgreSQL rolls it back when the connection closes: the tool has counted the migration as done, and nothing of it is there. What the tool itself writes meanwhile is lost as well.',
    instead: 'COMMIT at the end, or leave BEGIN out and let the tool open the transaction.',
  },
  examples: {
    bad: [{ sql: 'BEGIN;\nCREATE TABLE notes (id bigint PRIMARY KEY);', config: { plainTransaction: 'autocommit' }, fixChanges: 'the table stays' }],
    good: [{ sql: 'BEGIN;\nCREATE TABLE notes (id bigint PRIMARY KEY);\nCOMMIT;', config: { plainTransaction: 'autocommit' } }],
  },
});

/** COMMIT AND CHAIN ends one and begins the next, so it leaves one open. */
function endsOrBegins(transaction: 'begin' | 'commit' | 'rollback' | null, node: Readonly<Record<string, unknown>>): boolean {
  return transaction !== null && node['chain'] !== true;
}
