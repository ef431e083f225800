import type { Fix } from '../../model/edit.ts';
import type { AstNode, Statement } from '../../model/statement.ts';
import { columnConstraint } from '../../sql/effects/columns.ts';
import { quoteIdentifier, writeName, type QualifiedName } from '../../sql/names.ts';
import { child, text, words } from '../../sql/walk.ts';
import type { Match, StatementContext } from '../define-rule.ts';
import { alterCommands, alterHead, commandSpan, isOnlyCommand, type AlterCommand } from './commands.ts';
import { constraintName } from './names.ts';
import { outsideAdvice, runsOneByOne } from './transactions.ts';

/** A key whose index PostgreSQL has to build. */
export interface BuiltKey {
  readonly word: 'UNIQUE' | 'PRIMARY KEY';
  readonly contype: 'CONSTR_UNIQUE' | 'CONSTR_PRIMARY';
}

/** The commands that add such a key to a table which exists before, with what mends them. `first` is what has to happen before USING INDEX, as a sentence. */
export function builtKeys(statement: Statement, key: BuiltKey, context: StatementContext, first: (command: AlterCommand) => string): readonly Match[] {
  return alterCommands(statement).flatMap((command) => {
    const isPartitioned = context.isPartitioned(command.table);
    // ONLY a partitioned table builds nothing: it has no rows of its own.
    if (!builds(command, key) || context.isNew(command.table) || (isPartitioned && child(statement.node, 'relation')?.['inh'] !== true)) return [];
    const needs = first(command);
    return [{
      message: `Reads and writes of ${writeName(command.table)} wait until the index of the ${key.word} is built. ${isPartitioned ? onPartitions(command.table, key.word) : `${needs}${onTable(context, key.word)}`}`,
      span: commandSpan(statement, command),
      relation: command.table,
      fixes: command.subtype === 'AT_AddConstraint' && !isPartitioned && needs === '' ? fixes(statement, command, key, context) : [],
    }];
  });
}

function builds({ definition, subtype }: AlterCommand, { contype }: BuiltKey): boolean {
  if (subtype === 'AT_AddColumn') return columnConstraint(definition, contype) !== null;
  return subtype === 'AT_AddConstraint' && text(definition, 'contype') === contype && text(definition, 'indexname') === null;
}

function onTable(context: StatementContext, word: string): string {
  const alone = context.canAddStatements ? '' : ', alone in a migration of its own';
  return `${outsideAdvice(context, `Use CREATE UNIQUE INDEX CONCURRENTLY first${alone}`)} Then ADD ${word} USING INDEX is instant.`;
}

/** USING INDEX is not supported on partitioned tables; this is the way around (manual 5.12.2.2). */
function onPartitions(table: QualifiedName, word: string): string {
  return `It is partitioned, so USING INDEX is not possible: add the ${word} to ONLY ${writeName(table)} and, USING an INDEX built CONCURRENTLY, to each partition, then ATTACH the indexes of these.`;
}

/** What a plain index cannot express: such constraints get no fix. */
const special = ['including', 'options', 'indexspace', 'without_overlaps', 'deferrable', 'initdeferred'];

function fixes(statement: Statement, command: AlterCommand, { word }: BuiltKey, context: StatementContext): readonly Fix[] {
  const key: AstNode = command.definition;
  const columns = words(key['keys']);
  const isPrimary = word === 'PRIMARY KEY';
  const name = text(key, 'conname') ?? constraintName(command.table, isPrimary ? [] : columns, isPrimary ? 'pkey' : 'key');
  if (!runsOneByOne(context) || name === null || !isOnlyCommand(statement) || special.some((field) => key[field] !== undefined)) return [];
  const index = quoteIdentifier(name);
  const nulls = key['nulls_not_distinct'] === true ? ' NULLS NOT DISTINCT' : '';
  const build = `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${writeName(command.table)} (${columns.map(quoteIdentifier).join(', ')})${nulls}`;
  const take = `${alterHead(statement)} ADD CONSTRAINT ${index} ${word} USING INDEX ${index}`;
  return [{ title: 'Build the index CONCURRENTLY, then take it over', edits: [{ span: { start: 0, end: statement.text.length }, text: `${build}${context.between}${take}` }] }];
}
