import type { Span } from '../../model/span.ts';
import type { AstNode, Statement } from '../../model/statement.ts';
import { definitionOf } from '../../sql/effects/alter-table.ts';
import { relationName, type QualifiedName } from '../../sql/names.ts';
import { statementTokens, tokenIndexAt } from '../../sql/spans.ts';
import type { Token } from '../../sql/tokens.ts';
import { child, listOf, text } from '../../sql/walk.ts';

/** One command of an ALTER TABLE: `ADD COLUMN …`, `ALTER COLUMN …`. */
export interface AlterCommand {
  readonly table: QualifiedName;
  readonly subtype: string;
  /** The column or constraint that it names, or null. */
  readonly name: string | null;
  readonly node: AstNode;
  /** Its `ColumnDef`, `Constraint`, …; empty when it has none. */
  readonly definition: AstNode;
  /** Where it is among the commands; `commandTokens` finds its tokens. */
  readonly position: number;
}

let latest: { readonly statement: Statement; readonly commands: readonly AlterCommand[] } | null = null;

/** The commands of an ALTER TABLE in the order in which they are written; none for any other statement. Many rules ask for those of one statement in turn. */
export function alterCommands(statement: Statement): readonly AlterCommand[] {
  if (latest?.statement !== statement) latest = { statement, commands: readCommands(statement) };
  return latest.commands;
}

/** The command's tokens, without the comma: the parse tree gives most commands no location of their own. */
export function commandTokens(statement: Statement, command: AlterCommand): readonly Token[] {
  const all = statementTokens(statement);
  const relation = child(statement.node, 'relation');
  let at = nameEnd(all, tokenIndexAt(statement, Number(relation?.['location'] ?? 0)));
  for (let left = command.position; left > 0; left -= 1) at = commandEnd(all, at) + 1;
  return all.slice(at, commandEnd(all, at));
}

export function commandSpan(statement: Statement, command: AlterCommand): Span {
  const tokens = commandTokens(statement, command);
  return { start: tokens[0]?.start ?? 0, end: tokens.at(-1)?.end ?? statement.text.length };
}

/** Where the statement can be split: it has this command only. */
export function isOnlyCommand(statement: Statement): boolean {
  return listOf(statement.node['cmds'], 'AlterTableCmd').length === 1;
}

/** `ALTER TABLE [IF EXISTS] [ONLY] name`, as it is written. */
export function alterHead(statement: Statement): string {
  const all = statementTokens(statement);
  const location = Number(child(statement.node, 'relation')?.['location'] ?? 0);
  return statement.text.slice(0, all[nameEnd(all, tokenIndexAt(statement, location)) - 1]?.end ?? 0);
}

function readCommands(statement: Statement): readonly AlterCommand[] {
  const relation = child(statement.node, 'relation');
  if (relation === null || statement.node['objtype'] !== 'OBJECT_TABLE') return [];
  const table = relationName(relation);
  return listOf(statement.node['cmds'], 'AlterTableCmd').map((node, position) => ({
    table,
    subtype: text(node, 'subtype') ?? '',
    name: text(node, 'name'),
    node,
    definition: definitionOf(node),
    position,
  }));
}

/** Index after a dotted name and the `*` that may follow it. */
function nameEnd(tokens: readonly Token[], start: number): number {
  let at = start + 1;
  while (tokens[at]?.text === '.') at += 2;
  return tokens[at]?.text === '*' ? at + 1 : at;
}

/** Index of the comma outside parentheses that ends the command, or of the statement's end. */
function commandEnd(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let at = start; at < tokens.length; at += 1) {
    const word = tokens[at]?.kind === 'punctuation' ? tokens[at]?.text : undefined;
    if (word === '(' || word === '[') depth += 1;
    else if (word === ')' || word === ']') depth -= 1;
    else if (word === ',' && depth === 0) return at;
  }
  return tokens.length;
}
