import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import type { Statement } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { parseStatement } from '../../sql/parse.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { listOf, text, words } from '../../sql/walk.ts';
import { definitionOf, fragment, isTyped, localName, parents } from '../definition.ts';
import type { Circumstances } from '../inverse.ts';
import { laterRanks, ranks, type Piece } from '../order.ts';
import { attachesIndex, indexAbove, invalid, isInvalid, nameOfIndex, withoutAttachment } from './attached-index.ts';
import { columnParts, fillsItself, placeholder, withoutNotNull } from './column.ts';
import { canLogIn } from './role.ts';

/** What comes back is made from the catalog as it was; `relaxed` leaves out what rows without their former values would refuse. */
export interface Making {
  readonly was: Snapshot;
  readonly now: Snapshot;
  /** Keys of everything that has to be made. */
  readonly missing: ReadonlySet<string>;
  readonly rows: 'placeholders' | 'relaxed';
  readonly circumstances: Circumstances;
}

export interface Made {
  readonly pieces: readonly Piece[];
  readonly reasons: readonly string[];
}

const none: Made = { pieces: [], reasons: [] };

/** The pieces that make one object again, with everything that its definition says. */
export function make(object: SchemaObject, making: Making): Made {
  switch (object.kind) {
    case 'table':
      return makeTable(object, making);
    case 'column':
      return makeColumn(object, making);
    case 'constraint':
      return makeConstraint(object, making);
    case 'index':
      return makeIndex(object, making);
    case 'sequence':
      return makeSequence(object);
    case 'extension':
      return one(object, [definitionOf(object).main.text.replace(/^CREATE EXTENSION (.*) VERSION .*$/s, 'CREATE EXTENSION IF NOT EXISTS $1')]);
    case 'role':
      return { ...one(object, [definitionOf(object).main, ...definitionOf(object).rest].map((each) => each.text)), reasons: canLogIn(object) ? [`The password of ${object.name} is not known: set it again.`] : [] };
    case 'subscription':
      return { pieces: [], reasons: [`The connection of the subscription ${object.name} is never read, so that it has to be made again by hand.`] };
    case 'user mapping':
    case 'server':
    case 'foreign data wrapper':
      return { ...one(object, [definitionOf(object).main, ...definitionOf(object).rest].map((each) => each.text)), reasons: object.definition.includes('/* without its ') ? [`The secrets among the options of ${object.kind} ${object.name} are not known: set them again.`] : [] };
    case 'default privileges':
    case 'parameter privileges':
      return one(object, definitionOf(object).rest.map((each) => each.text));
    default:
      return one(object, [definitionOf(object).main, ...definitionOf(object).rest].map((each) => each.text));
  }
}

function one(object: SchemaObject, statements: readonly string[]): Made {
  return { pieces: [{ rank: ranks[object.kind], object, statements }], reasons: [] };
}

/** As a table of its own with columns, keys and checks in one statement; partitions are attached when their indexes are there, as pg_dump does. */
function makeTable(table: SchemaObject, { was, circumstances }: Making): Made {
  const { main, rest } = definitionOf(table);
  const own = Object.values(was).filter((each) => each.table === table.name);
  const columns = own.filter((each) => each.kind === 'column');
  const inline = own.filter((each) => each.kind === 'constraint' && isInline(each));
  const lines = [...columns, ...inline].map((each) => `  ${definitionOf(each).main.text}`);
  const body = lines.length === 0 ? '()' : `(\n${lines.join(',\n')}\n)`;
  const attaching = rest.filter(isAttaching);
  const said = [...rest.filter((each) => !isAttaching(each)), ...[...columns, ...inline].flatMap(withoutAttachment)];
  const pieces: Piece[] = [{ rank: ranks.table, object: { ...table, definition: [table, ...columns, ...inline].map((each) => each.definition).join('\n') }, statements: [withBody(main, body), ...said.map((each) => each.text)] }];
  if (attaching.length > 0) pieces.push({ rank: laterRanks.attaching, object: { ...table, name: '' }, statements: attaching.map((each) => each.text) });
  const holdsRows = circumstances.rows !== 'elsewhere' && main.node['partspec'] === undefined && main.kind !== 'CreateForeignTableStmt';
  return { pieces, reasons: holdsRows ? [`The rows of ${table.name} are gone.`] : [] };
}

/** The definition's empty pair of parentheses, filled. */
function withBody(main: Statement, body: string): string {
  const tokens = statementTokens(main);
  const open = tokens.findIndex((each, index) => each.text === '(' && tokens[index + 1]?.text === ')');
  return `${main.text.slice(0, tokens[open]?.start)}${body}${main.text.slice(tokens[open + 1]?.end)}`;
}

