import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parse, type AlterTableStatement, type QName, type Statement as OtherStatement } from 'pgsql-ast-parser';
import type { Statement } from '../../src/model/statement.ts';
import { rules } from '../../src/rules/index.generated.ts';
import { effects } from '../../src/sql/effects.ts';
import { droppedNames } from '../../src/sql/effects/drop-rename.ts';
import { relationName, type QualifiedName } from '../../src/sql/names.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';
import { child, listOf, text } from '../../src/sql/walk.ts';
import { forms } from '../postgres/forms/forms.ts';

before(loadParser);

/**
 * pgsql-ast-parser is a grammar of its own. What it reads (about half of the statements) has to mean the same to Lockstep:
 * the same kind of statement, the same table, the same columns.
 */
describe('a second, independent parser', () => {
  it('classifies every statement that it can read as Lockstep does', () => {
    const compared = statements().map((statement) => ({ statement, other: readOther(statement.text) })).filter((each) => each.other !== null);
    const differing = compared.map(({ statement, other }) => ({ sql: statement.text, lockstep: ours(statement), other: theirs(other) }));
    assert.deepEqual(differing.filter((each) => each.lockstep !== each.other), []);
    assert.ok(compared.length > 250, `only ${String(compared.length)} statements were compared`);
  });
});

