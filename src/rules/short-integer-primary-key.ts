import { isSerial } from '../sql/effects/types.ts';
import { columnConstraint } from '../sql/effects/columns.ts';
import { quoteIdentifier, writeName } from '../sql/names.ts';
import { listOf, walk, words } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { definedColumns, definingKinds, typeSpan, type DefinedColumn } from './support/definitions.ts';

/** A primary key that counts in less than eight bytes. */
export const shortIntegerPrimaryKey: StatementRule = defineRule({
  id: 'short-integer-primary-key',
  title: 'A counting primary key that runs out of numbers',
  severity: 'warning',
  category: 'constraints and indexes',
  scope: 'statement',
  sides: ['up'],
  hasFix: true,
  kinds: definingKinds,
  check(statement, context) {
    return definedColumns(statement).flatMap((column) => {
      const wider = counts(column) ? larger[column.type?.name ?? ''] : undefined;
      const after = wider === undefined ? null : context.tableAfter(column.table);
      const isKey = after?.constraints.some(({ kind, columns }) => kind === 'primary key' && columns.includes(column.name)) === true;
      // A later statement of the file may have made it a bigint.
      const stays = after?.columns.find(({ name }) => name === column.name)?.type?.name === column.type?.name;
      if (wider === undefined || column.type === null || !isKey || !stays) return [];
      const span = typeSpan(statement, column);
      return [{
        message: `The key ${quoteIdentifier(column.name)} of ${writeName(column.table)} counts up to ${most[wider.now]}, and when it gets there every INSERT fails. Rows that are deleted or rolled back use numbers up too. Make it ${wider.to}: to widen it later rewrites the table.`,
        span,
        relation: column.table,
        fixes: [{ title: `Make it ${wider.to}`, edits: [{ span, text: wider.to }] }],
      }];
    });
  },
  docs: {
    what: 'A column of a primary key is filled by a sequence (serial, identity, a DEFAULT of nextval) and is an integer or a smallint. Keys that do not count, such as a year or a code, are left alone.',
    why: 'An integer ends at 2147483647, a smallint at 32767. The sequence moves on with every INSERT that is tried, also when ON CONFLICT or a ROLLBACK takes the row away. Then every INSERT fails at once, and the way out, bigint, writes the table, its indexes and every column that refers to it anew under ACCESS EXCLUSIVE.',
    instead: 'Use bigint. The four bytes are often lost to alignment anyway, and bigint GENERATED ALWAYS AS IDENTITY outlives the application.',
  },
  examples: {
    bad: [
      { title: 'serial', sql: 'CREATE TABLE orders (id serial PRIMARY KEY, total bigint NOT NULL);', fixChanges: 'The key is a bigint.' },
      { title: 'An identity column', sql: 'CREATE TABLE orders (id integer GENERATED ALWAYS AS IDENTITY, total bigint NOT NULL, PRIMARY KEY (id));', fixChanges: 'The key is a bigint.' },
    ],
    good: [
      { sql: 'CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total bigint NOT NULL);' },
      { title: 'A key that does not count', sql: 'CREATE TABLE years (year integer PRIMARY KEY, name text NOT NULL);' },
    ],
  },
});

const larger: Readonly<Record<string, { readonly now: 'int2' | 'int4'; readonly to: string }>> = {
  int2: { now: 'int2', to: 'bigint' }, int4: { now: 'int4', to: 'bigint' },
  smallserial: { now: 'int2', to: 'bigserial' }, serial2: { now: 'int2', to: 'bigserial' }, serial: { now: 'int4', to: 'bigserial' }, serial4: { now: 'int4', to: 'bigserial' },
};

const most = { int2: '32767', int4: '2147483647' } as const;

function counts({ node, type }: DefinedColumn): boolean {
  if (type === null || type.array) return false;
  if (isSerial(type) || columnConstraint(node, 'CONSTR_IDENTITY') !== null) return true;
  let found = false;
  for (const each of listOf(node['constraints'], 'Constraint')) {
    walk(each['raw_expr'], ({ kind, node: call }) => {
      if (kind === 'FuncCall' && words(call['funcname']).at(-1) === 'nextval') found = true;
      return undefined;
    });
  }
  return found;
}
