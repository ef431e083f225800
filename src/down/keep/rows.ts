import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { child, listOf, text } from '../../sql/walk.ts';
import { columnParts } from '../objects/column.ts';
import { localName } from '../definition.ts';
import { exact } from '../inverse.ts';
import { primaryKey } from '../invert/insert.ts';
import { tableOf } from '../invert/rows.ts';
import { columnsOf, insertBack, inTheWay } from './back.ts';
import { clausesOf } from './clauses.ts';
import { keepDifference } from './difference.ts';
import { keptName, lastPart, notKept, type Keeping, type KeepingPlace, type KeepingStatement, type Losing } from './kept.ts';
import { isFollowed, referencedFirst, references } from './references.ts';

/** DELETE hands its rows over as it removes them, so that no row can slip between a copy and the deletion. */
export function keepDeleted(losing: Losing, place: KeepingPlace): Keeping {
  const { placed: { statement }, before } = losing;
  const table = tableOf(child(statement.node, 'relation') ?? {}, before);
  const clauses = clausesOf(statement);
  if (table === null || clauses === null || isFollowed(table, { catalog: before, removes: true, columns: [] })) return keepDifference(losing, place);
  const stands = inTheWay(table, before);
  if (stands !== null) return notKept(stands);
  const kept = keptName(place, `${plain(table)}_deleted`);
  return {
    kind: 'kept',
    what: `the rows that DELETE removes from ${table.name}`,
    inSchema: true,
    together: false,
    end: [],
    notes: [],
    statements: [
      { sql: `CREATE TABLE ${kept} AS SELECT * FROM ${table.name} WITH NO DATA`, inverse: null },
      { sql: `WITH gone AS (\n  ${statement.text}\n  RETURNING ${clauses.alias}.*\n)\nINSERT INTO ${kept} SELECT * FROM gone`, inverse: exact(insertBack(table, { kept, catalog: before, place })) },
    ],
  };
}

/** UPDATE touches exactly the rows whose values were copied and locked just before. */
export function keepUpdated(losing: Losing, place: KeepingPlace): Keeping {
  const { placed: { statement }, before } = losing;
  const table = tableOf(child(statement.node, 'relation') ?? {}, before);
  const clauses = clausesOf(statement);
  if (table === null || clauses === null) return keepDifference(losing, place);
  const key = primaryKey(table, before);
  if (key.length === 0) return notKept(`${table.name} has no primary key by which former values find their rows again.`);
  const columns = [...new Set(listOf(statement.node['targetList'], 'ResTarget').map((each) => quoteIdentifier(text(each, 'name') ?? '')))];
  // By the key former values would find their rows again.
  if (columns.some((column) => key.includes(column)) || isFollowed(table, { catalog: before, removes: false, columns })) return keepDifference(losing, place);
  const { alias, target, others, condition, head } = clauses;
  const kept = keptName(place, `${plain(table)}_updated`);
  const rows = others === null ? (condition === null ? '' : `\n  WHERE ${condition}`) : `\n  WHERE EXISTS (SELECT FROM ${others}${condition === null ? '' : ` WHERE ${condition}`})`;
  const these = `${tuple(key.map((each) => `${alias}.${each}`))} IN (SELECT ${key.join(', ')} FROM ${kept})`;
  const only = /^ONLY\b/i.test(target) ? 'ONLY ' : '';
  return {
    kind: 'kept',
    what: `the former ${columns.join(', ')} of ${table.name}`,
    inSchema: true,
    together: true,
    end: [],
    notes: [],
    statements: [
      { sql: `CREATE TABLE ${kept} AS\n  SELECT ${[...key, ...columns].map((each) => `${alias}.${each}`).join(', ')}\n  FROM ${target}${rows}\n  FOR UPDATE OF ${alias}`, inverse: null },
      {
        sql: `${head}\nWHERE ${condition === null ? '' : `(${condition})\n  AND `}${these}`,
        inverse: exact(`UPDATE ${only}${table.name} now\nSET ${columns.map((each) => `${each} = kept.${each}`).join(', ')}\nFROM ${kept} kept\nWHERE ${key.map((each) => `now.${each} = kept.${each}`).join(' AND ')}`),
      },
    ],
  };
}

