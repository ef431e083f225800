import type { Fix } from '../model/edit.ts';
import type { Statement } from '../model/statement.ts';
import { option } from '../sql/effects/maintenance.ts';
import { relationName, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan, statementTokens } from '../sql/spans.ts';
import { isKeyword } from '../sql/tokens.ts';
import { child, listOf, text } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { observeLock } from './support/evidence.ts';
import { outsideAdvice } from './support/transactions.ts';

/** What REINDEX can do CONCURRENTLY, and its key word; catalogs of the system cannot (manual, REINDEX). */
const words: Readonly<Record<string, string>> = { REINDEX_OBJECT_INDEX: 'INDEX', REINDEX_OBJECT_TABLE: 'TABLE', REINDEX_OBJECT_SCHEMA: 'SCHEMA', REINDEX_OBJECT_DATABASE: 'DATABASE' };

/** REINDEX without CONCURRENTLY of what exists already. */
export const reindexBlocking: StatementRule = defineRule({
  id: 'reindex-blocking',
  title: 'REINDEX blocks reads and writes',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['ReindexStmt'],
  check(statement, context) {
    const word = words[text(statement.node, 'kind') ?? ''];
    const relation = child(statement.node, 'relation');
    if (word === undefined || option(statement.node['params'], 'concurrently')) return [];
    const name = relation === null ? null : relationName(relation);
    const table = name === null ? null : word === 'INDEX' ? context.tableOfIndex(name) : name;
    if (name !== null && (context.createdHere(name) || (table !== null && context.isNew(table)))) return [];
    // In a transaction that fails: concurrently-in-transaction says so.
    if (table !== null && context.isPartitioned(table) && context.transaction !== 'none') return [];
    const excludes = name !== null && table !== null && word === 'INDEX' && isExclusion(name, table, context);
    const advice = excludes ? 'It belongs to an exclusion constraint, which CONCURRENTLY cannot rebuild: do it off-peak, with a short lock_timeout.' : outsideAdvice(context, `Use REINDEX ${word} CONCURRENTLY`);
    return [{
      message: `${waiting(name, word)} ${advice}`,
      span: headSpan(statement),
      ...(name === null ? {} : { relation: name }),
      fixes: excludes || context.transaction !== 'none' ? [] : fixes(statement, word),
    }];
  },
  observe: (match, trace) => observeLock(match, trace, 'SHARE'),
  docs: {
    what: 'REINDEX of an index, a table, a schema or the database without CONCURRENTLY.',
    why: 'REINDEX takes SHARE on the table, so that writes wait for the whole build, and ACCESS EXCLUSIVE on each index while that is built. Planning a query locks every index of its table, so nearly all reads wait as well, whether they use that index or not (manual, REINDEX).',
    instead: 'REINDEX … CONCURRENTLY builds a new index beside the old one under SHARE UPDATE EXCLUSIVE and swaps them. It cannot run inside a transaction block, needs room for both, and leaves an INVALID index whose name ends in `_ccnew` behind when it fails: drop that one before trying again.',
  },
  examples: {
    bad: [
      { title: 'An index', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);', sql: 'REINDEX INDEX orders_note_idx;', config: { plainTransaction: 'autocommit' } },
      { title: 'A table, in a transaction', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'REINDEX TABLE orders;' },
      { title: 'With options', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'REINDEX (VERBOSE) TABLE orders;', config: { plainTransaction: 'autocommit' } },
      { title: 'An exclusion constraint', setup: 'CREATE TABLE stays (room text, during int4range, CONSTRAINT stays_room_excl EXCLUDE USING gist (during WITH &&));', sql: 'REINDEX INDEX stays_room_excl;', config: { plainTransaction: 'autocommit' } },
    ],
    good: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);', sql: 'REINDEX INDEX CONCURRENTLY orders_note_idx;', config: { plainTransaction: 'autocommit' } },
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'REINDEX (CONCURRENTLY, VERBOSE) TABLE orders;', config: { plainTransaction: 'autocommit' } },
    ],
  },
});

function waiting(name: QualifiedName | null, word: string): string {
  if (name === null) return `Writes to each table in turn, and nearly all reads of it, wait while its indexes are built anew.`;
  return word === 'INDEX'
    ? `Writes to the table of ${writeName(name)}, and nearly all reads of it, wait while the index is built anew.`
    : `Writes to ${writeName(name)}, and nearly all reads of it, wait while its indexes are built anew.`;
}

function isExclusion(index: QualifiedName, table: QualifiedName, context: StatementContext): boolean {
  return context.table(table)?.constraints.some((each) => each.kind === 'exclusion' && each.name === index.name) ?? false;
}

function fixes(statement: Statement, word: string): readonly Fix[] {
  const at = statementTokens(statement).find((token) => isKeyword(token, word))?.end;
  // An option that says `CONCURRENTLY false` would be in conflict with it.
  if (at === undefined || listOf(statement.node['params'], 'DefElem').some((each) => text(each, 'defname') === 'concurrently')) return [];
  return [{ title: 'Build it anew CONCURRENTLY', edits: [{ span: { start: at, end: at }, text: ' CONCURRENTLY' }] }];
}
