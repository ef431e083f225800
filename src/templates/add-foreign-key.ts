import { quoteIdentifier } from '../sql/names.ts';
import { defineTemplate, type Answers, type Choice, type TemplateContext } from './define-template.ts';
import { given } from './support/given.ts';
import { columnList, findColumn, findTable, madeName, numbered, written } from './support/identifiers.ts';
import { indexDraft, isIndexed } from './support/indexes.ts';
import { together } from './support/scripts.ts';
import { built, tableSlug } from './support/steps.ts';

/** What happens to rows whose referenced row goes. */
const deletions: readonly Choice[] = [
  { value: 'NO ACTION', label: 'Refuse it', detail: 'NO ACTION: as long as rows point to it' },
  { value: 'CASCADE', label: 'Delete them as well', detail: 'CASCADE' },
  { value: 'SET NULL', label: 'Let them point nowhere', detail: 'SET NULL' },
];

/** The first whose NOT VALID foreign keys may begin at a partitioned table (manual, ALTER TABLE). */
const firstWithPartitioned = 18;

/** A foreign key on tables that are in use. */
export const addForeignKey = defineTemplate({
  id: 'add-foreign-key',
  title: 'Add a foreign key',
  detail: 'An index on its columns where none is there, the key NOT VALID, and VALIDATE in a migration of its own, so that neither table is read under a strong lock.',
  inputs: [
    { kind: 'table', id: 'table', prompt: 'From which table?', refuse: (value, _, context) => refuseOwner(value, context) },
    { kind: 'columns', id: 'columns', of: 'table', prompt: 'Which of its columns point to the other table?' },
    { kind: 'table', id: 'references', prompt: 'To which table?', refuse: refuseTarget },
    { kind: 'choice', id: 'onDelete', prompt: 'What happens to rows whose referenced row is deleted?', choices: () => deletions, initial: () => 'NO ACTION', refuse: refuseNulls },
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const [table, target] = [ask.table('table'), ask.table('references')];
    const columns = ask.columns(table, 'columns').map((each) => each.name);
    const constraint = quoteIdentifier(numbered((number) => madeName([table.name, ...columns], number === 1 ? 'fkey' : `fkey${String(number)}`), (each) => table.constraints.includes(each)));
    const alter = `ALTER TABLE ${written(table)}`;
    const drop = `${alter} DROP CONSTRAINT IF EXISTS ${constraint};`;
    const deletion = ask.text('onDelete');
    const add = `${alter} ADD CONSTRAINT ${constraint} FOREIGN KEY (${columnList(columns)})\n  REFERENCES ${written(target)} (${columnList(target.primaryKey ?? [])})${deletion === 'NO ACTION' ? '' : ` ON DELETE ${deletion}`} NOT VALID;`;
    const name = `${columns.join('_')}`;
    return built(context, [
      ...(isIndexed(table, columns) || table.partitioned ? [] : [indexDraft({ table, columns, method: 'btree', kind: 'plain', where: null }, context)]),
      {
        names: [`add_foreign_key_${name}_to_${tableSlug(table)}`],
        up: together(context, 'up', 'strong', [add]),
        down: together(context, 'down', 'strong', [drop]),
        notes: ['From here on every new row needs its referenced row. Rows that are there are not looked at yet.'],
      },
      {
        names: [`validate_foreign_key_${name}_in_${tableSlug(table)}`, `add_validated_foreign_key_${name}_to_${tableSlug(table)}`, `migrate_foreign_key_${name}_in_${tableSlug(table)}`],
        up: together(context, 'up', 'none', [`${alter} VALIDATE CONSTRAINT ${constraint};`]),
        down: together(context, 'down', 'strong', [drop, add]),
        deployBefore: `see to the rows that point nowhere: SELECT * FROM ${written(table)} AS child WHERE ${columns.map((each) => `child.${quoteIdentifier(each)} IS NOT NULL`).join(' AND ')} AND NOT EXISTS (SELECT FROM ${written(target)} AS parent WHERE ${columns.map((each, index) => `parent.${quoteIdentifier(target.primaryKey?.[index] ?? '')} = child.${quoteIdentifier(each)}`).join(' AND ')})`,
        notes: ['VALIDATE reads the table while reads and writes go on; it has to be another transaction than the one before.'],
      },
    ]);
  },
});

function refuseOwner(value: unknown, { schema, config }: TemplateContext): string | null {
  const table = findTable(schema, String(value));
  return table?.partitioned === true && config.postgres < firstWithPartitioned ? `${written(table)} is partitioned: before PostgreSQL 18 its foreign keys cannot be NOT VALID. Write the key yourself, for each partition first.` : null;
}

function refuseTarget(value: unknown, answers: Answers, { schema }: TemplateContext): string | null {
  const [table, target] = [findTable(schema, String(answers['table'])), findTable(schema, String(value))];
  const names = answers['columns'];
  if (table === null || target === null || !Array.isArray(names)) return null;
  const key = target.primaryKey;
  if (key === null) return `${written(target)} has no primary key to point to.`;
  if (key.length !== names.length) return `Its primary key has ${String(key.length)} columns (${columnList(key)}), and ${String(names.length)} point to it.`;
  const different = names.map((each) => findColumn(table, String(each))).find((column, index) => column?.type !== target.columns.find((each) => each.name === key[index])?.type);
  return different == null ? null : `${quoteIdentifier(different.name)} is ${different.type}, and the primary key of ${written(target)} is of another type: change the column first.`;
}

function refuseNulls(value: unknown, answers: Answers, { schema }: TemplateContext): string | null {
  const table = findTable(schema, String(answers['table']));
  const names = answers['columns'];
  if (value !== 'SET NULL' || table === null || !Array.isArray(names)) return null;
  const required = names.map((each) => findColumn(table, String(each))).find((each) => each?.notNull === true);
  return required == null ? null : `${quoteIdentifier(required.name)} is NOT NULL.`;
}
