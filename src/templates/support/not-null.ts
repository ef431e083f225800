import type { TableFacts } from '../../model/schema.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import type { TemplateContext } from '../define-template.ts';
import { madeName, numbered, written } from './identifiers.ts';
import { together } from './scripts.ts';
import { tableSlug, type Draft } from './steps.ts';

/** PostgreSQL 18 is the first whose NOT NULL can be NOT VALID (manual, ALTER TABLE). */
const firstWithNotValid = 18;

/** Two migrations after which a column that is filled holds no null, without reading the table under a strong lock. */
export function notNullDrafts(table: TableFacts, column: string, context: TemplateContext): readonly Draft[] {
  const alter = `ALTER TABLE ${written(table)}`;
  const name = quoteIdentifier(column);
  const isDirect = context.config.postgres >= firstWithNotValid;
  const suffix = isDirect ? 'not_null' : 'present';
  const constraint = quoteIdentifier(numbered((number) => madeName([table.name, column], number === 1 ? suffix : `${suffix}${String(number)}`), (each) => table.constraints.includes(each)));
  const add = isDirect ? `${alter} ADD CONSTRAINT ${constraint} NOT NULL ${name} NOT VALID;` : `${alter} ADD CONSTRAINT ${constraint} CHECK (${name} IS NOT NULL) NOT VALID;`;
  const drop = `${alter} DROP CONSTRAINT IF EXISTS ${constraint};`;
  const validate = `${alter} VALIDATE CONSTRAINT ${constraint};`;
  const where = tableSlug(table);
  return [
    {
      names: [`require_${column}_in_${where}`, `add_required_${column}_to_${where}`, `migrate_${column}_in_${where}_to_required`],
      up: together(context, 'up', 'strong', [add]),
      down: together(context, 'down', 'strong', [drop]),
      notes: ['From here on no row without a value can be written; rows that are there are not looked at yet.'],
    },
    {
      names: [`validate_${column}_in_${where}`, `add_validated_${column}_to_${where}`, `migrate_${column}_in_${where}_to_validated`],
      up: isDirect ? together(context, 'up', 'none', [validate]) : together(context, 'up', 'strong', [validate, `${alter} ALTER COLUMN ${name} SET NOT NULL;`, drop]),
      down: together(context, 'down', 'strong', isDirect ? [drop, add] : [`${alter} ALTER COLUMN ${name} DROP NOT NULL;`, add]),
      notes: ['VALIDATE reads the whole table while reads and writes go on; it has to be another transaction than the one before.'],
    },
  ];
}
