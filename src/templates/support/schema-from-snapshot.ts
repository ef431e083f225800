import type { ColumnFacts, EnumFacts, ForeignKeyFacts, IndexFacts, ObjectName, SchemaFacts, TableFacts } from '../../model/schema.ts';
import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import type { AstNode } from '../../model/statement.ts';
import { relationName } from '../../sql/names.ts';
import { parseStatement } from '../../sql/parse.ts';
import { grammarTokens, isKeyword, type Token } from '../../sql/tokens.ts';
import { child, listOf, nodes, text, words } from '../../sql/walk.ts';

/** What a snapshot tells of the schema, for choosing and writing. `loadParser()` has to have finished. What cannot be read is left out. */
export function schemaFromSnapshot(snapshot: Snapshot): SchemaFacts {
  const objects = Object.values(snapshot);
  const parts = partsByTable(objects);
  const ofKind = (kind: SchemaObject['kind']): readonly SchemaObject[] => objects.filter((each) => each.kind === kind);
  const tables = ofKind('table').map((each) => tableFacts(each, parts.get(each.name) ?? []));
  // Those of constraints are no objects of a snapshot.
  const indexes = tables.flatMap((table) => table.indexes.map(({ name }) => ({ schema: table.schema, name })));
  return {
    schemas: ofKind('schema').flatMap(({ name }) => nameParts(name)),
    tables,
    enums: ofKind('type').flatMap((each) => enumFacts(each)),
    roles: ofKind('role').flatMap(({ name }) => nameParts(name)),
    taken: [...objects.filter(({ kind }) => namesRelations.has(kind)).map(({ name }) => objectName(name)), ...indexes],
  };
}

const namesRelations: ReadonlySet<SchemaObject['kind']> = new Set(['table', 'view', 'materialized view', 'sequence', 'type']);

/** The parts of a dotted name, without quotes. */
export function nameParts(name: string): readonly string[] {
  return grammarTokens(name).filter((token) => token.text !== '.').map(unquoted);
}

function unquoted(token: Token): string {
  return token.kind === 'identifier' ? token.text.slice(1, -1).replaceAll('""', '"') : token.text;
}

function objectName(name: string): ObjectName {
  const parts = nameParts(name);
  return { schema: parts.at(-2) ?? 'public', name: parts.at(-1) ?? name };
}

function partsByTable(objects: readonly SchemaObject[]): ReadonlyMap<string, readonly SchemaObject[]> {
  const byTable = new Map<string, SchemaObject[]>();
  for (const each of objects) {
    if (each.table === null) continue;
    const parts = byTable.get(each.table);
    if (parts === undefined) byTable.set(each.table, [each]);
    else parts.push(each);
  }
  return byTable;
}

function tableFacts({ name, definition }: SchemaObject, parts: readonly SchemaObject[]): TableFacts {
  const ofKind = (kind: SchemaObject['kind']): readonly SchemaObject[] => parts.filter((each) => each.kind === kind);
  const constraints = ofKind('constraint').flatMap((each) => constraintOf(each) ?? []);
  const lastPart = (each: SchemaObject): string => nameParts(each.name).at(-1) ?? '';
  const keys = constraints.filter(({ node }) => ['CONSTR_PRIMARY', 'CONSTR_UNIQUE'].includes(text(node, 'contype') ?? ''));
  const primary = keys.find(({ node }) => node['contype'] === 'CONSTR_PRIMARY');
  const main = statementsOf(definition);
  return {
    ...objectName(name),
    partitioned: /\) PARTITION BY /.test(main[0] ?? ''),
    partition: main.some((each) => / ATTACH PARTITION /.test(each)),
    columns: ofKind('column').map(columnFacts),
    primaryKey: primary === undefined ? null : words(primary.node['keys']),
    foreignKeys: constraints.flatMap(foreignKey),
    indexes: [...keys.map(({ name: index, node }) => ({ name: index, columns: words(node['keys']), unique: true, partial: false })), ...ofKind('index').flatMap(indexFacts)],
    constraints: ofKind('constraint').map(lastPart),
    policies: ofKind('policy').map(lastPart),
    triggers: ofKind('trigger').map(lastPart),
    rowSecurity: !main.some((each) => each.endsWith(' ENABLE ROW LEVEL SECURITY')) ? 'off' : main.some((each) => each.endsWith(' FORCE ROW LEVEL SECURITY')) ? 'forced' : 'on',
  };
}

