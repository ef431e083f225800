import type { ObjectName, TableFacts } from '../model/schema.ts';
import { quoteIdentifier } from '../sql/names.ts';
import { defineTemplate, type Answers, type BuiltTemplate, type TemplateContext } from './define-template.ts';
import { given, type Given } from './support/given.ts';
import { columnList, findTable, freeName, madeName, numbered, readObjectName, written } from './support/identifiers.ts';
import { columnNamesOf, refuseColumnList } from './support/pieces.ts';
import { isProtected, protect, tenantQuestions, tenantTypes, typeOfColumn, usualTenantColumn } from './support/policies.ts';
import { together } from './support/scripts.ts';
import { built, refused, tableSlug } from './support/steps.ts';

const hasTenants = (answers: Answers): boolean => answers['tenants'] === true;

/** A table with key, timestamps, references and, where tenants share it, row-level security. */
export const createTable = defineTemplate({
  id: 'create-table',
  title: 'Create a table',
  detail: 'Primary key, timestamps, foreign keys with their indexes, and for tenants row-level security (also for the owner) with a policy for each command.',
  inputs: [
    { kind: 'new table', id: 'table', prompt: 'What is the table called?', placeholder: 'orders' },
    {
      kind: 'choice', id: 'key', prompt: 'Which primary key?', initial: () => 'identity',
      choices: () => [
        { value: 'identity', label: 'bigint', detail: 'GENERATED ALWAYS AS IDENTITY' },
        { value: 'uuid', label: 'uuid', detail: 'DEFAULT gen_random_uuid()' },
      ],
    },
    {
      kind: 'text', id: 'columns', optional: true, prompt: 'Which further columns? Write them as in CREATE TABLE, or leave it empty.', placeholder: "title text NOT NULL, state text NOT NULL DEFAULT 'open'",
      refuse: (value) => refuseColumnList(String(value)),
    },
    {
      kind: 'text', id: 'references', optional: true, prompt: 'Which tables does a row belong to? Separate them by commas, or leave it empty.', placeholder: 'customers, sales.orders',
      refuse: (value, _, context) => refuseReferences(String(value), context),
    },
    { kind: 'yes or no', id: 'timestamps', prompt: 'With created_at and updated_at?', initial: () => true },
    { kind: 'yes or no', id: 'tenants', prompt: 'Do several tenants share the table?', initial: (answers, context) => context.config.rowSecurity !== null || isProtected(readObjectName(String(answers['table'])) ?? { schema: 'public', name: '' }, context.config) },
    { kind: 'name', id: 'tenantColumn', when: hasTenants, prompt: 'Which column says whose row it is?', placeholder: 'tenant_id', initial: (_, context) => quoteIdentifier(usualTenantColumn(context)) },
    {
      kind: 'choice', id: 'tenantType', when: hasTenants, prompt: 'Of which type is it?', choices: () => tenantTypes,
      initial: (_, context) => tenantTypes.find((each) => each.value === typeOfColumn(context.schema, usualTenantColumn(context)))?.value ?? 'uuid',
    },
    ...tenantQuestions(hasTenants),
  ],
  build,
});

interface Reference {
  readonly column: string;
  readonly type: string;
  readonly to: TableFacts;
  readonly key: string;
}