/** Every statement of the rules' examples, of the forms that run on real servers, and of the sample workspaces. */
function statements(): readonly Statement[] {
  const examples = rules.flatMap((rule) => [...rule.examples.bad, ...rule.examples.good]).flatMap((each) => [each.setup, each.sql, each.otherSide]);
  const files = readdirSync('examples', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sql') && !file.includes('node_modules')).map((file) => readFileSync(`examples/${file}`, 'utf8'));
  const texts = [...examples.filter((sql) => sql !== undefined), ...forms.map((form) => form.sql), ...files];
  const all = texts.flatMap((sql) => parseScript(sql).statements.map((placed) => placed.statement));
  return [...new Set(all)].filter((statement) => statement.problem === null);
}

function readOther(sql: string): OtherStatement | null {
  try {
    const [only, ...more] = parse(sql);
    return only !== undefined && more.length === 0 ? only : null;
  } catch {
    return null;
  }
}

const kinds: Readonly<Record<string, string>> = {
  CreateTableAsStmt: 'create as', ViewStmt: 'create view', CreateEnumStmt: 'create enum', CreateSeqStmt: 'create sequence', AlterSeqStmt: 'alter sequence',
  CreateExtensionStmt: 'create extension', CreateSchemaStmt: 'create schema', CommentStmt: 'comment', SelectStmt: 'select', VariableSetStmt: 'set',
  CreateFunctionStmt: 'create function', AlterEnumStmt: 'alter enum', CompositeTypeStmt: 'create type', RefreshMatViewStmt: 'refresh', DoStmt: 'do', PrepareStmt: 'prepare',
};

const sameKind: Readonly<Record<string, string>> = {
  'create materialized view': 'create as', 'create composite type': 'create type', 'refresh materialized view': 'refresh', values: 'select', union: 'select', 'union all': 'select',
  'set timezone': 'set', 'begin': 'begin', 'start transaction': 'begin',
};

function ours(statement: Statement): string {
  const { kind, node } = statement;
  const change = effects(statement);
  const table = child(node, 'relation');
  const name = table === null ? '' : write(relationName(table));
  if (kind === 'CreateStmt') return `create table ${name}: ${change.columnsAdded.map((each) => each.column).join(', ')}`;
  const type = text(node, 'objtype') ?? text(node, 'objectType') ?? text(node, 'renameType') ?? '';
  if (kind.startsWith('Alter') || kind === 'RenameStmt') {
    if (type === 'OBJECT_INDEX') return 'alter index';
    if (type === 'OBJECT_SEQUENCE') return 'alter sequence';
    // The other grammar knows of no other types to alter.
    if (type === 'OBJECT_TYPE') return 'alter enum';
  }
  if (kind === 'AlterTableStmt') return `alter table ${name}: ${listOf(node['cmds'], 'AlterTableCmd').map((each) => command(text(each, 'subtype'))).join(', ')}; ${changedColumns(statement)}`;
  if (kind === 'RenameStmt' && node['renameType'] === 'OBJECT_TABCONSTRAINT') return `alter table ${name}: rename constraint; `;
  if (kind === 'RenameStmt') return `alter table ${name}: ${change.columnsRenamed.length > 0 ? 'rename column' : 'rename'}; ${changedColumns(statement)}`;
  if (kind === 'IndexStmt') return `create index on ${name}${node['unique'] === true ? ', unique' : ''}${node['concurrent'] === true ? ', concurrently' : ''}: ${listOf(node['indexParams'], 'IndexElem').map((each) => text(each, 'name') ?? '()').join(', ')}`;
  if (kind === 'DropStmt') return `drop ${(text(node, 'removeType') ?? '').replace('OBJECT_', '').toLowerCase()}: ${droppedNames(node).map(write).join(', ')}`;
  if (kind === 'TruncateStmt') return `truncate: ${change.locks.map((lock) => write(lock.relation)).join(', ')}`;
  if (kind === 'TransactionStmt') return (text(node, 'kind') ?? '').replace('TRANS_STMT_', '').toLowerCase();
  if (kind === 'InsertStmt') return `insert ${name}: ${listOf(node['cols'], 'ResTarget').map((each) => text(each, 'name')).join(', ')}`;
  if (kind === 'UpdateStmt') return `update ${name}: ${listOf(node['targetList'], 'ResTarget').map((each) => text(each, 'name')).join(', ')}`;
  if (kind === 'DeleteStmt') return `delete ${name}`;
  return kinds[kind] ?? kind;
}

function changedColumns(statement: Statement): string {
  const { columnsAdded, columnsDropped, columnsRetyped, columnsRenamed } = effects(statement);
  return [...[...columnsAdded, ...columnsDropped, ...columnsRetyped].map((each) => each.column), ...columnsRenamed.map((each) => `${each.column} to ${each.to}`)].sort().join(', ');
}

const commands: Readonly<Record<string, string>> = {
  AT_AddColumn: 'add column', AT_DropColumn: 'drop column', AT_AddConstraint: 'add constraint', AT_DropConstraint: 'drop constraint', AT_ChangeOwner: 'owner',
};

function command(subtype: string | null): string {
  return commands[subtype ?? ''] ?? 'alter column';
}

function theirs(other: OtherStatement | null): string {
  switch (other?.type) {
    case 'create table':
      return `create table ${write(named(other.name))}: ${other.columns.filter((each) => each.kind === 'column').map((each) => each.name.name).join(', ')}`;
    case 'alter table':
      return `alter table ${write(named(other.table))}: ${other.changes.map((each) => each.type).join(', ')}; ${theirColumns(other)}`;
    case 'create index':
      return `create index on ${write(named(other.table))}${other.unique === true ? ', unique' : ''}${other.concurrently === true ? ', concurrently' : ''}: ${other.expressions.map((each) => (each.expression.type === 'ref' ? each.expression.name : '()')).join(', ')}`;
    case 'drop table':
    case 'drop index':
    case 'drop type':
    case 'drop sequence':
    case 'drop trigger':
      return `${other.type}: ${other.names.map((each) => write(named(each))).join(', ')}`;
    case 'truncate table':
      return `truncate: ${other.tables.map((each) => write(named(each))).join(', ')}`;
    case 'insert':
      return `insert ${write(named(other.into))}: ${(other.columns ?? []).map((each) => each.name).join(', ')}`;
    case 'update':
      return `update ${write(named(other.table))}: ${other.sets.map((each) => each.column.name).join(', ')}`;
    case 'delete':
      return `delete ${write(named(other.from))}`;
    case 'with':
      return theirs(other.in);
    default:
      return sameKind[other?.type ?? ''] ?? other?.type ?? '';
  }
}

function theirColumns({ changes }: AlterTableStatement): string {
  return changes.flatMap((each) => {
    if (each.type === 'add column') return [each.column.name.name];
    if (each.type === 'rename column') return [`${each.column.name} to ${each.to.name}`];
    if (each.type === 'drop column') return [each.column.name];
    return each.type === 'alter column' && each.alter.type === 'set type' ? [each.column.name] : [];
  }).sort().join(', ');
}

function named(name: QName): QualifiedName {
  return { schema: name.schema ?? null, name: name.name };
}

function write({ schema, name }: QualifiedName): string {
  return schema === null ? name : `${schema}.${name}`;
}
