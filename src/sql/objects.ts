import type { AstNode, Statement } from '../model/statement.ts';
import { effects, type CreatedRelation } from './effects.ts';
import { columnsOf } from './effects/constraints.ts';
import { droppedNames } from './effects/drop-rename.ts';
import { listName, nameKey, relationName, writeName, quoteIdentifier, type QualifiedName } from './names.ts';
import { child, isNode, listOf, nodes, text, walk, words } from './walk.ts';

/**
 * Something that a statement makes. Keys are `schema.name` of a relation, the same with a new line and the name of what belongs to a table,
 * and `type schema.name` or the like for the rest.
 */
export interface MadeObject {
  readonly key: string;
  /** As a message names it: `the table orders`. */
  readonly words: string;
  /** The table that it belongs to and goes with; null for what stands alone. */
  readonly table: QualifiedName | null;
  /** Keys of other things that take it away when they go. */
  readonly goesWith: readonly string[];
  /** False when a CASCADE elsewhere can take it away. */
  readonly outlivesCascade: boolean;
  /** Set when nothing happens where it exists already. */
  readonly ifNotExists: boolean;
}

/** What a statement makes that a down has to remove. OR REPLACE counts: what it replaced has to come back. Temporary tables and rows do not count. */
export function madeBy(statement: Statement): readonly MadeObject[] {
  const { kind, node } = statement;
  if (kind === 'AlterTableStmt') return madeByAlter(node);
  const named = readers[kind]?.(node);
  if (named !== undefined) return named.flatMap((each) => madeOf(each, node));
  if (isTemporary(node)) return [];
  // The index of a constraint comes and goes with it.
  return effects(statement).created.filter((each) => each.index?.constraint == null).map((each) => relation(each, node));
}

/** Keys of what a statement makes, drops or renames and what is no relation: their drops and renames are among its effects. */
export function namedBy({ kind, node }: Statement): readonly string[] {
  if (kind === 'DropStmt') return dropped(node);
  if (kind === 'RenameStmt') return renamed(node);
  if (kind === 'AlterObjectSchemaStmt') return typed(text(node, 'objectType'), node['object']);
  // From then on the sequence goes with its column.
  if (kind === 'AlterSeqStmt') return relationKeys(child(node, 'sequence'));
  if (kind === 'AlterTableStmt') return takenOver(node);
  return (readers[kind]?.(node) ?? []).map((each) => each.key);
}

/** Any column of a table: what it held up goes with it. */
export function someColumn(table: string): string {
  return `${table}\n* column`;
}

/** Any constraint of a table: one without a name in the SQL may be it. */
export function someConstraint(table: string): string {
  return `${table}\n* constraint`;
}

/** How far a script's words tell what it takes away. */
export type Reach = 'what it names' | 'what depends on it' | 'anything';

/** Code, queries that call functions and what does not parse can do anything; CASCADE takes along what the words do not name. */
export function reachOf({ kind, node }: Statement): Reach {
  if (opaque.has(kind) || (kind === 'SelectStmt' && callsFunction(node))) return 'anything';
  const cascades = kind === 'DropStmt' ? node['behavior'] === 'DROP_CASCADE' : listOf(node['cmds'], 'AlterTableCmd').some((each) => each['behavior'] === 'DROP_CASCADE');
  if (!cascades) return 'what it names';
  const type = text(node, 'removeType');
  return type === 'OBJECT_SCHEMA' || type === 'OBJECT_EXTENSION' ? 'anything' : 'what depends on it';
}

const opaque = new Set(['DoStmt', 'CallStmt', 'ExecuteStmt', 'DropOwnedStmt', 'SyntaxError']);