/** Definitions are several statements where an object has more to tell than one holds; each begins on a line of its own. */
function statementsOf(definition: string): readonly string[] {
  return definition.split(/;\n(?=[A-Z])/);
}

/** `"Total" numeric(12,2) DEFAULT 0 NOT NULL`, as snapshots write columns. */
function columnFacts({ definition }: SchemaObject): ColumnFacts {
  const [line = ''] = statementsOf(definition);
  const all = grammarTokens(line);
  const [first] = all;
  const ends = clauses(all);
  const slice = (from: number, to: number): string => line.slice(from, to).trim();
  const typeEnd = ends[0]?.token.start ?? line.length;
  const after = (word: Clause['word']): { readonly start: number; readonly end: number } | null => {
    const index = ends.findIndex((each) => each.word === word);
    const clause = ends[index];
    return clause === undefined ? null : { start: clause.token.end, end: ends[index + 1]?.token.start ?? line.length };
  };
  const [value, made] = [after('DEFAULT'), after('GENERATED')];
  const how = made === null ? null : slice(made.start, made.end);
  return {
    name: first === undefined ? '' : unquoted(first),
    type: slice(first?.end ?? 0, typeEnd),
    notNull: after('NOT') !== null,
    default: value === null ? null : slice(value.start, value.end),
    generated: how === null ? null : / AS IDENTITY/.test(how) ? 'identity' : how.endsWith('VIRTUAL') ? 'virtual' : 'stored',
  };
}

interface Clause {
  readonly word: 'OPTIONS' | 'COLLATE' | 'DEFAULT' | 'GENERATED' | 'CONSTRAINT' | 'NOT';
  readonly token: Token;
}

const clauseWords: readonly Clause['word'][] = ['OPTIONS', 'COLLATE', 'DEFAULT', 'GENERATED', 'CONSTRAINT', 'NOT'];

/** Where the clauses behind the type begin: their words stand outside parentheses, in this order, each at most once. */
function clauses(all: readonly Token[]): readonly Clause[] {
  const found: Clause[] = [];
  let depth = 0;
  let next = 0;
  for (const token of all.slice(1)) {
    depth += token.text === '(' || token.text === '[' ? 1 : token.text === ')' || token.text === ']' ? -1 : 0;
    // `BY DEFAULT` belongs to an identity.
    const place = depth > 0 ? -1 : clauseWords.findIndex((word, index) => index >= next && isKeyword(token, word));
    const word = clauseWords[place];
    if (word === undefined || (word === 'DEFAULT' && found.at(-1)?.word === 'GENERATED')) continue;
    found.push({ word, token });
    next = place + 1;
  }
  return found;
}

interface Constraint {
  readonly name: string;
  readonly node: AstNode;
}

function constraintOf({ name, definition }: SchemaObject): Constraint | null {
  const statement = parseStatement(`ALTER TABLE t ADD ${statementsOf(definition)[0] ?? ''}`);
  const command = listOf(statement.node['cmds'], 'AlterTableCmd')[0];
  const node = nodes([command?.['def']]).find((each) => each.kind === 'Constraint')?.node;
  return node === undefined ? null : { name: nameParts(name).at(-1) ?? '', node };
}

function foreignKey({ name, node }: Constraint): readonly ForeignKeyFacts[] {
  const target = node['contype'] === 'CONSTR_FOREIGN' ? child(node, 'pktable') : null;
  if (target === null) return [];
  const references = relationName(target);
  return [{ name, columns: words(node['fk_attrs']), references: { schema: references.schema ?? 'public', name: references.name } }];
}

function indexFacts({ name, definition }: SchemaObject): readonly IndexFacts[] {
  const { kind, node } = parseStatement(statementsOf(definition)[0]?.replace(/ -- INVALID$/, '') ?? '');
  if (kind !== 'IndexStmt') return [];
  const elements = listOf(node['indexParams'], 'IndexElem').map((each) => text(each, 'name'));
  const end = elements.indexOf(null);
  const columns = (end < 0 ? elements : elements.slice(0, end)).filter((each) => each !== null);
  return [{ name: nameParts(name).at(-1) ?? '', columns, unique: node['unique'] === true, partial: node['whereClause'] !== undefined }];
}

function enumFacts({ name, definition }: SchemaObject): readonly EnumFacts[] {
  const { kind, node } = parseStatement(statementsOf(definition)[0] ?? '');
  return kind === 'CreateEnumStmt' ? [{ ...objectName(name), values: words(node['vals']) }] : [];
}
