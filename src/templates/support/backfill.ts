import type { Side } from '../../model/migration.ts';
import type { ObjectName, TableFacts } from '../../model/schema.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/names.ts';
import type { TemplateContext, TemplateScript } from '../define-template.ts';
import { columnList, findTable, numbered, qualified, written } from './identifiers.ts';
import { keepStatements } from './kept.ts';
import { alone, canRunOutside, comments } from './scripts.ts';

/** Rows that get new values, many at a time but never all at once. */
export interface Backfill {
  readonly table: TableFacts;
  readonly sets: readonly FilledColumn[];
  /** Which rows are still to be filled: no longer true of a row that was. */
  readonly where: string;
  /** Where the values of before are kept for the down; null: `undone` alone tells the down what to do. */
  readonly keptIn: ObjectName | null;
  /** A sync trigger is told to leave these writes alone. */
  readonly sync: 'pause' | 'none';
  readonly batch: number;
}

export interface FilledColumn {
  readonly name: string;
  readonly type: string;
  /** An expression over the row. */
  readonly value: string;
}

/** A single UPDATE of more rows than these would hold their locks, and keep VACUUM away, for too long. */
export const mostInOneTransaction = 100_000;

export const usualBatch = 1_000;

/** A backfill walks along the primary key. */
export function refuseWithoutKey(value: unknown, context: TemplateContext): string | null {
  const table = findTable(context.schema, String(value));
  return table?.primaryKey === null ? `${written(table)} has no primary key, and a backfill in batches walks along it.` : null;
}

export function backfillUp(backfill: Backfill, context: TemplateContext): TemplateScript {
  return script(context, 'up', loop(backfill, context, { side: 'up', toDo: 'to fill', done: 'filled' }));
}

interface LoopWords {
  readonly side: Side;
  readonly toDo: string;
  readonly done: string;
}

/** Walks along the primary key: every batch reads and locks its own rows alone, and none is met twice. */
function loop(backfill: Backfill, context: TemplateContext, { side, toDo, done }: LoopWords): readonly string[] {
  const { table, where, keptIn } = backfill;
  const names = variables(table);
  const keys = table.primaryKey ?? [];
  const list = columnList(keys);
  const target = written(table);
  const shown = target.replaceAll('%', '%%');
  const from = names.from.join(', ');
  const commits = canRunOutside(context, side);
  return [
    'DECLARE',
    `  ${names.batch} CONSTANT integer := ${String(backfill.batch)};`,
    ...keys.flatMap((key, index) => [names.from, names.to].map((variable) => `  ${variable[index] ?? ''} ${target}.${quoteIdentifier(key)}%TYPE;`)),
    `  ${names.changed} integer;`,
    `  ${names.done} bigint := 0;`,
    `  ${names.left} bigint;`,
    'BEGIN',
    ...(keptIn === null ? [] : keepStatements(table, backfill.sets, keptIn, context)),
    `  SELECT count(*) INTO ${names.left} FROM ${target} WHERE ${where};`,
    ...(commits ? [] : refuseMany(shown, names)),
    `  RAISE NOTICE ${quoteLiteral(`% rows of ${shown} ${toDo}`)}, ${names.left};`,
    `  SELECT ${list} INTO ${from} FROM ${target} ORDER BY ${list} LIMIT 1;`,
    `  WHILE ${names.from[0] ?? ''} IS NOT NULL LOOP`,
    ...pause(backfill),
    `    SELECT ${list} INTO ${names.to.join(', ')}`,
    `      FROM (SELECT ${list} FROM ${target} WHERE ${compare(keys, '>=', names.from)} ORDER BY ${list} LIMIT ${names.batch}) AS batch`,
    `      ORDER BY ${keys.map((key) => `${quoteIdentifier(key)} DESC`).join(', ')} LIMIT 1;`,
    ...updateStatement(backfill, names),
    `    GET DIAGNOSTICS ${names.changed} = ROW_COUNT;`,
    `    ${names.done} := ${names.done} + ${names.changed};`,
    `    RAISE NOTICE ${quoteLiteral(`% of % rows of ${shown} ${done}`)}, ${names.done}, ${names.left};`,
    ...(commits ? ['    COMMIT;'] : []),
    `    SELECT ${list} INTO ${from} FROM ${target} WHERE ${compare(keys, '>', names.to)} ORDER BY ${list} LIMIT 1;`,
    '  END LOOP;',
    `  SELECT count(*) INTO ${names.left} FROM ${target} WHERE ${where};`,
    `  IF ${names.left} > 0 THEN`,
    `    RAISE EXCEPTION ${quoteLiteral(`% rows of ${shown} are still ${toDo}`)}, ${names.left}`,
    `      USING HINT = ${quoteLiteral('The expression gives them no value, or they were written meanwhile. See to them and run this again.')};`,
    '  END IF;',
    'END',
  ];
}