function isAttaching({ node }: Statement): boolean {
  const subtype = text(listOf(node['cmds'], 'AlterTableCmd')[0] ?? {}, 'subtype');
  return subtype === 'AT_AttachPartition' || subtype === 'AT_AddInherit';
}

/** Keys and validated checks; foreign keys wait until all tables are there. */
function isInline(constraint: SchemaObject): boolean {
  const node = fragment(constraint)?.node ?? {};
  return text(node, 'contype') !== 'CONSTR_FOREIGN' && node['skip_validation'] !== true;
}

function makeColumn(column: SchemaObject, making: Making): Made {
  const table = making.was[`table ${column.table ?? ''}`];
  const isPartOfTable = making.missing.has(`table ${column.table ?? ''}`);
  // Those of typed tables follow their type.
  const follows = isTyped(making.now[`table ${column.table ?? ''}`]);
  if (isPartOfTable || follows || (table !== undefined && ancestors(table, making.was).some((above) => making.missing.has(`column ${above}.${localName(column)}`)))) return none;
  const { main, rest } = definitionOf(column);
  const parts = columnParts(column);
  const reasons = [
    ...(parts?.generated == null && making.circumstances.rows !== 'elsewhere' ? [`The values of ${column.name} are gone.`] : []),
    ...(isLast(column, making) ? [] : [`${localName(column)} comes back as the last column of ${column.table ?? ''}.`]),
  ];
  const add = `ALTER TABLE ${column.table ?? ''} ADD COLUMN`;
  const said = rest.map((each) => each.text);
  if (parts === null || parts.notNull === null || fillsItself(parts)) return { ...one(column, [`${add} ${main.text}`, ...said]), reasons };
  const value = making.rows === 'placeholders' ? (placeholder(parts.type) ?? firstLabel(parts.type, making.was)) : null;
  const bare = withoutNotNull(column);
  if (value === null) return { ...one(column, [`${add} ${bare}`, ...said]), reasons: [...reasons, `${column.name} was NOT NULL: fill it, then set that again.`] };
  const filled = `${add} ${bare} DEFAULT ${value} ${parts.notNull}`;
  return { ...one(column, [filled, `ALTER TABLE ${column.table ?? ''} ALTER COLUMN ${localName(column)} DROP DEFAULT`, ...said]), reasons: [...reasons, `Rows get ${value} in it, because it was NOT NULL.`] };
}

function firstLabel(type: string, was: Snapshot): string | null {
  const found = was[`type ${type}`];
  const label = found === undefined ? undefined : words(definitionOf(found).main.node['vals'])[0];
  return label === undefined ? null : `'${label.replaceAll("'", "''")}'`;
}

/** True when no column stands after it that is still there, so that it comes back in its place. */
function isLast(column: SchemaObject, { was, missing }: Making): boolean {
  const columns = Object.entries(was).filter(([, each]) => each.kind === 'column' && each.table === column.table);
  const at = columns.findIndex(([, each]) => each.name === column.name);
  return columns.slice(at + 1).every(([key]) => missing.has(key));
}

function makeConstraint(constraint: SchemaObject, making: Making): Made {
  const { was, missing } = making;
  const table = was[`table ${constraint.table ?? ''}`];
  const comesWithTable = missing.has(`table ${constraint.table ?? ''}`);
  if (comesWithTable && isInline(constraint)) return none;
  const node = fragment(constraint)?.node ?? {};
  const kind = text(node, 'contype');
  const above = table === undefined ? [] : ancestors(table, was);
  if (kind === 'CONSTR_CHECK' && above.some((each) => missing.has(`constraint ${each}.${localName(constraint)}`))) return none;
  if (kind === 'CONSTR_PRIMARY' && making.rows === 'relaxed' && words(node['keys']).some((key) => isWithoutValues(`column ${constraint.table ?? ''}.${quoteIdentifier(key)}`, making))) {
    return { pieces: [], reasons: [`${localName(constraint)} does not come back, because its columns hold no values: fill them, then add it again.`] };
  }
  const { main } = definitionOf(constraint);
  const alone = isInvalid(was[`index ${nameOfIndex(constraint)}`]) && isPartitioned(table);
  const relaxed = kind === 'CONSTR_FOREIGN' && making.rows === 'relaxed' && node['skip_validation'] !== true;
  const statements = [`ALTER TABLE ${alone ? 'ONLY ' : ''}${constraint.table ?? ''} ADD ${main.text}${relaxed ? ' NOT VALID' : ''}`, ...withoutAttachment(constraint).map((each) => each.text)];
  const rank = kind === 'CONSTR_FOREIGN' ? laterRanks.foreignKey : ranks.constraint + (above.length === 0 ? 0.5 : 0);
  const reasons = relaxed ? [`${localName(constraint)} comes back NOT VALID, because the rows that it refers to are gone.`] : [];
  return { pieces: [{ rank, object: constraint, statements }, ...attaching(constraint, making)], reasons };
}