function build(answers: Answers, context: TemplateContext): BuiltTemplate {
  const ask = given(answers, context);
  const table = readObjectName(ask.text('table')) ?? { schema: 'public', name: ask.text('table') };
  const tenant = ask.isYes('tenants') ? ask.name('tenantColumn') : null;
  const own = columnNamesOf(ask.optionalText('columns') ?? '');
  const fixed = ['id', ...(tenant === null ? [] : [tenant]), ...own, ...(ask.isYes('timestamps') ? ['created_at', 'updated_at'] : [])];
  const references = referencesOf(ask.optionalText('references') ?? '', fixed, context);
  const twice = fixed.find((name, index) => fixed.indexOf(name) !== index);
  if (twice !== undefined) return refused(`The column ${quoteIdentifier(twice)} would be there twice.`);
  const tenancy = tenant === null ? null : { table, column: tenant, type: ask.text('tenantType'), setting: ask.text('setting'), role: ask.optionalText('role'), taken: [] };
  const up = [
    createStatement(table, ask, tenant, references),
    ...(tenant === null ? [] : [index(table, tenant, context)]),
    ...references.flatMap((each) => [index(table, each.column, context), foreignKey(table, each)]),
    ...(tenancy === null ? [] : protect(tenancy)),
  ];
  return built(context, [{
    names: [`create_${tableSlug(table)}`, `add_${tableSlug(table)}_table`],
    up: together(context, 'up', references.length > 0 ? 'strong' : 'none', up),
    // Dropping a table takes its foreign keys along, which locks the tables that they point to.
    down: together(context, 'down', references.length > 0 ? 'strong' : 'none', [`DROP TABLE IF EXISTS ${written(table)};`]),
    notes: [
      ...(tenancy === null ? [] : [`A session sees rows only after SET ${tenancy.setting} = '…'; without it every query fails.`]),
      ...(ask.isYes('timestamps') ? ['updated_at is written by the application, or by a trigger of yours.'] : []),
    ],
  }]);
}

function createStatement(table: ObjectName, ask: Given, tenant: string | null, references: readonly Reference[]): string {
  const key = ask.text('key') === 'uuid' ? 'id uuid PRIMARY KEY DEFAULT gen_random_uuid()' : 'id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY';
  const own = ask.optionalText('columns');
  const lines = [
    key,
    ...(tenant === null ? [] : [`${quoteIdentifier(tenant)} ${ask.text('tenantType')} NOT NULL`]),
    ...references.map(({ column, type }) => `${quoteIdentifier(column)} ${type} NOT NULL`),
    ...(own === null ? [] : [own]),
    ...(ask.isYes('timestamps') ? ['created_at timestamptz NOT NULL DEFAULT now()', 'updated_at timestamptz NOT NULL DEFAULT now()'] : []),
  ];
  return `CREATE TABLE ${written(table)} (\n  ${lines.join(',\n  ')}\n);`;
}

function index(table: ObjectName, column: string, { schema }: TemplateContext): string {
  return `CREATE INDEX ${quoteIdentifier(freeName(schema, table.schema, [table.name, column], 'idx'))} ON ${written(table)} (${quoteIdentifier(column)});`;
}

function foreignKey(table: ObjectName, { column, to, key }: Reference): string {
  return `ALTER TABLE ${written(table)} ADD CONSTRAINT ${quoteIdentifier(madeName([table.name, column], 'fkey'))} FOREIGN KEY (${columnList([column])}) REFERENCES ${written(to)} (${columnList([key])});`;
}

/** `customers` becomes `customer_id`, beside what the table has already. */
function referencesOf(text: string, fixed: readonly string[], { schema }: TemplateContext): readonly Reference[] {
  const taken = new Set(fixed);
  return parts(text).flatMap((part) => {
    const to = findTable(schema, part);
    const key = to?.primaryKey?.[0];
    const type = to?.columns.find((each) => each.name === key)?.type;
    if (to === null || key === undefined || type === undefined) return [];
    const name = `${singular(to.name)}_${key}`;
    const column = numbered((number) => (number === 1 ? name : `${name}_${String(number)}`), (each) => taken.has(each));
    taken.add(column);
    return [{ column, type, to, key }];
  });
}

function refuseReferences(text: string, { schema }: TemplateContext): string | null {
  for (const part of parts(text)) {
    const table = findTable(schema, part);
    if (table === null) return `The history makes no table ${part}.`;
    if (table.primaryKey?.length !== 1) return `${written(table)} has ${table.primaryKey === null ? 'no primary key' : 'a primary key of several columns'}: write this reference yourself.`;
  }
  return null;
}

function parts(text: string): readonly string[] {
  return (text.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== '');
}

/** Good enough for a column's name, which can be changed in the file: `companies` → `company`, `addresses` → `address`. */
function singular(name: string): string {
  if (/ies$/i.test(name)) return name.replace(/ies$/i, 'y');
  if (/(ss|us|is)$/i.test(name)) return name;
  return name.replace(/(?<=ss|x|ch|sh)es$|s$/i, '');
}
