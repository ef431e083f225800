import assert from 'node:assert/strict';
import type { ObjectKind, SchemaChange, SchemaObject } from '../../src/model/snapshot.ts';
import { schemaBlocks } from '../../src/report/schema-blocks.ts';

const object = (kind: ObjectKind, name: string, definition: string, table: string | null = null): SchemaObject => ({ kind, name, table, definition });
const added = (after: SchemaObject): SchemaChange => ({ change: 'added', after });
const column = (name: string, definition: string): SchemaObject => object('column', `public.t.${name}`, definition, 'public.t');
const altered = (before: SchemaObject, definition: string): SchemaChange => ({ change: 'altered', before, after: { ...before, definition } });
const lines = (changes: readonly SchemaChange[]): readonly string[] =>
  schemaBlocks(changes).flatMap((block) => [`${block.change} ${block.kind} ${block.name}`, ...block.rows.flatMap((row) => {
    const [was, is] = [row.before, row.after].map((side) => side?.map((part) => part.text).join(''));
    return row.kind === 'same' ? [`  ${was ?? ''}`] : [...(was === undefined ? [] : [`- ${was}`]), ...(is === undefined ? [] : [`+ ${is}`])];
  })]);

describe('changes of the schema as a person reads them', () => {
  it('are one CREATE TABLE for a new table, and statements of their own for the rest', () => {
    const table = object('table', 'public.t', `CREATE TABLE public.t () PARTITION BY LIST (a);\nCOMMENT ON TABLE public.t IS 'x'`);
    const index = object('index', 'public.i', 'CREATE INDEX i ON public.t USING btree (a)', 'public.t');
    const check = object('constraint', 'public.t.positive', 'CONSTRAINT positive CHECK ((a > 0))', 'public.t');
    assert.deepEqual(lines([added(table), added(column('a', `a int;\nCOMMENT ON COLUMN public.t.a IS 'y'`)), added(column('b', 'b text')), added(check), added(index)]), [
      'added table public.t', '+ CREATE TABLE public.t (', '+   a int,', '+   b text,', '+   CONSTRAINT positive CHECK ((a > 0))', '+ ) PARTITION BY LIST (a);', `+ COMMENT ON TABLE public.t IS 'x';`, `+ COMMENT ON COLUMN public.t.a IS 'y';`,
      'added index public.i', '+ CREATE INDEX i ON public.t USING btree (a);',
    ]);
  });

  it('stand together under the table that changed, without what stayed', () => {
    const table = object('table', 'public.t', 'CREATE TABLE public.t ()');
    assert.deepEqual(lines([altered(table, 'CREATE TABLE public.t ();\nALTER TABLE public.t ENABLE ROW LEVEL SECURITY'), altered(column('a', 'a int'), `a bigint;\nCOMMENT ON COLUMN public.t.a IS 'y'`), { change: 'removed', before: column('b', 'b text') }]), [
      'altered table public.t', '+ ALTER TABLE public.t ENABLE ROW LEVEL SECURITY', '- a int', '+ a bigint', `+ COMMENT ON COLUMN public.t.a IS 'y'`, '- b text',
    ]);
  });

  it('tell another order of columns by the order alone', () => {
    const ordered = (names: string): SchemaObject => object('table', 'public.t', `CREATE TABLE public.t ()\n-- columns in this order: ${names}`);
    assert.deepEqual(lines([{ change: 'altered', before: ordered('a, b'), after: ordered('b, a') }]), ['altered table public.t', '- -- columns in this order: a, b', '+ -- columns in this order: b, a']);
  });
});
