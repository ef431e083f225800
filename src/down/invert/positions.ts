import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import type { AstNode, Statement } from '../../model/statement.ts';
import { quoteIdentifier, writeName } from '../../sql/names.ts';
import { child, listOf, nodes, text, walk, words } from '../../sql/walk.ts';

/** The sequences that a statement moves, as it names them; an empty name where it computes one, or means that of a column. */
export function movedSequences({ kind, node }: Statement): readonly string[] {
  if (kind === 'AlterSeqStmt') {
    const sequence = child(node, 'sequence') ?? {};
    return restarts(node['options']) ? [writeName({ schema: text(sequence, 'schemaname'), name: text(sequence, 'relname') ?? '' })] : [];
  }
  if (kind === 'AlterTableStmt') return listOf(node['cmds'], 'AlterTableCmd').some((each) => each['subtype'] === 'AT_SetIdentity' && restarts(child(child(each, 'def') ?? {}, 'List')?.['items'])) ? [''] : [];
  const found: string[] = [];
  walk([{ [kind]: node }], (each) => {
    const called = each.kind === 'FuncCall' ? (words(each.node['funcname']).at(-1) ?? '') : '';
    if (called === 'setval' || called === 'nextval') found.push(literal(each.node['args']));
    return undefined;
  });
  return [...new Set(found)];
}

/** The sequence that a name means, as SQL writes it: its own schema, else public, else the only one of that name. */
export function sequenceOf(name: string, catalog: Snapshot): SchemaObject | null {
  if (name === '') return null;
  const exactly = catalog[`sequence ${name}`] ?? catalog[`sequence public.${name}`];
  if (exactly !== undefined || name.includes('.')) return exactly ?? null;
  const same = Object.values(catalog).filter((each) => each.kind === 'sequence' && each.name.endsWith(`.${quoteIdentifier(name)}`));
  return same.length === 1 ? (same[0] ?? null) : null;
}

function restarts(options: unknown): boolean {
  return listOf(options, 'DefElem').some((each) => text(each, 'defname') === 'restart');
}

/** The text of the first argument, with or without `::regclass`. */
function literal(args: unknown): string {
  const [first] = nodes(args);
  const inner: AstNode = (first?.kind === 'TypeCast' ? nodes([first.node['arg']])[0]?.node : first?.node) ?? {};
  return text(child(inner, 'sval') ?? {}, 'sval') ?? '';
}
