import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import type { Statement } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { child, listOf, text } from '../../sql/walk.ts';
import { definitionOf, localName } from '../definition.ts';
import { tableOf } from '../invert/rows.ts';
import { columnParts, fillsItself } from '../objects/column.ts';
import { restore } from '../restore.ts';
import { notKept, unquoted, type Keeping, type KeepingPlace, type Losing } from './kept.ts';

/** A column is renamed instead of dropped: at once, without reading the table, and it keeps its place among the others. */
export function keepColumns({ placed: { statement }, before, after, postgres }: Losing, { suffix, renamed: all }: KeepingPlace): Keeping {
  const relation = child(statement.node, 'relation') ?? {};
  const table = tableOf(relation, before);
  const commands = listOf(statement.node['cmds'], 'AlterTableCmd').map((node, index) => ({ node, sql: commandsOf(statement)[index] ?? '' }));
  const dropping = commands.filter(({ node }) => node['subtype'] === 'AT_DropColumn');
  if (table === null || dropping.length === 0) return notKept('Of ALTER TABLE only what DROP COLUMN takes away can be kept aside.');
  const others = commands.filter((each) => !dropping.includes(each));
  if (relation['inh'] !== true || others.some(({ node }) => text(node, 'subtype')?.startsWith('AT_Drop'))) return notKept('Give DROP COLUMN a statement of its own, without ONLY and other drops; then it can be kept aside.');
  const columns = dropping.flatMap(({ node }) => before[`column ${table.name}.${quoteIdentifier(text(node, 'name') ?? '')}`] ?? []);
  if (columns.some((each) => after[`column ${each.name}`] !== undefined)) return notKept('A column of the same name comes in the same statement: give DROP COLUMN one of its own.');
  const renamed = columns.map((each) => ({ column: each, name: quoteIdentifier(`${unquoted(localName(each)).slice(0, 63 - suffix.length)}${suffix}`) }));
  const known = renamed.find(({ name }) => before[`column ${table.name}.${name}`] !== undefined);
  if (known !== undefined) return notKept(`${table.name} has a column ${known.name} already.`);
  const forward = restore({ now: before, was: withBare({ before, after, columns }), circumstances: { postgres, outsideTransaction: false }, effort: { altered: 'in place', rows: 'placeholders' } });
  if (forward.kind === 'impossible') return notKept(forward.reason);
  all.push(...renamed.filter(({ column }) => columnParts(column)?.generated == null).map(({ name }) => ({ table: table.name, name })));
  const head = statement.text.slice(0, statementTokens(statement)[startOfCommands(statement)]?.start).trim();
  return {
    kind: 'kept',
    what: `the column ${columns.map((each) => each.name).join(', ')}`,
    inSchema: false,
    together: true,
    end: renamed.map(({ name }) => `ALTER TABLE ${table.name} DROP COLUMN ${name}`),
    notes: columns.filter(isRequired).map((each) => `Rows that come after the up have no ${localName(each)}: fill it before the down sets NOT NULL again.`),
    statements: [
      ...forward.statements.map((sql) => ({ sql, inverse: null })),
      ...renamed.map(({ column, name }) => ({ sql: `ALTER TABLE ${table.name} RENAME COLUMN ${localName(column)} TO ${name}`, inverse: null })),
      ...(others.length === 0 ? [] : [{ sql: `${head} ${others.map((each) => each.sql).join(', ')}`, inverse: null }]),
    ],
  };
}

function isRequired(column: SchemaObject): boolean {
  const parts = columnParts(column);
  return parts?.notNull != null && !fillsItself(parts);
}

interface Dropping {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly columns: readonly SchemaObject[];
}

/** The catalog before, without what goes with the columns, and with columns that ask nothing of new rows. */
function withBare({ before, after, columns }: Dropping): Snapshot {
  const names = new Set(columns.map(localName));
  const tables = new Set(columns.map((each) => each.table));
  return Object.fromEntries(Object.entries(before).flatMap(([key, object]): [string, SchemaObject][] => {
    if (columns.includes(object)) return [[key, bare(object)]];
    // Those of partitions and heirs follow by themselves; a sequence that the column owns stays with it.
    const follows = (object.kind === 'column' && names.has(localName(object))) || (object.kind === 'sequence' && tables.has(object.table));
    return after[key] !== undefined || follows ? [[key, object]] : [];
  }));
}

/** Identity and generated columns fill themselves, so they stay as they are. */
function bare(column: SchemaObject): SchemaObject {
  const parts = columnParts(column);
  if (parts === null || parts.generated !== null || parts.identity !== null) return column;
  const main = [localName(column), parts.type, parts.collation].filter((each) => each !== null).join(' ');
  return { ...column, definition: [main, ...definitionOf(column).rest.map((each) => each.text)].join(';\n') };
}

/** The commands of ALTER TABLE as they are written. */
function commandsOf(statement: Statement): readonly string[] {
  const tokens = statementTokens(statement);
  const commands: string[] = [];
  let depth = 0;
  let from = tokens[startOfCommands(statement)]?.start ?? 0;
  for (const token of tokens.slice(startOfCommands(statement))) {
    depth += token.text === '(' || token.text === '[' ? 1 : token.text === ')' || token.text === ']' ? -1 : 0;
    if (token.text !== ',' || depth > 0) continue;
    commands.push(statement.text.slice(from, token.start).trim());
    from = token.end;
  }
  return [...commands, statement.text.slice(from).trim()];
}

/** Index of the first token after ALTER TABLE [IF EXISTS] name [*]. */
function startOfCommands(statement: Statement): number {
  const tokens = statementTokens(statement);
  let at = 2;
  if (isKeyword(tokens[at], 'IF')) at += 2;
  if (isKeyword(tokens[at], 'ONLY')) at += 1;
  while (tokens[at + 1]?.text === '.') at += 2;
  return at + (tokens[at + 1]?.text === '*' ? 2 : 1);
}
