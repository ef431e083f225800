import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadParser } from '../../src/sql/parse.ts';
import type { Answers, Template } from '../../src/templates/define-template.ts';
import { buildTemplate, nextQuestion } from '../../src/templates/support/questions.ts';
import { parseTeamTemplate } from '../../src/templates/team/parse.ts';
import { contextOf, type LayoutName } from './around.ts';
import { facts } from './facts.ts';

const head = ['-- template: X', '-- name: add_x'];

before(loadParser);

describe('a template of a team', () => {
  it('is read as the documentation shows it', () => {
    const page = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');
    const text = /```sql\n([^]*?)```/.exec(page)?.[1] ?? '';
    const { template, problems } = parseTeamTemplate(text, '/repo/.lockstep/templates/soft-delete.sql');
    assert.deepEqual(problems, []);
    assert.deepEqual([template?.id, template?.title, template?.inputs.map((each) => `${each.id}: ${each.kind}`)], ['soft-delete', 'Soft delete', ['table: table', 'key: columns', 'reason: text']]);
    const { steps } = build(template, { table: '"Sales"."Order"', key: ['"Line No"', '"user"'], reason: "it's the law" }, 'autocommit');
    assert.deepEqual(steps.map((each) => [each.name, each.deployBefore, each.up.outsideTransaction]), [
      ['add_deleted_at_to_order', null, false],
      ['add_index_line_no_user_order', 'code that leaves out rows of "Sales"."Order" with a deleted_at.', true],
    ]);
    assert.deepEqual(steps.map((each) => each.up.statements), [
      ["SET LOCAL lock_timeout = '5s';", 'ALTER TABLE "Sales"."Order" ADD COLUMN deleted_at timestamptz;', `COMMENT ON COLUMN "Sales"."Order".deleted_at IS 'it''s the law';`],
      ['-- Before this: code that leaves out rows of "Sales"."Order" with a deleted_at.\nCREATE INDEX CONCURRENTLY "Order_Line No_user_living" ON "Sales"."Order" ("Line No", "user") WHERE deleted_at IS NULL;'],
    ]);
  });

  it('leaves out statements whose question nobody answered, or was answered with no', () => {
    const template = read(['-- ask note: text, optional. Note?', '-- ask drop: yes or no, default yes. Drop?'], ['SELECT {{note}};', '-- only if drop', 'SELECT 2;', '-- kept', 'SELECT 3;']);
    assert.equal(nextQuestion(template, { note: 'a' }, contextOf({}))?.initial?.({}, contextOf({})), true);
    assert.deepEqual(build(template, { drop: false }).steps[0]?.up.statements, ['-- kept\nSELECT 3;']);
    assert.deepEqual(build(template, { drop: true, note: 'a' }).steps[0]?.up.statements, [`SELECT 'a';`, 'SELECT 2;', '-- kept\nSELECT 3;']);
  });

  it('writes a step only when it is asked for', () => {
    const text = [...head, '-- ask more: yes or no. More?', '-- up', 'SELECT 1;', '-- down', 'SELECT 1;', '-- step: add_more, only if more', '-- up', 'SELECT 2;', '-- down', 'SELECT 2;'].join('\r\n');
    const { template } = parseTeamTemplate(text, 'x.sql');
    assert.deepEqual([false, true].map((more) => build(template, { more }).steps.map((each) => each.name)), [['add_x'], ['add_x', 'add_more']]);
  });

  it('quotes names where they must be, with the letters around them', () => {
    const sql = (line: string, answers: Answers, ask = '-- ask column: name. Column?'): string | undefined => build(read([ask], [line]), answers).steps[0]?.up.statements[0];
    assert.equal(sql('SELECT {{column}};', { column: 'total' }), 'SELECT total;');
    assert.equal(sql('SELECT {{column}};', { column: '"Total"' }), 'SELECT "Total";');
    assert.equal(sql('SELECT {{column}};', { column: 'Total' }), 'SELECT total;');
    assert.equal(sql('SELECT {{column}};', { column: '"select"' }), 'SELECT "select";');
    assert.equal(sql('SELECT old_{{column}}_idx;', { column: '"a b"' }), 'SELECT "old_a b_idx";');
    assert.equal(sql('SELECT "old {{column}}";', { column: '"a""b"' }), 'SELECT "old a""b";');
    assert.equal(sql(`SELECT 'of {{column}}';`, { column: `"it's"` }), `SELECT 'of it''s';`);
    assert.equal(sql('-- of {{column}}\nSELECT 1;', { column: '"a\nb"' }), '-- of a b\nSELECT 1;');
    assert.equal(sql(`DO $$ BEGIN PERFORM {{column}}, '{{column}}'; UPDATE t SET a = 1; END $$;`, { column: '"A"' }), `DO $$ BEGIN PERFORM "A", 'A'; UPDATE t SET a = 1; END $$;`);
    assert.equal(sql('SELECT 1 FROM {{t}}_old;', { t: '"Sales"."New"' }, '-- ask t: new table. Table?'), 'SELECT 1 FROM "Sales"."New_old";');
    assert.equal(sql('SELECT 1 FROM {{t.schema}}.{{t.name}}_old;', { t: 'other' }, '-- ask t: new table. Table?'), 'SELECT 1 FROM public.other_old;');
    assert.equal(sql('SELECT {{n}}::{{n}};', { n: 'integer' }, '-- ask n: one of integer | text. Which?'), 'SELECT integer::integer;');
    assert.equal(sql('SELECT {{n}};', { n: -3 }, '-- ask n: number -5 to 5, default 0. How many?'), 'SELECT -3;');
  });

  it('takes no answer that would become more than one piece of SQL', () => {
    const template = read(['-- ask value: expression. Value?'], ['SELECT {{value}};']);
    assert.deepEqual(build(template, { value: '1; DROP TABLE orders' }).problems.length, 1);
    assert.deepEqual(build(template, { value: '1 -- all of it' }).problems.length, 1);
    assert.deepEqual(build(template, { value: '1, 2' }).problems.length, 1);
    assert.deepEqual(build(template, { value: '(1, 2)' }).steps.length, 1, 'a row is one expression');
  });

  it('says where the tool cannot run it outside a transaction', () => {
    const text = [...head, '-- up outside transaction', 'VACUUM;', 'VACUUM;', '-- down', 'SELECT 1;'].join('\n');
    const { template } = parseTeamTemplate(text, 'x.sql');
    assert.deepEqual((['drizzle', 'prisma', 'autocommit'] as const).map((layout) => build(template, {}, layout).problems), [
      ['The up of add_x has to run outside a transaction, and Drizzle has no way to do that.'],
      ['The up of add_x has to run outside a transaction, and Prisma does that only for a file of one statement.'],
      [],
    ]);
  });

  for (const [title, text, expected] of mistakes()) {
    it(`tells a mistake with its line: ${title}`, () => {
      const { template, problems } = parseTeamTemplate(text, 'x.sql');
      assert.equal(template, null);
      assert.deepEqual(problems.map(({ line, message }) => `${String(line)}: ${message}`), expected);
    });
  }

  it('survives whatever a file holds', () => {
    for (const text of ['', '\uFEFF', '--', '-- up', '{{', "'", '$$', '-- ask', '-- ask :', '-- template:', '\0', '-- name: {{', '-- up\n-- down\n-- up']) assert.equal(parseTeamTemplate(text, 'x').template, null, text);
  });
});

