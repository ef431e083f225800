import type { ColumnFacts, ObjectName, TableFacts } from '../../model/schema.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import type { TemplateContext, TemplateInput } from '../define-template.ts';
import { backfillDown, backfillNotes, backfillUp, emptyAgain, usualBatch, type Backfill } from './backfill.ts';
import { findColumn, findTable, madeName, numbered, written } from './identifiers.ts';
import { dropKept, keptTable, remakeKept } from './kept.ts';
import { notNullDrafts } from './not-null.ts';
import { despite, together } from './scripts.ts';
import { tableSlug, type Draft } from './steps.ts';
import { createSync, createWayBack, dropSync, syncName, type Sync, type SyncedColumn } from './sync.ts';

/** New columns in the place of an old one, without a moment in which either old or new code fails. */
export interface Expansion {
  readonly table: TableFacts;
  readonly old: ColumnFacts;
  /** The new columns, with what they get from the old one. */
  readonly fresh: readonly SyncedColumn[];
  /** What the old column gets from the new ones: an expression over the row as it is in the end. */
  readonly back: string;
  /** `swapped`: the new column takes over the old one's name in the end. */
  readonly ending: 'own name' | 'swapped';
  /** Whether a trigger writes the other side, or the code does. */
  readonly trigger: 'yes' | 'no';
  /** Whether the backfill keeps what it overwrites. */
  readonly keep: 'yes' | 'no';
  /** Whether the last migration drops what was kept. */
  readonly drop: 'yes' | 'no';
  /** What the migrations are named for: `full_name`. */
  readonly subject: string;
}

/** What the templates that expand and contract ask in the end. */
export const expansionQuestions: readonly TemplateInput[] = [
  { kind: 'yes or no', id: 'trigger', prompt: 'Shall a trigger keep old and new alike while both kinds of code run?', initial: () => true },
  { kind: 'yes or no', id: 'keep', prompt: 'Keep what the backfill overwrites, row by row, so that its down is exact?', initial: () => true },
  { kind: 'yes or no', id: 'drop', prompt: 'Write the migration that drops the old data in the end as well?', initial: () => true },
];

/** Why a column cannot be replaced by this, or null. */
export function refuseReplaced(tableText: unknown, columnText: unknown, { schema }: TemplateContext): string | null {
  const table = findTable(schema, String(tableText));
  const column = table === null ? null : findColumn(table, String(columnText));
  if (table === null || column === null) return null;
  const named = quoteIdentifier(column.name);
  if (table.primaryKey?.includes(column.name) === true) return `${named} is part of the primary key, which rows of other tables may point to.`;
  if (column.generated !== null) return `PostgreSQL itself writes ${named} (it is ${column.generated === 'identity' ? 'an identity' : 'generated'}), so nothing can keep two of them alike.`;
  if (column.default?.includes('nextval(') === true) return `${named} gets its values from a sequence that belongs to it.`;
  const key = table.foreignKeys.find((each) => each.columns.includes(column.name));
  return key === undefined ? null : `${named} is part of the foreign key ${quoteIdentifier(key.name)}: make the new column with “Add a foreign key” first.`;
}

export function expandContract(expansion: Expansion, context: TemplateContext): readonly Draft[] {
  const { table, old, fresh } = expansion;
  const plan = planOf(expansion, context);
  const required = old.notNull && fresh.length === 1 && fresh[0] !== undefined ? notNullDrafts(table, fresh[0].name, context) : [];
  return [expand(expansion, plan, context), fill(expansion, plan, context), ...required, contract(expansion, plan, context), ...(expansion.drop === 'yes' ? [finish(expansion, plan, context)] : [])];
}

interface Plan {
  readonly alter: string;
  readonly where: string;
  readonly sync: Sync;
  readonly syncName: string;
  /** The same at the end, when the columns have their last names. */
  readonly wayBack: Sync;
  readonly wayBackName: string;
  /** What the old column is called at the end. */
  readonly aside: string;
  readonly keptIn: ObjectName | null;
}

function planOf({ table, old, fresh, back, keep, ending }: Expansion, context: TemplateContext): Plan {
  const names = fresh.map((each) => each.name);
  const aside = asideName(table, old.name);
  const [first] = fresh;
  const isSwapped = ending === 'swapped' && first !== undefined;
  // Until it takes over the name, the expression means the new column by it.
  const early = isSwapped ? `(SELECT ${back} FROM (SELECT NEW.${quoteIdentifier(first.name)} AS ${quoteIdentifier(old.name)}) AS converted)` : back;
  return {
    alter: `ALTER TABLE ${written(table)}`,
    where: tableSlug(table),
    sync: { table, old: { name: old.name, type: old.type, value: early }, fresh },
    syncName: syncName(table, old.name, 'sync'),
    wayBackName: syncName(table, old.name, 'way_back'),
    wayBack: { table, old: { name: aside, type: old.type, value: back }, fresh: isSwapped ? [{ ...first, name: old.name }] : fresh },
    aside,
    keptIn: keep === 'yes' ? keptTable(table, names, context) : null,
  };
}

/** What a column is called while it is kept aside. */
export function asideName(table: TableFacts, column: string): string {
  return numbered((number) => madeName([column, ''], number === 1 ? 'kept' : `kept${String(number)}`), (each) => table.columns.some((other) => other.name === each));
}