function refuseMany(shown: string, { left }: Variables): readonly string[] {
  return [
    `  IF ${left} > ${String(mostInOneTransaction)} THEN`,
    `    RAISE EXCEPTION ${quoteLiteral(`% rows of ${shown} are too many for one transaction`)}, ${left}`,
    `      USING HINT = ${quoteLiteral('Do most of them outside the migration tool, in batches; then this does the rest.')};`,
    '  END IF;',
  ];
}

/** Puts back what was kept, row by row, and removes the table that kept it. */
export function backfillDown(backfill: Backfill & { readonly keptIn: ObjectName }, context: TemplateContext): TemplateScript {
  const { table, sets, keptIn } = backfill;
  const keys = table.primaryKey ?? [];
  const kept = qualified(keptIn);
  const { done, changed } = variables(table);
  return script(context, 'down', [
    'DECLARE',
    `  ${changed} integer;`,
    `  ${done} bigint := 0;`,
    'BEGIN',
    `  IF to_regclass(${quoteLiteral(kept)}) IS NULL THEN`,
    `    RAISE NOTICE ${quoteLiteral('Nothing was kept, so there is nothing to put back')};`,
    '    RETURN;',
    '  END IF;',
    `  WHILE EXISTS (SELECT FROM ${kept}) LOOP`,
    ...pause(backfill),
    '    WITH batch AS (',
    `      DELETE FROM ${kept} WHERE (${columnList(keys)}) IN (SELECT ${columnList(keys)} FROM ${kept} ORDER BY ${columnList(keys)} LIMIT ${String(backfill.batch)})`,
    '      RETURNING *',
    '    )',
    `    UPDATE ${written(table)} AS target SET ${sets.map(({ name }) => `${quoteIdentifier(name)} = batch.${quoteIdentifier(name)}`).join(', ')}`,
    `      FROM batch WHERE ${keys.map((key) => `target.${quoteIdentifier(key)} = batch.${quoteIdentifier(key)}`).join(' AND ')};`,
    `    GET DIAGNOSTICS ${changed} = ROW_COUNT;`,
    `    ${done} := ${done} + ${changed};`,
    `    RAISE NOTICE ${quoteLiteral(`% rows of ${written(table).replaceAll('%', '%%')} put back`)}, ${done};`,
    ...(canRunOutside(context, 'down') ? ['    COMMIT;'] : []),
    '  END LOOP;',
    `  DROP TABLE IF EXISTS ${kept};`,
    'END',
  ]);
}

/** Makes null again what has the value that the backfill gave. */
export function emptyAgain(backfill: Backfill, context: TemplateContext): TemplateScript {
  const sets = backfill.sets.map((each) => ({ ...each, value: 'NULL' }));
  const where = backfill.sets.map(({ name, type, value }) => `${quoteIdentifier(name)} IS NOT NULL AND ${comparable(quoteIdentifier(name), type)} = ${comparable(`(${value})`, type)}`).join(' AND ');
  return script(context, 'down', loop({ ...backfill, sets, where, keptIn: null }, context, { side: 'down', toDo: 'to empty', done: 'emptied' }));
}

/** What whoever runs a backfill has to know. */
export function backfillNotes(table: TableFacts, keptIn: ObjectName | null): readonly string[] {
  return [
    ...(table.rowSecurity === 'forced' ? [`${written(table)} forces row-level security: run this as a superuser or a role with BYPASSRLS, else it sees no rows.`] : []),
    keptIn === null ? 'The down empties every row that has the value which the backfill would give, whoever wrote it.' : `What the backfill overwrites stays in ${written(keptIn)}; its down puts that back, also over what was written since.`,
  ];
}