function file(asks: readonly string[], up: readonly string[], down: readonly string[] = ['SELECT 1;']): string {
  return [...head, ...asks, '-- up', ...up, '-- down', ...down].join('\n');
}

function read(asks: readonly string[], up: readonly string[]): Template {
  const { template, problems } = parseTeamTemplate(file(asks, up), 'x.sql');
  assert.deepEqual(problems, []);
  if (template === null) throw new Error('there is no template');
  return template;
}

function build(template: Template | null, answers: Answers, layout: LayoutName = 'plain'): ReturnType<typeof buildTemplate> {
  if (template === null) throw new Error('there is no template');
  return buildTemplate(template, answers, contextOf({ layout, schema: facts }));
}

function mistakes(): readonly (readonly [string, string, readonly string[]])[] {
  const asking = (line: string, up = 'SELECT 1;'): string => file([line], [up]);
  const kinds = 'There are table, new table, column of <question>, columns of <question>, new column of <question>, name, type, expression, one of <a> | <b>, yes or no, role, text, number <least> to <most>.';
  return [
    ['an empty file', '', ['1: A line “-- template: <title>” has to say what the template is called.']],
    ['nothing but a title', '-- template: X', ['1: There is no “-- name: …” and no “-- up”: the template writes nothing.']],
    ['no title', '-- name: add_x\n-- up\nSELECT 1;\n-- down\nSELECT 1;', ['1: A line “-- template: <title>” has to say what the template is called.']],
    ['no name', '-- template: X\n-- up\nSELECT 1;\n-- down\nSELECT 1;', ['2: Above the first section a line “-- name: …” says what the migration is called.', '4: Above the first section a line “-- name: …” says what the migration is called.']],
    ['a title twice', file(['-- template: Y'], ['SELECT 1;']), ['3: “template:” is there twice.']],
    ['a name twice', file(['-- name: add_y'], ['SELECT 1;']), ['2: This migration has no “-- up” section.', '2: This migration has no “-- down” section. What cannot be taken back says so there: DO $$ BEGIN RAISE EXCEPTION … END $$;', '3: The template has a name already. Further migrations begin with “-- step: <name>”.']],
    ['a key that is none', file(['-- titel: X'], ['SELECT 1;']), ['3: “titel” is no line of a template. There are template, detail, name, ask, step and deploy.']],
    ['a key with nothing behind it', file(['-- detail:'], ['SELECT 1;']), ['3: “detail:” has nothing behind it.']],
    ['a comment in the head', file(['-- by Ann'], ['SELECT 1;']), ['3: This line says nothing to Lockstep. A comment for readers goes into the SQL, below -- up.']],
    ['SQL in the head', file(['SELECT 1;'], ['SELECT 1;']), ['3: SQL begins below a line “-- up”.']],
    ['a kind that is none', asking('-- ask a: tabel. Which?'), [`3: “tabel” is no kind of question. ${kinds}`]],
    ['a question without words', asking('-- ask a: table'), ['3: The question a has no words: write “-- ask a: table. Which table?”.']],
    ['a question without a name', asking('-- ask: table. Which?'), ['3: “” cannot be what a question is called: begin with a small letter, then letters and digits.']],
    ['a question of a bad name', asking('-- ask the-table: table. Which?'), ['3: “the-table” cannot be what a question is called: begin with a small letter, then letters and digits.']],
    ['two questions of one name', file(['-- ask a: name. A?', '-- ask a: name. A?'], ['SELECT 1;']), ['4: There is a question a already.']],
    ['a column of nothing', asking('-- ask a: column of table. Which?'), ['3: No question before it is called table.']],
    ['a column of a name', file(['-- ask b: name. B?', '-- ask a: columns of b. Which?'], ['SELECT 1;']), ['4: The question b does not ask for a table.']],
    ['one choice', asking('-- ask a: one of b. Which?'), ['3: Write the choices with a bar between them: one of open | paid.']],
    ['a choice twice', asking('-- ask a: one of b | b. Which?'), ['3: A choice is there twice.']],
    ['numbers the wrong way round', asking('-- ask a: number 5 to 1. Which?'), ['3: 5 to 1 has no number in it.']],
    ['a default that is no choice', asking('-- ask a: one of b | c, default d. Which?'), ['3: The default of a: it is one of b, c.']],
    ['a default that is no number', asking('-- ask a: number 1 to 5, default 9. Which?'), ['3: The default of a: it is a whole number from 1 to 5.']],
    ['a default that is neither yes nor no', asking('-- ask a: yes or no, default maybe. Which?'), ['3: The default of a: it is yes or no.']],
    ['columns with a default', file(['-- ask t: table. T?', '-- ask a: columns of t, default b. Which?'], ['SELECT 1;']), ['4: The default of a: columns of a table that is not known yet have none.']],
    ['a question below the sections', [file([], ['SELECT 1;']), '-- step: add_y', '-- ask a: name. A?', '-- up', 'SELECT 1;', '-- down', 'SELECT 1;'].join('\n'), ['8: Questions stand above the first “-- up”.']],
    ['a placeholder of no question', asking('-- ask a: name. A?', 'SELECT 1,\n  {{b}};'), ['6: No question is called b.']],
    ['a placeholder in the name', '-- template: X\n-- name: add_{{b}}\n-- up\nSELECT 1;\n-- down\nSELECT 1;', ['2: No question is called b.']],
    ['a placeholder in what is deployed', [file([], ['SELECT 1;']), '-- step: add_y', '-- deploy: {{b}}', '-- up', 'SELECT 1;', '-- down', 'SELECT 1;'].join('\n'), ['7: No question is called b.']],
    ['a part that a question has not', asking('-- ask a: name. A?', 'SELECT {{a.name}};'), ['5: {{a.name}} means nothing: of tables there are {{a.name}} and {{a.schema}}.']],
    ['braces that are no placeholder', asking('-- ask a: name. A?', 'SELECT {{a;'), ['5: These braces are no placeholder: write {{question}}, or {{question.name}} for a table without its schema.']],
    ['a condition on no question', file([], ['-- only if b', 'SELECT 1;']), ['4: “only if b”: no question is called b.']],
    ['a condition on a name', file(['-- ask b: name. B?'], ['-- only if b', 'SELECT 1;']), ['5: “only if b”: b is no question of yes or no.']],
    ['a step on no question', [file([], ['SELECT 1;']), '-- step: add_y, only if b', '-- up', 'SELECT 1;', '-- down', 'SELECT 1;'].join('\n'), ['7: “only if b”: no question is called b.']],
    ['no up', '-- template: X\n-- name: add_x\n-- down\nSELECT 1;', ['2: This migration has no “-- up” section.']],
    ['no down', '-- template: X\n-- name: add_x\n-- up\nSELECT 1;', ['2: This migration has no “-- down” section. What cannot be taken back says so there: DO $$ BEGIN RAISE EXCEPTION … END $$;']],
    ['an empty section', file([], ['-- nothing'], []), ['3: There is no statement in this section.', '5: There is no statement in this section.']],
    ['a section twice', file([], ['SELECT 1;'], ['SELECT 1;', '-- down', 'SELECT 1;']), ['7: This migration has a down already. Another migration begins with “-- step: <name>”.']],
    ['a step without a name above', '-- template: X\n-- step: add_y\n-- up\nSELECT 1;\n-- down\nSELECT 1;', ['2: The first migration’s name stands in a line “-- name: …” above it.']],
    ['a deployment before the first', '-- template: X\n-- name: add_x\n-- deploy: code\n-- up\nSELECT 1;\n-- down\nSELECT 1;', ['3: “deploy:” says what is deployed before a further step: it stands below a line “-- step: …”.']],
    ['SQL that is none', file(['-- ask a: name. A?'], ['SELECT 1;', '', '-- said', 'SELCT {{a}};']), ['7: PostgreSQL cannot read this statement: syntax error at or near "SELCT".']],
    ['a quote that nobody closed', file([], ["SELECT 'a;"]), ['4: PostgreSQL cannot read this statement: unterminated quoted string at or near "\'a;".']],
  ];
}