function expand({ table, fresh, trigger, subject }: Expansion, plan: Plan, context: TemplateContext): Draft {
  const add = fresh.map(({ name, type }) => `ADD COLUMN ${quoteIdentifier(name)} ${type}`).join(', ');
  const drop = fresh.map(({ name }) => `DROP COLUMN IF EXISTS ${quoteIdentifier(name)}`).join(', ');
  const hasTrigger = trigger === 'yes';
  return {
    names: [`add_${subject}_to_${plan.where}`],
    up: together(context, 'up', 'strong', [`${plan.alter} ${add};`, ...(hasTrigger ? createSync(plan.sync, plan.syncName) : [])]),
    down: together(context, 'down', 'strong', [...(hasTrigger ? dropSync(table, plan.syncName) : []), `${plan.alter} ${drop};`]),
  };
}

function fill({ table, old, fresh, trigger, subject }: Expansion, plan: Plan, context: TemplateContext): Draft {
  const unfilled = fresh.map(({ name, value }) => `(${quoteIdentifier(name)} IS NULL AND (${value}) IS NOT NULL)`);
  const backfill: Backfill = {
    table, sets: fresh.map(({ name, type, value }) => ({ name, type, value })), where: unfilled.join(' OR '), keptIn: plan.keptIn, sync: trigger === 'yes' ? 'pause' : 'none', batch: usualBatch,
  };
  const both = [old.name, ...fresh.map((each) => each.name)].map(quoteIdentifier).join(' and ');
  return {
    names: [`backfill_${subject}_in_${plan.where}`, `migrate_${subject}_in_${plan.where}`],
    up: backfillUp(backfill, context),
    down: plan.keptIn === null ? emptyAgain(backfill, context) : backfillDown({ ...backfill, keptIn: plan.keptIn }, context),
    ...(trigger === 'yes' ? {} : { deployBefore: `deploy code that writes ${both}.` }),
    notes: backfillNotes(table, plan.keptIn),
  };
}

function contract({ table, old, fresh, ending, trigger, subject }: Expansion, plan: Plan, context: TemplateContext): Draft {
  const rename = (from: string, to: string): string => `${plan.alter} RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)};`;
  const [first] = fresh;
  const hasTrigger = trigger === 'yes';
  const swapped = ending === 'swapped' && first !== undefined ? first.name : null;
  const value = old.default === null || fresh.length !== 1 || first === undefined ? null : { column: quoteIdentifier(swapped === null ? first.name : old.name), default: swapped === null ? old.default : `(${old.default})::${first.type}` };
  const code = swapped === null ? `deploy code that reads and writes ${fresh.map((each) => quoteIdentifier(each.name)).join(' and ')} and no longer ${quoteIdentifier(old.name)}.` : `deploy code that takes ${quoteIdentifier(old.name)} as ${old.type} and as ${first?.type ?? ''}.`;
  return {
    names: [swapped === null ? `remove_${old.name}_from_${plan.where}` : `change_${old.name}_in_${plan.where}`, `rename_${old.name}_to_${plan.aside}_in_${plan.where}`, `migrate_${subject}_in_${plan.where}_to_the_end`],
    up: together(context, 'up', 'strong', [
      ...(hasTrigger ? dropSync(table, plan.syncName) : []),
      despite('rename-column', 'no code uses it any more; under another name its values stay for the way back', rename(old.name, plan.aside)),
      ...(swapped === null ? [] : [despite('rename-column', 'it takes the place of the old one in the same transaction', rename(swapped, old.name))]),
      ...(value === null ? [] : [`${plan.alter} ALTER COLUMN ${value.column} SET DEFAULT ${value.default};`]),
      ...createWayBack(plan.wayBack, plan.wayBackName),
    ]),
    down: together(context, 'down', 'strong', [
      ...dropSync(table, plan.wayBackName),
      ...(value === null ? [] : [`${plan.alter} ALTER COLUMN ${value.column} DROP DEFAULT;`]),
      ...(swapped === null ? [] : [rename(old.name, swapped)]),
      rename(plan.aside, old.name),
      ...(hasTrigger ? createSync(plan.sync, plan.syncName) : []),
    ]),
    deployBefore: code,
    notes: [`${quoteIdentifier(plan.aside)} follows what is written, so that the way back loses nothing.`, ...dependents(table, old)],
  };
}

/** What has the old column in it and does not move by itself. */
function dependents(table: TableFacts, { name }: ColumnFacts): readonly string[] {
  const indexes = table.indexes.filter((each) => each.columns.includes(name)).map((each) => quoteIdentifier(each.name));
  return indexes.length === 0 ? [] : [`Make ${indexes.join(', ')} for the new column as well, before code reads it: “Add an index” does that.`];
}

function finish({ table, old, fresh, subject }: Expansion, plan: Plan, context: TemplateContext): Draft {
  const aside = quoteIdentifier(plan.aside);
  return {
    names: [`drop_${plan.aside}_from_${plan.where}`, `remove_${plan.aside}_from_${plan.where}`, `migrate_${subject}_in_${plan.where}_for_good`],
    up: together(context, 'up', 'strong', [
      ...dropSync(table, plan.wayBackName),
      despite('drop-column', 'nothing uses it, and nobody wants to go back', `${plan.alter} DROP COLUMN IF EXISTS ${aside};`),
      ...(plan.keptIn === null ? [] : dropKept(plan.keptIn)),
    ]),
    down: together(context, 'down', 'strong', [
      `-- irreversible: the values of ${aside} are gone; the column comes back empty, at the end of the table.\n${plan.alter} ADD COLUMN ${aside} ${old.type};`,
      ...(plan.keptIn === null ? [] : remakeKept(table, fresh, plan.keptIn, context)),
      ...createWayBack(plan.wayBack, plan.wayBackName),
    ]),
    deployBefore: 'wait until nobody wants to go back. After this the old values are gone.',
    notes: ['Take a backup first: the down brings the column back without its values.'],
  };
}