/** True for a column that comes back, and whose definition gives old rows nothing. */
function isWithoutValues(key: string, { was, missing }: Making): boolean {
  const column = was[key];
  const parts = column === undefined || !missing.has(key) ? null : columnParts(column);
  return parts !== null && !fillsItself(parts);
}

function makeIndex(index: SchemaObject, making: Making): Made {
  const { was, missing, circumstances } = making;
  const { main } = definitionOf(index);
  const table = was[`table ${index.table ?? ''}`];
  const said = withoutAttachment(index).map((each) => each.text);
  // The index of a key comes with the key; the snapshot names it only for what is said of it.
  if (was[`constraint ${index.table ?? ''}.${index.name.slice(index.name.indexOf('.') + 1)}`] !== undefined) return { pieces: [{ rank: ranks.index, object: index, statements: said }], reasons: [] };
  const isNewTable = missing.has(`table ${index.table ?? ''}`);
  const partitioned = isPartitioned(table);
  const whole = (partitioned && !isNewTable && !isInvalid(index) ? withoutOnly(main) : main.text).replace(invalid, '');
  const text = circumstances.outsideTransaction && !partitioned && !isNewTable ? concurrently(whole) : whole;
  const above = table === undefined ? [] : parents(table);
  return { pieces: [{ rank: ranks.index + (above.length === 0 ? 0.5 : 0), object: index, statements: [text, ...said] }, ...attaching(index, making)], reasons: [] };
}

/** Where the index above is whole, it takes in those of the partitions when it is made; where it lacks some, each that it had is attached. */
function attaching(index: SchemaObject, { was, missing }: Making): readonly Piece[] {
  const above = indexAbove(index);
  if (above === null || !isInvalid(was[`index ${above}`]) || missing.has(`table ${index.table ?? ''}`)) return [];
  return [{ rank: laterRanks.attachingIndexes, object: { ...index, name: '' }, statements: definitionOf(index).rest.filter(attachesIndex).map((each) => each.text) }];
}

function isPartitioned(table: SchemaObject | undefined): boolean {
  return table !== undefined && definitionOf(table).main.node['partspec'] !== undefined;
}

/** PostgreSQL prints the index of a partitioned table as one ON ONLY, which would stay invalid where partitions are. */
function withoutOnly(main: Statement): string {
  const only = statementTokens(main).find((each) => isKeyword(each, 'ONLY'));
  return only === undefined ? main.text : `${main.text.slice(0, only.start)}${main.text.slice(only.end).trimStart()}`;
}

function concurrently(text: string): string {
  const index = statementTokens(parseStatement(text)).find((each) => isKeyword(each, 'INDEX'));
  return index === undefined ? text : `${text.slice(0, index.end)} CONCURRENTLY IF NOT EXISTS${text.slice(index.end)}`;
}

/** The column that owns it uses it, so that it is owned only when the column is there. */
function makeSequence(sequence: SchemaObject): Made {
  const { main, rest } = definitionOf(sequence);
  const owning = rest.filter((each) => each.kind === 'AlterSeqStmt' && statementTokens(each).some((token) => isKeyword(token, 'OWNED')));
  const others = rest.filter((each) => !owning.includes(each));
  return {
    pieces: [
      { rank: ranks.sequence, object: { ...sequence, definition: main.text }, statements: [main, ...others].map((each) => each.text) },
      ...(owning.length === 0 ? [] : [{ rank: laterRanks.ownership, object: { ...sequence, name: '' }, statements: owning.map((each) => each.text) }]),
    ],
    reasons: [`${sequence.name} counts from its start again.`],
  };
}

/** Parents, their parents and so on. */
export function ancestors(table: SchemaObject, snapshot: Snapshot): readonly string[] {
  return parents(table).flatMap((name) => {
    const above = snapshot[`table ${name}`];
    return above === undefined ? [name] : [name, ...ancestors(above, snapshot)];
  });
}
