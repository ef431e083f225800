import assert from 'node:assert/strict';
import { loadParser } from '../../src/sql/parse.ts';
import type { Answers, Template } from '../../src/templates/define-template.ts';
import { templates } from '../../src/templates/index.generated.ts';
import { buildTemplate, checkAnswers, choicesOf, nextQuestion, readAnswer, whyNothing } from '../../src/templates/support/questions.ts';
import { contextOf, type Around } from './around.ts';
import { facts } from './facts.ts';

before(loadParser);

describe('the questions of templates', () => {
  it('are asked in order, as far as they apply', () => {
    const template = named('create-table');
    const asked = (answers: Answers, passed: readonly string[] = []): string | undefined => nextQuestion(template, answers, context(), new Set(passed))?.id;
    const answers: Record<string, string | boolean> = { table: 'notes', key: 'uuid', timestamps: true };
    assert.equal(asked({}), 'table');
    assert.equal(asked(answers), 'columns');
    assert.equal(asked(answers, ['columns', 'references']), 'tenants');
    assert.equal(asked({ ...answers, tenants: false }, ['columns', 'references']), undefined);
    assert.equal(asked({ ...answers, tenants: true }, ['columns', 'references']), 'tenantColumn');
  });

  it('offer the tables and columns of the catalog that fit', () => {
    const choices = (template: string, id: string, answers: Answers = {}): readonly string[] => (choicesOf(question(template, id), answers, context()) ?? []).map((each) => each.value);
    assert.deepEqual(choices('add-column', 'table'), ['"Sales"."Order"', 'customers', 'events', 'events_2026', 'log', 'orders', 'secrets', 'tenants']);
    assert.deepEqual(choices('backfill', 'table').includes('log'), false, 'it has no primary key');
    assert.deepEqual(choices('add-index', 'table').includes('events'), false, 'it is partitioned');
    assert.deepEqual(choices('enable-rls', 'table').includes('secrets'), false, 'it is protected already');
    assert.deepEqual(choices('rename-column', 'column', { table: 'customers' }), ['name', 'email', 'score', 'profile', 'tags', 'active']);
    assert.deepEqual(choices('rename-column', 'column', { table: '"Sales"."Order"' }), ['"user"', '"Full Name"', 'moods', 'batch_from']);
    assert.deepEqual(choices('add-enum-value', 'after', { type: '"Sales"."Mood"' }), ['at the end', 'good', "it's bad"]);
    assert.deepEqual(choices('add-index', 'method', { table: 'customers', columns: ['profile'] }), ['gin']);
    assert.deepEqual(choices('add-index', 'method', { table: 'customers', columns: ['tags'] }), ['btree', 'gin']);
  });

  it('offer the usual types and the enums of the catalog; any other can be typed', () => {
    const types = choicesOf(question('add-column', 'type'), {}, context())?.map(({ value }) => value) ?? [];
    assert.deepEqual([types[0], types.includes('timestamptz'), types.includes('"Sales"."Mood"')], ['text', true, true]);
    assert.deepEqual(checkAnswers(named('add-column'), { table: 'orders', column: 'place', type: 'inet' }, context()), []);
  });

  it('say why nothing can be chosen', () => {
    const nothing = (template: string, id: string, schema = context().schema): string | null => whyNothing(question(template, id), {}, { ...context(), schema });
    const { schema } = context();
    assert.equal(nothing('add-column', 'table'), null);
    assert.equal(nothing('create-table', 'table'), null, 'a name is typed');
    assert.equal(nothing('add-column', 'table', { ...schema, tables: [] }), 'The history makes no table.');
    assert.equal(nothing('enable-rls', 'table', { ...schema, tables: schema.tables.filter(({ name }) => name === 'secrets') }), 'No table fits. secrets has row-level security already.');
    assert.equal(nothing('add-enum-value', 'type', { ...schema, enums: [] }), 'The history makes none.');
  });

  it('say what is wrong with an answer', () => {
    const wrong = (template: string, answers: Answers, around: Around = {}): readonly string[] => checkAnswers(named(template), answers, context(around));
    const column = { column: 'x', type: 'text' };
    assert.deepEqual(wrong('add-column', { table: 'nowhere', ...column }), ['table: The history makes no table nowhere. Check the spelling; a table outside public needs its schema.']);
    assert.deepEqual(wrong('add-column', { table: 'Sales.Order', ...column }), ['table: The history makes no table Sales.Order. Capitals need double quotes.']);
    assert.deepEqual(wrong('add-column', { table: 'orders', column: 'note', type: 'text' }), ['column: orders has a column note already.']);
    assert.deepEqual(wrong('add-column', { table: 'orders', column: 'a b', type: 'text' }), ['column: “a b” is not one name: write letters, digits and _, or anything in double quotes.']);
    assert.deepEqual(wrong('add-column', { table: 'orders', column: `"${'é'.repeat(32)}"`, type: 'text' }), [`column: “${'é'.repeat(32)}” has more than 63 bytes: PostgreSQL would cut it.`]);
    assert.deepEqual(wrong('add-column', { table: 'orders', column: 'x', type: 'text; DROP TABLE orders' }), ['type: “text; DROP TABLE orders” is not a type.']);
    assert.deepEqual(wrong('add-column', { table: 'orders', column: 'x', type: 'text, y text' }), ['type: “text, y text” is not a type.']);
    assert.deepEqual(wrong('add-column', { table: 'orders', column: 'x', type: 'text NOT NULL' }), ['type: “text NOT NULL” says more than a type: defaults and constraints have questions of their own.']);
    assert.deepEqual(wrong('add-column', { table: 'orders', ...column, default: '1) + (2' }), ['default: “1) + (2” closes a parenthesis that it did not open.']);
    assert.deepEqual(wrong('add-column', { table: 'orders', ...column, default: '1, (2, 3)' }), ['default: “1, (2, 3)” is more than one expression.']);
    assert.deepEqual(wrong('add-column', { table: 'orders', ...column, default: 'concat(1, 2)' }), []);
    assert.deepEqual(wrong('add-column', { table: 'orders', ...column, default: '1 FROM orders' }), ['default: “1 FROM orders” is not an expression: syntax error at or near "FROM".']);
    assert.deepEqual(wrong('add-column', { table: 'orders', ...column, deflt: '1' }), ['deflt: add-column asks nothing of this name. It asks table, column, type, default.']);
    assert.deepEqual(wrong('add-column', {}), ['table: no answer. To which table?', 'column: no answer. What is the column called?', 'type: no answer. Of which type?']);
    assert.deepEqual(wrong('create-table', { table: 'orders', key: 'uuid', timestamps: false, tenants: false }), ['table: public.orders exists already.']);
    assert.deepEqual(wrong('create-table', { table: 'no.where', key: 'serial', timestamps: 'yes', tenants: false }), ['table: There is no schema no. There is "Sales", public.', 'key: “serial” is none of identity, uuid.', 'timestamps: Answer yes or no.']);
    assert.deepEqual(wrong('add-foreign-key', { table: 'orders', columns: ['total'], references: 'customers', onDelete: 'SET NULL' }), ['references: total is numeric(10,2), and the primary key of customers is of another type: change the column first.', 'onDelete: total is NOT NULL.']);
    assert.deepEqual(wrong('add-foreign-key', { table: 'events', columns: ['id'], references: 'orders', onDelete: 'NO ACTION' }), ['table: events is partitioned: before PostgreSQL 18 its foreign keys cannot be NOT VALID. Write the key yourself, for each partition first.']);
    assert.deepEqual(wrong('add-foreign-key', { table: 'events', columns: ['id'], references: 'orders', onDelete: 'NO ACTION' }, { config: { postgres: 18 } }), []);
    assert.deepEqual(wrong('change-type', { table: 'customers', column: 'id', type: 'integer' })[0], 'type: id is part of the primary key, which rows of other tables may point to.');
    assert.deepEqual(wrong('rename-table', { table: 'secrets', name: 'orders' }, { config: { postgres: 14 } }), ['table: secrets has row-level security, and a view of PostgreSQL 14 would go around it.', 'name: orders exists already.']);
    assert.deepEqual(wrong('backfill', { table: 'orders', column: 'id', value: '1', batch: 0, drop: true }), ['column: id is part of the primary key, along which the backfill walks.', 'batch: Answer with a whole number from 1 to 100000.']);
  });

  it('read what the command line gives', () => {
    assert.deepEqual(readAnswer(question('add-index', 'columns'), '"a,b", c'), ['"a,b"', 'c']);
    assert.deepEqual(readAnswer(question('add-index', 'unique'), 'Yes'), true);
    assert.deepEqual(readAnswer(question('backfill', 'batch'), '500'), 500);
    assert.deepEqual(readAnswer(question('add-column', 'type'), 'numeric(10, 2)'), 'numeric(10, 2)');
  });

  it('propose names that the patterns of the team want, and none that is there', () => {
    const name = (around: Around): string | undefined => buildTemplate(named('rename-table'), { table: 'customers', name: 'clients' }, context(around)).steps[1]?.name;
    const naming = (patterns: readonly string[]): Around => ({ config: { naming: { vagueWords: [], patterns, enforce: 'warn' } } });
    assert.equal(name({}), 'drop_view_customers');
    assert.equal(name(naming(['^remove_'])), 'remove_customers_view');
    assert.equal(name(naming(['^nothing_like_it$', '('])), 'drop_view_customers');
    assert.equal(name({ takenNames: ['drop_view_customers', 'Drop_View_Customers_2'] }), 'drop_view_customers_3');
  });
});

function context(around: Around = {}): ReturnType<typeof contextOf> {
  return contextOf({ schema: facts, ...around });
}

function named(id: string): Template {
  const found = templates.find((each) => each.id === id);
  if (found === undefined) throw new Error(`there is no template ${id}`);
  return found;
}

function question(template: string, id: string): Template['inputs'][number] {
  const found = named(template).inputs.find((each) => each.id === id);
  if (found === undefined) throw new Error(`${template} asks no ${id}`);
  return found;
}
