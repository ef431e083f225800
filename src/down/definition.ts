import type { SchemaObject } from '../model/snapshot.ts';
import type { AstNode, Statement } from '../model/statement.ts';
import { parseStatement } from '../sql/parse.ts';
import { parseScript } from '../sql/script.ts';
import { nameSpanAt } from '../sql/spans.ts';
import { grammarTokens } from '../sql/tokens.ts';
import { child, listOf, text } from '../sql/walk.ts';

/** The definition of a snapshot's object, cut into what makes it and what is said of it afterwards (owner, privileges, comment, …). */
export interface Definition {
  readonly main: Statement;
  readonly rest: readonly Statement[];
}

const cut = new Map<string, Definition>();
const mostKept = 5_000;

export function definitionOf(object: SchemaObject): Definition {
  const key = `${object.kind} ${object.definition}`;
  const kept = cut.get(key);
  if (kept !== undefined) return kept;
  const statements = parseScript(object.definition).statements.map((each) => each.statement);
  // The owner of a sequence that a table owns is the table's, and cannot be set.
  const follows = (each: Statement): boolean => object.kind === 'sequence' && object.table !== null && isOwner(each);
  const made = isOfPrivileges(object) ? { main: parseStatement(''), rest: statements } : { main: statements[0] ?? parseStatement(''), rest: statements.slice(1).filter((each) => !follows(each)) };
  if (cut.size >= mostKept) cut.clear();
  cut.set(key, made);
  return made;
}

/** Objects that are nothing but GRANT and REVOKE. */
function isOfPrivileges({ kind }: SchemaObject): boolean {
  return kind === 'default privileges' || kind === 'parameter privileges';
}

function isOwner({ kind, node }: Statement): boolean {
  return kind === 'AlterOwnerStmt' || text(listOf(node['cmds'], 'AlterTableCmd')[0] ?? {}, 'subtype') === 'AT_ChangeOwner';
}

/** The object's own name, as SQL writes it: `id` of `public.orders.id`. */
export function localName({ name, table }: SchemaObject): string {
  return table !== null && name.startsWith(`${table}.`) ? name.slice(table.length + 1) : name;
}

/** The AST of a column's or a constraint's definition, which is a fragment of ALTER TABLE … ADD. */
export function fragment(object: SchemaObject): { readonly statement: Statement; readonly node: AstNode } | null {
  const { main } = definitionOf(object);
  const statement = parseStatement(`ALTER TABLE t ADD ${object.kind === 'column' ? 'COLUMN ' : ''}${main.text}`);
  const command = listOf(statement.node['cmds'], 'AlterTableCmd')[0];
  const definition = command === undefined ? null : child(command, 'def');
  const node = definition === null ? null : (child(definition, 'ColumnDef') ?? child(definition, 'Constraint'));
  return node === null ? null : { statement, node };
}

const mentioned = new Map<string, ReadonlySet<string>>();

/** Every dotted name that a definition mentions, in its strings too: `nextval('public.orders_id_seq'::regclass)`. */
export function mentions(object: SchemaObject): ReadonlySet<string> {
  const kept = mentioned.get(object.definition);
  if (kept !== undefined) return kept;
  const names = new Set<string>();
  // A PL/pgSQL body is looked at when it runs; of SQL bodies every name must exist when the function is made.
  collect(object.definition, names, { bodies: !/\bLANGUAGE (plpgsql|internal|c)\b/.test(object.definition) });
  if (mentioned.size >= mostKept) mentioned.clear();
  mentioned.set(object.definition, names);
  return names;
}

function collect(text: string, names: Set<string>, { bodies }: { readonly bodies: boolean }): void {
  let parts: string[] = [];
  let joined = false;
  const close = (): void => {
    for (let length = 1; length <= parts.length; length += 1) names.add(parts.slice(0, length).join('.'));
    parts = [];
  };
  for (const token of grammarTokens(text)) {
    const isName = token.kind === 'word' || token.kind === 'identifier';
    if (isName && joined) parts.push(token.text);
    else if (isName) {
      close();
      parts = [token.text];
    }
    joined = token.text === '.' && parts.length > 0;
    if (!isName && !joined) close();
    if (token.kind === 'string') collect(token.text.slice(1, -1), names, { bodies });
    else if (token.kind === 'dollar string' && bodies) collect(token.text.replace(/^\$\w*\$|\$\w*\$$/g, ''), names, { bodies });
  }
  close();
}

/** How other definitions name an object; functions without their arguments. */
export function nameToMention(object: SchemaObject): string {
  return object.kind === 'function' ? object.name.replace(/\(.*$/s, '') : object.name;
}

/** True when a definition has this identifier among its tokens, as constraints and indexes name the columns of their table. */
export function usesWord(definition: string, word: string): boolean {
  return grammarTokens(definition).some((token) => token.text === word);
}

/** True for a table of a composite type: its columns come, go and change with the attributes alone. */
export function isTyped(table: SchemaObject | undefined): boolean {
  return table?.kind === 'table' && definitionOf(table).rest.some(({ node }) => listOf(node['cmds'], 'AlterTableCmd')[0]?.['subtype'] === 'AT_AddOf');
}

/** The parents of a partition or of an inheriting table. */
export function parents(table: SchemaObject): readonly string[] {
  return definitionOf(table).rest.flatMap((statement) => {
    const command = listOf(statement.node['cmds'], 'AlterTableCmd')[0] ?? {};
    const above = command['subtype'] === 'AT_AddInherit' ? child(child(command, 'def') ?? {}, 'RangeVar') : command['subtype'] === 'AT_AttachPartition' ? child(statement.node, 'relation') : null;
    if (above === null || typeof above['location'] !== 'number') return [];
    const span = nameSpanAt(statement, above['location']);
    return [statement.text.slice(span.start, span.end)];
  });
}
