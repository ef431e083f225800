import type { Fix } from '../../model/edit.ts';
import type { Statement } from '../../model/statement.ts';
import { quoteIdentifier, relationName, writeName, type QualifiedName } from '../../sql/names.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { child, listOf, text } from '../../sql/walk.ts';
import type { StatementContext } from '../define-rule.ts';
import { constraintName } from './names.ts';
import { runsOneByOne } from './transactions.ts';

/**
 * CREATE INDEX on a partitioned table as a cascade that lets writes go on: ON ONLY the table, one built CONCURRENTLY on each partition that the history knows,
 * each attached (manual 5.12.2.2). None where the statements would share a transaction, or where a partition has partitions itself.
 */
export function partitionIndexFix(statement: Statement, table: QualifiedName, context: StatementContext): readonly Fix[] {
  const { node } = statement;
  const partitions = context.table(table)?.partitions ?? [];
  const name = text(node, 'idxname');
  const columns = listOf(node['indexParams'], 'IndexElem').map((each) => text(each, 'name'));
  const plain = columns.filter((each) => each !== null);
  const rest = definition(statement);
  if (!runsOneByOne(context) || partitions.length === 0 || name === null || rest === null || plain.length < columns.length || node['if_not_exists'] === true) return [];
  const built = partitions.map((each) => ({ partition: each.name, index: constraintName(each.name, plain, 'idx') }));
  if (built.some(({ partition, index }) => index === null || context.isPartitioned(partition))) return [];
  const unique = node['unique'] === true ? 'UNIQUE ' : '';
  const lines = [
    `CREATE ${unique}INDEX ${quoteIdentifier(name)} ON ONLY ${writeName(table)} ${rest}`,
    ...built.flatMap(({ partition, index }) => [
      `CREATE ${unique}INDEX CONCURRENTLY ${quoteIdentifier(index ?? '')} ON ${writeName(partition)} ${rest}`,
      `ALTER INDEX ${writeName({ schema: table.schema, name })} ATTACH PARTITION ${writeName({ schema: partition.schema, name: index ?? '' })}`,
    ]),
  ];
  return [{ title: 'Build one CONCURRENTLY on each known partition, and attach them', edits: [{ span: { start: 0, end: statement.text.length }, text: lines.join(context.between) }] }];
}

/** What follows the table's name: USING, the columns, WHERE. */
function definition(statement: Statement): string | null {
  const all = statementTokens(statement);
  const relation = child(statement.node, 'relation');
  const on = all.findIndex((token) => isKeyword(token, 'ON'));
  const first = on + (isKeyword(all[on + 1], 'ONLY') ? 2 : 1);
  if (relation === null || on < 0) return null;
  const start = all[first + (relationName(relation).schema === null ? 1 : 3)]?.start;
  return start === undefined ? null : statement.text.slice(start);
}
