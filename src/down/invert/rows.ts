import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import type { AstNode, Statement } from '../../model/statement.ts';
import { quoteIdentifier, relationName, writeName, type QualifiedName } from '../../sql/names.ts';
import { grammarTokens, isKeyword } from '../../sql/tokens.ts';
import { child, listOf, text, walk, words } from '../../sql/walk.ts';
import { because, nothing, type Inverse, type Step } from '../inverse.ts';
import { changesSecret, formerSecret } from './secrets.ts';
import { deleteInserted } from './insert.ts';
import { movedSequences, sequenceOf } from './positions.ts';

/** Which tables and columns came into being in the up itself: what happens to their rows goes with them. */
export interface Births {
  has(key: string): boolean;
}

const kinds = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'TruncateStmt', 'CopyStmt']);

/** What undoes a statement over rows; null when it is none. */
export function invertRows(step: Step, births: Births): Inverse | null {
  const { statement } = step.placed;
  if (!kinds.has(statement.kind)) return null;
  if (statement.kind === 'CopyStmt' && statement.node['is_from'] !== true) return nothing;
  const losses = [...nested(statement), { kind: statement.kind, node: statement.node }].map((each) => lossOf(each, step.before, births)).filter((each) => each !== null);
  if (losses.length === 0) return nothing;
  if (statement.kind === 'InsertStmt' && losses.length === 1) {
    const table = tableOf(child(statement.node, 'relation') ?? {}, step.before);
    const deleted = table === null ? null : deleteInserted(statement, { table, catalog: step.before });
    if (deleted !== null) return deleted;
  }
  return because(losses, []);
}

/** Statements inside WITH, which do their work as well. */
function nested(statement: Statement): readonly { readonly kind: string; readonly node: AstNode }[] {
  const found: { readonly kind: string; readonly node: AstNode }[] = [];
  walk(statement.node, ({ kind, node }) => {
    if (kinds.has(kind)) found.push({ kind, node });
    return undefined;
  });
  return found;
}

function lossOf({ kind, node }: { readonly kind: string; readonly node: AstNode }, catalog: Snapshot, births: Births): string | null {
  if (kind === 'TruncateStmt') {
    const tables = listOf(node['relations'], 'RangeVar').map((each) => tableOf(each, catalog)).filter((each) => each !== null && !births.has(`table ${each.name}`));
    return tables.length === 0 ? null : `The rows of ${tables.map((each) => each?.name).join(', ')} that TRUNCATE removed are gone.`;
  }
  const relation = child(node, 'relation') ?? {};
  const table = tableOf(relation, catalog);
  const name = table?.name ?? writeName(relationName(relation));
  if (relation['relpersistence'] === 't' || births.has(`table ${name}`)) return null;
  switch (kind) {
    case 'UpdateStmt': {
      const columns = listOf(node['targetList'], 'ResTarget').map((each) => quoteIdentifier(text(each, 'name') ?? ''));
      const lost = columns.filter((column) => !births.has(`column ${name}.${column}`));
      return lost.length === 0 ? null : `UPDATE overwrote ${lost.join(', ')} of ${name}; the former values are gone.`;
    }
    case 'DeleteStmt':
      return `The rows that DELETE removed from ${name} are gone.`;
    case 'MergeStmt':
      return `What MERGE did to the rows of ${name} stays.`;
    default:
      return `The rows that ${kind === 'CopyStmt' ? 'COPY' : 'INSERT'} added to ${name} stay, because nothing tells them from the others.`;
  }
}

/** The table that a relation means: its own schema, else public, else the only one of that name. */
export function tableOf(rangeVar: AstNode, catalog: Snapshot): SchemaObject | null {
  if (rangeVar['relname'] === undefined) return null;
  const name: QualifiedName = relationName(rangeVar);
  const exactly = catalog[`table ${writeName({ schema: name.schema ?? 'public', name: name.name })}`];
  if (exactly !== undefined || name.schema !== null) return exactly ?? null;
  const same = Object.values(catalog).filter((each) => each.kind === 'table' && each.name.endsWith(`.${quoteIdentifier(name.name)}`));
  return same.length === 1 ? (same[0] ?? null) : null;
}

/** Why rows may not be as before after code ran that the statement only names; empty when the code touches none. */
export function rowsBehindCode({ placed: { statement }, before }: Step, births: Births): readonly string[] {
  const moved = movedSequences(statement).map((name) => sequenceOf(name, before));
  const positions = moved.some((each) => each === null || !births.has(`sequence ${each.name}`)) ? ['Where the sequence stood before is not known.'] : [];
  if (statement.kind === 'AlterTableStmt') return [...positions, ...conversions(statement)];
  if (changesSecret(statement)) return [formerSecret];
  if (statement.kind === 'DoStmt') return touchesRows(statement.text) ? ['What this block does to rows is not undone.'] : [];
  const called: string[] = [];
  let moves = false;
  walk([{ [statement.kind]: statement.node }], ({ kind, node }) => {
    if (kind === 'FuncCall' || kind === 'CallStmt') called.push(words(node['funcname'] ?? child(node, 'funccall')?.['funcname']).at(-1) ?? '');
    if (kinds.has(kind)) moves = true;
    return undefined;
  });
  if (positions.length > 0) return positions;
  if (called.some((name) => largeObjects.test(name))) return ['Large objects belong to no table, and what happened to them is not undone.'];
  const functions = Object.values(before).filter((each) => each.kind === 'function' && called.some((name) => each.name.includes(`.${quoteIdentifier(name)}(`)));
  return moves || functions.some((each) => touchesRows(each.definition)) ? ['What this statement does to rows is not undone.'] : [];
}

const largeObjects = /^lo_(creat|create|import|from_bytea|put|unlink|truncate|truncate64|open)$|^lowrite$/;

/** ALTER COLUMN … TYPE … USING computes values of its own, unless it only casts the column. */
function conversions({ node }: Statement): readonly string[] {
  return listOf(node['cmds'], 'AlterTableCmd').flatMap((command) => {
    const using = child(child(command, 'def') ?? {}, 'ColumnDef')?.['raw_default'];
    if (command['subtype'] !== 'AT_AlterColumnType' || using === undefined) return [];
    let computes = false;
    walk([using], ({ kind }) => {
      if (!castNodes.has(kind)) computes = true;
      return undefined;
    });
    return computes ? [`USING computed new values of ${text(command, 'name') ?? ''}; the former ones are gone.`] : [];
  });
}

/** What `column::type` consists of. */
const castNodes = new Set(['TypeCast', 'ColumnRef', 'String', 'TypeName', 'A_Const', 'Integer']);

const verbs = ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'MERGE', 'COPY', 'EXECUTE'];

/** Looks into dollar quotes as well; EXECUTE can do anything. */
function touchesRows(code: string): boolean {
  return grammarTokens(code).some((token) =>
    token.kind === 'dollar string' ? touchesRows(token.text.replace(/^\$\w*\$|\$\w*\$$/g, '')) : verbs.some((verb) => isKeyword(token, verb)));
}