/** INSERT notes the keys of its rows. */
export function keepInserted(losing: Losing, place: KeepingPlace): Keeping {
  const { placed: { statement }, before } = losing;
  const { node } = statement;
  const relation = child(node, 'relation') ?? {};
  const table = tableOf(relation, before);
  const conflict = text(child(node, 'onConflictClause') ?? {}, 'action');
  if (table === null || node['withClause'] !== undefined || node['returningList'] !== undefined || node['returningClause'] !== undefined || conflict === 'ONCONFLICT_UPDATE') return keepDifference(losing, place);
  const key = primaryKey(table, before);
  if (key.length === 0) return notKept(`${table.name} has no primary key that tells the new rows from the others.`);
  const alias = quoteIdentifier(text(child(relation, 'alias') ?? {}, 'aliasname') ?? text(relation, 'relname') ?? '');
  const kept = keptName(place, `${plain(table)}_inserted`);
  return {
    kind: 'kept',
    what: `the keys of the rows that INSERT adds to ${table.name}`,
    inSchema: true,
    together: false,
    end: [],
    notes: [],
    statements: [
      { sql: `CREATE TABLE ${kept} AS SELECT ${key.join(', ')} FROM ${table.name} WITH NO DATA`, inverse: null },
      {
        sql: `WITH made AS (\n  ${statement.text}\n  RETURNING ${key.map((each) => `${alias}.${each}`).join(', ')}\n)\nINSERT INTO ${kept} SELECT * FROM made`,
        inverse: exact(`DELETE FROM ${table.name} now USING ${kept} kept WHERE ${key.map((each) => `now.${each} = kept.${each}`).join(' AND ')}`),
      },
    ],
  };
}

/** TRUNCATE takes ACCESS EXCLUSIVE; the copy is made under the same lock, so that no row comes between. */
export function keepTruncated({ placed: { statement }, before }: Losing, place: KeepingPlace): Keeping {
  const named = listOf(statement.node['relations'], 'RangeVar').map((each) => tableOf(each, before));
  const tables = named.filter((each) => each !== null);
  if (tables.length !== named.length) return notKept('TRUNCATE names something that is no table of this history.');
  const all = statement.node['behavior'] === 'DROP_CASCADE' ? referencing(tables, before) : tables;
  const stands = all.map((each) => inTheWay(each, before)).find((each) => each !== null);
  if (stands !== undefined) return notKept(stands);
  const ordered = referencedFirst(all, before);
  const copies = ordered.map((table) => ({ table, kept: keptName(place, `${plain(table)}_truncated`) }));
  const restarts = statement.node['restart_seqs'] === true;
  return {
    kind: 'kept',
    what: `the rows of ${ordered.map((each) => each.name).join(', ')}`,
    inSchema: true,
    together: true,
    end: [],
    notes: [],
    statements: [
      { sql: `LOCK TABLE ${ordered.map((each) => each.name).join(', ')} IN ACCESS EXCLUSIVE MODE`, inverse: null },
      ...copies.map(({ table, kept }): KeepingStatement => ({ sql: `CREATE TABLE ${kept} AS SELECT * FROM ${table.name}`, inverse: null })),
      { sql: statement.text, inverse: exact(...copies.flatMap(({ table, kept }) => [insertBack(table, { kept, catalog: before, place }), ...(restarts ? positions(table, before) : [])])) },
    ],
  };
}

function plain(table: SchemaObject): string {
  const name = lastPart(table.name);
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function tuple(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(', ')})`;
}

/** After RESTART IDENTITY the sequences have to count on from the rows that are back. */
function positions(table: SchemaObject, catalog: Snapshot): readonly string[] {
  return columnsOf(table, catalog).filter((each) => columnParts(each)?.identity != null || /\bnextval\(/.test(columnParts(each)?.default ?? '')).map((each) => {
    const name = localName(each);
    return `SELECT setval(pg_get_serial_sequence('${table.name.replaceAll("'", "''")}', '${(name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name).replaceAll("'", "''")}'), coalesce(max(${name}), 1), max(${name}) IS NOT NULL) FROM ${table.name}`;
  });
}

/** The tables and all that reference them, which is what TRUNCATE … CASCADE empties. */
function referencing(tables: readonly SchemaObject[], catalog: Snapshot): readonly SchemaObject[] {
  const all = new Set(tables.map((each) => each.name));
  const known = references(catalog);
  for (const name of all) for (const each of known) if (each.to === name) all.add(each.from);
  return [...all].flatMap((name) => catalog[`table ${name}`] ?? []);
}