/** Types that have no equality are compared as text. */
export function comparable(expression: string, type: string): string {
  return /^(json|xml|point|polygon|box|path|line|lseg|circle)(\[\])*$/.test(type) ? `${expression}::text` : expression;
}

function script(context: TemplateContext, side: Side, body: readonly string[]): TemplateScript {
  const text = body.join('\n');
  const tag = numbered((number) => `$backfill${number === 1 ? '' : String(number)}$`, (each) => text.includes(each));
  const statement = `DO ${tag}\n${text}\n${tag};`;
  if (canRunOutside(context, side)) return alone(`${comments(side === 'up' ? 'Each batch is committed by itself. Started again, it goes on where it stopped: rows that are done are passed over.' : 'Each batch is committed by itself. Started again, it goes on where it stopped.')}\n${statement}`);
  const told = `${context.runners[side].tool} runs this in one transaction, so the locks of all batches last to its end.`;
  return { statements: [`${comments(told)}\n${statement}`], outsideTransaction: false };
}

/** The rows of one batch: found and locked, their old values kept, then written. The expression means the table's columns, and is assigned as by any UPDATE. */
function updateStatement({ table, sets, where, keptIn }: Backfill, names: Variables): readonly string[] {
  const keys = table.primaryKey ?? [];
  const target = written(table);
  const found = [...keys.map((key, index) => `${quoteIdentifier(key)} AS ${names.keys[index] ?? ''}`), ...(keptIn === null ? [] : sets.map(({ name }, index) => `${quoteIdentifier(name)} AS ${names.olds[index] ?? ''}`))];
  return [
    '    WITH found AS (',
    `      SELECT ${found.join(', ')}`,
    `        FROM ${target} WHERE ${compare(keys, '>=', names.from)} AND ${compare(keys, '<=', names.to)} AND (${where}) FOR UPDATE`,
    ...(keptIn === null ? ['    )'] : [
      '    ), kept AS (',
      `      INSERT INTO ${qualified(keptIn)} (${columnList([...keys, ...sets.map((each) => each.name)])}) SELECT ${[...names.keys, ...names.olds.slice(0, sets.length)].join(', ')} FROM found ON CONFLICT DO NOTHING`,
      '    )',
    ]),
    `    UPDATE ${target} SET ${sets.map(({ name, value }) => `${quoteIdentifier(name)} = ${value}`).join(', ')}`,
    `      FROM found WHERE ${keys.map((key, index) => `${target}.${quoteIdentifier(key)} = found.${names.keys[index] ?? ''}`).join(' AND ')};`,
  ];
}

function pause({ sync }: Backfill): readonly string[] {
  return sync === 'pause' ? [`    PERFORM set_config('lockstep.sync', 'off', true);`] : [];
}

function compare(keys: readonly string[], operator: string, values: readonly string[]): string {
  const [key = '', value = ''] = [keys[0], values[0]];
  return keys.length === 1 ? `${quoteIdentifier(key)} ${operator} ${value}` : `(${columnList(keys)}) ${operator} (${values.join(', ')})`;
}

interface Variables {
  readonly batch: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly changed: string;
  readonly done: string;
  readonly left: string;
  /** What the key and the old values of a found row are called. */
  readonly keys: readonly string[];
  readonly olds: readonly string[];
}

/** PL/pgSQL refuses a name that can mean a variable or a column. */
function variables({ columns, primaryKey }: TableFacts): Variables {
  const taken = new Set(columns.map((each) => each.name));
  const free = (name: string): string => numbered((number) => `${name}${number === 1 ? '' : `_${String(number)}`}`, (each) => taken.has(each));
  const each = (name: string): readonly string[] => (primaryKey ?? []).map((_, index) => free(primaryKey?.length === 1 ? name : `${name}_${String(index + 1)}`));
  const olds = [1, 2].map((number) => free(`old_${String(number)}`));
  return { keys: each('found_key'), olds, batch: free('batch_size'), from: each('batch_from'), to: each('batch_to'), changed: free('changed'), done: free('done'), left: free('remaining') };
}
