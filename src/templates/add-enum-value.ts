import type { ColumnFacts, EnumFacts, SchemaFacts, TableFacts } from '../model/schema.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/names.ts';
import { defineTemplate, type Answers, type TemplateContext } from './define-template.ts';
import { given } from './support/given.ts';
import { freeName, qualified, readObjectName, sameName, written } from './support/identifiers.ts';
import { comments, despite, together } from './support/scripts.ts';
import { built, refused, slug, tableSlug } from './support/steps.ts';

const atEnd = 'at the end';

/** One more value of an enum, in a migration before the one that uses it. */
export const addEnumValue = defineTemplate({
  id: 'add-enum-value',
  title: 'Add a value to an enum',
  detail: 'ALTER TYPE … ADD VALUE, alone, because no transaction may use a value that it adds; the down makes the type anew without the value.',
  inputs: [
    {
      kind: 'choice', id: 'type', prompt: 'Which enum?',
      choices: (_, { schema }) => schema.enums.map((each) => ({ value: written(each), label: written(each), detail: each.values.join(', ') })),
    },
    { kind: 'text', id: 'value', prompt: 'Which value?', placeholder: 'refunded', refuse: refuseValue },
    {
      kind: 'choice', id: 'after', prompt: 'Behind which value?', initial: () => atEnd,
      choices: (answers, context) => [{ value: atEnd, label: atEnd, detail: '' }, ...(enumOf(answers, context)?.values ?? []).map((value) => ({ value, label: value, detail: '' }))],
    },
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const type = enumOf(answers, context);
    if (type === null) return refused(`The history makes no enum ${ask.text('type')}.`);
    const [value, after] = [ask.text('value'), ask.text('after')];
    const columns = columnsOf(type, context.schema);
    return built(context, [{
      names: [`add_${slug(value)}_to_${tableSlug(type)}`],
      up: together(context, 'up', 'none', [`ALTER TYPE ${written(type)} ADD VALUE ${quoteLiteral(value)}${after === atEnd ? '' : ` AFTER ${quoteLiteral(after)}`};`]),
      down: together(context, 'down', columns.length > 0 ? 'strong' : 'none', without(type, columns, context)),
      notes: [
        'Use the value in a later migration: the transaction that adds it may not.',
        `The down is refused while a row holds ${quoteLiteral(value)}${columns.length > 0 ? `, and writes ${columns.map(({ table }) => written(table)).filter((each, index, all) => all.indexOf(each) === index).join(', ')} anew` : ''}.`,
        'Functions and views that name the type have to be seen to by hand in the down.',
      ],
    }]);
  },
});

interface Use {
  readonly table: TableFacts;
  readonly column: ColumnFacts;
}

function enumOf(answers: Answers, { schema }: TemplateContext): EnumFacts | null {
  const name = readObjectName(String(answers['type']));
  return name === null ? null : (schema.enums.find((each) => sameName(each, name)) ?? null);
}

function refuseValue(value: unknown, answers: Answers, context: TemplateContext): string | null {
  const type = enumOf(answers, context);
  if (type?.values.includes(String(value)) === true) return `${written(type)} has this value already.`;
  return new TextEncoder().encode(String(value)).length > 63 ? 'A value may have 63 bytes at most.' : null;
}

/** Partitions follow the table that they are part of. */
function columnsOf(type: EnumFacts, { tables }: SchemaFacts): readonly Use[] {
  const names = [qualified(type), `${qualified(type)}[]`];
  return tables.filter((each) => !each.partition).flatMap((table) => table.columns.filter((each) => names.includes(each.type)).map((column) => ({ table, column })));
}

/** PostgreSQL can take no value away (manual, ALTER TYPE): a new type takes the old one's place. */
function without(type: EnumFacts, uses: readonly Use[], { schema }: TemplateContext): readonly string[] {
  const old = { schema: type.schema, name: freeName(schema, type.schema, [type.name], 'old') };
  const withDefault = uses.filter(({ column }) => column.default !== null);
  const alter = ({ table, column }: Use): string => `ALTER TABLE ${written(table)} ALTER COLUMN ${quoteIdentifier(column.name)}`;
  return [
    `${comments('PostgreSQL cannot drop a value of an enum: a new type takes the place of this one.')}\nALTER TYPE ${written(type)} RENAME TO ${quoteIdentifier(old.name)};`,
    `CREATE TYPE ${written(type)} AS ENUM (${type.values.map(quoteLiteral).join(', ')});`,
    ...withDefault.map((use) => `${alter(use)} DROP DEFAULT;`),
    ...uses.map((use) => {
      const array = use.column.type.endsWith('[]') ? '[]' : '';
      return despite('alter-column-type-rewrite', 'nothing but a new type can lose a value', `${alter(use)} TYPE ${written(type)}${array} USING ${quoteIdentifier(use.column.name)}::text${array}::${written(type)}${array};`);
    }),
    ...withDefault.map((use) => `${alter(use)} SET DEFAULT ${use.column.default ?? ''};`),
    `DROP TYPE IF EXISTS ${written(old)};`,
  ];
}