function callsFunction(node: AstNode): boolean {
  let found = false;
  walk(node, ({ kind }) => {
    if (kind === 'FuncCall') found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

interface Named {
  readonly kind: 'type' | 'function' | 'schema' | 'extension' | 'database' | 'policy' | 'trigger';
  readonly key: string;
  readonly name: string;
  readonly table: QualifiedName | null;
}

/** What each statement makes that is no relation. */
const readers: Readonly<Record<string, (node: AstNode) => readonly Named[]>> = {
  CreateEnumStmt: (node) => alone('type', words(node['typeName'])),
  CreateRangeStmt: (node) => alone('type', words(node['typeName'])),
  CreateDomainStmt: (node) => alone('type', words(node['domainname'])),
  CompositeTypeStmt: (node) => {
    const name = child(node, 'typevar');
    return name === null ? [] : alone('type', nameParts(relationName(name)));
  },
  CreateFunctionStmt: (node) => alone('function', words(node['funcname'])),
  CreateSchemaStmt: (node) => global('schema', text(node, 'schemaname')),
  CreatedbStmt: (node) => global('database', text(node, 'dbname')),
  CreateExtensionStmt: (node) => global('extension', text(node, 'extname')),
  CreatePolicyStmt: (node) => ofTable('policy', child(node, 'table'), text(node, 'policy_name')),
  CreateTrigStmt: (node) => ofTable('trigger', child(node, 'relation'), text(node, 'trigname')),
};

function alone(kind: 'type' | 'function', parts: readonly string[]): readonly Named[] {
  const name: QualifiedName = { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' };
  return [{ kind, key: `${kind} ${nameKey(name)}`, name: writeName(name), table: null }];
}

function global(kind: 'schema' | 'extension' | 'database', name: string | null): readonly Named[] {
  return name === null ? [] : [{ kind, key: `${kind} ${name}`, name: quoteIdentifier(name), table: null }];
}

function ofTable(kind: 'policy' | 'trigger', relation: AstNode | null, name: string | null): readonly Named[] {
  if (relation === null || name === null) return [];
  const table = relationName(relation);
  return [{ kind, key: partKey(table, `${kind} ${name}`), name: `${quoteIdentifier(name)} on ${writeName(table)}`, table }];
}

function nameParts({ schema, name }: QualifiedName): readonly string[] {
  return schema === null ? [name] : [schema, name];
}

function partKey(table: QualifiedName, part: string): string {
  return `${nameKey(table)}\n${part}`;
}

function madeOf({ kind, key, name, table }: Named, node: AstNode): readonly MadeObject[] {
  // Schemas and extensions that may be there already are shared: downs leave them on purpose.
  if ((kind === 'schema' || kind === 'extension') && node['if_not_exists'] === true) return [];
  const goesWith = table === null ? [] : [nameKey(table)];
  return [{ key, words: `the ${kind} ${name}`, table, goesWith, outlivesCascade: kind === 'type' || kind === 'schema', ifNotExists: false }];
}

function relation({ kind, name, table, ifNotExists }: CreatedRelation, node: AstNode): MadeObject {
  const parents = listOf(node['inhRelations'], 'RangeVar').map((each) => nameKey(relationName(each)));
  const owners = listOf(node['options'], 'DefElem').filter((each) => text(each, 'defname') === 'owned_by').map((each) => nameKey(listName(listItems(child(each, 'arg')).slice(0, -1))));
  const goesWith = table === null ? [...parents, ...owners] : [nameKey(table), ...columnsUnder(table, node)];
  return { key: nameKey(name), words: `the ${kind} ${writeName(name)}`, table, goesWith, outlivesCascade: kind === 'table' && parents.length === 0 && child(node, 'ofTypename') === null, ifNotExists: ifNotExists === true };
}

function isTemporary(node: AstNode): boolean {
  const made = [child(node, 'relation'), child(node, 'view'), child(node, 'sequence'), child(child(node, 'into') ?? {}, 'rel'), child(child(node, 'intoClause') ?? {}, 'rel')];
  return made.some((each) => each?.['relpersistence'] === 't');
}

function madeByAlter(node: AstNode): readonly MadeObject[] {
  const on = child(node, 'relation');
  if (on === null) return [];
  const table = relationName(on);
  return listOf(node['cmds'], 'AlterTableCmd').flatMap((command): readonly MadeObject[] => {
    const { kind, node: definition } = nodes([command['def']])[0] ?? { kind: '', node: {} };
    if (kind === 'ColumnDef' && text(command, 'subtype') === 'AT_AddColumn') return [column(table, definition, command)];
    return kind === 'Constraint' && text(command, 'subtype') === 'AT_AddConstraint' ? constraint(table, definition) : [];
  });
}

function column(table: QualifiedName, definition: AstNode, command: AstNode): MadeObject {
  const name = text(definition, 'colname') ?? '';
  return { key: partKey(table, name), words: `the column ${writeName(table)}.${quoteIdentifier(name)}`, table, goesWith: [nameKey(table)], outlivesCascade: false, ifNotExists: command['missing_ok'] === true };
}

/** NOT NULL is a property of its column: there is more than one way to take it away. */
function constraint(table: QualifiedName, definition: AstNode): readonly MadeObject[] {
  const type = text(definition, 'contype');
  if (type === 'CONSTR_NOTNULL') return [];
  const name = text(definition, 'conname');
  const key = name === null ? someConstraint(nameKey(table)) : partKey(table, name);
  const what = name === null ? (constraintWords[type ?? ''] ?? 'constraint') : `constraint ${quoteIdentifier(name)}`;
  return [{ key, words: `the ${what} of ${writeName(table)}`, table, goesWith: [nameKey(table), ...columnsUnder(table, definition)], outlivesCascade: false, ifNotExists: false }];
}

/** Keys of the columns that a constraint or an index stands on, any of which takes it along; of any column where the SQL does not name them. */
function columnsUnder(table: QualifiedName, definition: AstNode): readonly string[] {
  const named = new Set([...['keys', 'including', 'fk_attrs'].flatMap((list) => words(definition[list])), ...columnsOf(definition)]);
  walk(definition, ({ kind, node }) => {
    const name = kind === 'IndexElem' ? text(node, 'name') : null;
    if (name !== null) named.add(name);
    return undefined;
  });
  return named.size === 0 ? [someColumn(nameKey(table))] : [...named].map((name) => partKey(table, name));
}

const constraintWords: Readonly<Record<string, string>> = { CONSTR_FOREIGN: 'foreign key', CONSTR_PRIMARY: 'primary key', CONSTR_UNIQUE: 'unique constraint', CONSTR_CHECK: 'check' };

/** USING INDEX makes the index the constraint's, and an attached partition goes with its parent. */
function takenOver(node: AstNode): readonly string[] {
  const schema = text(child(node, 'relation') ?? {}, 'schemaname');
  return listOf(node['cmds'], 'AlterTableCmd').flatMap((command) => nodes([command['def']])).flatMap(({ kind, node: definition }) => {
    const index = kind === 'Constraint' ? text(definition, 'indexname') : null;
    return index === null ? relationKeys(kind === 'PartitionCmd' ? child(definition, 'name') : null) : [nameKey({ schema, name: index })];
  });
}

function relationKeys(relation: AstNode | null): readonly string[] {
  return relation === null ? [] : [nameKey(relationName(relation))];
}

/** The kind of object that a DROP or ALTER names, as keys say it. */
const kinds: Readonly<Record<string, 'type' | 'function' | 'schema' | 'extension' | 'policy' | 'trigger'>> = {
  OBJECT_TYPE: 'type', OBJECT_DOMAIN: 'type', OBJECT_FUNCTION: 'function', OBJECT_PROCEDURE: 'function', OBJECT_ROUTINE: 'function',
  OBJECT_SCHEMA: 'schema', OBJECT_EXTENSION: 'extension', OBJECT_POLICY: 'policy', OBJECT_TRIGGER: 'trigger',
};

function dropped(node: AstNode): readonly string[] {
  const kind = kinds[text(node, 'removeType') ?? ''];
  if (kind === undefined) return [];
  if (kind === 'policy' || kind === 'trigger') {
    return listOf(node['objects'], 'List').map(listItems).map((parts) => partKey(listName(parts.slice(0, -1)), `${kind} ${words(parts).at(-1) ?? ''}`));
  }
  return droppedNames(node).map((name) => (kind === 'schema' || kind === 'extension' ? `${kind} ${name.name}` : `${kind} ${nameKey(name)}`));
}

function renamed(node: AstNode): readonly string[] {
  const relation = child(node, 'relation');
  const type = text(node, 'renameType');
  const part = text(node, 'subname');
  const kind = kinds[type ?? ''];
  if (relation !== null && part !== null) {
    if (type === 'OBJECT_TABCONSTRAINT') return [partKey(relationName(relation), part)];
    return kind === undefined ? [] : [partKey(relationName(relation), `${kind} ${part}`)];
  }
  return kind === 'schema' ? [`schema ${part ?? ''}`] : typed(type, node['object']);
}

/** The key of a type or routine that an ALTER names. */
function typed(type: string | null, object: unknown): readonly string[] {
  const kind = kinds[type ?? ''];
  const [named] = nodes([object]);
  if (named === undefined || (kind !== 'type' && kind !== 'function')) return [];
  const parts = named.kind === 'ObjectWithArgs' ? words(named.node['objname']) : words(named.node['items'] ?? named.node['names']);
  return [`${kind} ${nameKey({ schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' })}`];
}

function listItems(list: AstNode | null): readonly AstNode[] {
  const inner = list === null ? null : (child(list, 'List') ?? list);
  const items: unknown = inner?.['items'];
  return Array.isArray(items) ? items.filter(isNode) : [];
}
