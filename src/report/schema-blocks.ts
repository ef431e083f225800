import { isReordering, type SchemaChange, type SchemaObject } from '../model/snapshot.ts';
import { diffLines } from './line-diff.ts';
import type { DiffBlock } from './view-model.ts';
import { changedObject } from './wording.ts';

/**
 * Changes as a person reads them: what came or went with a table stands in one CREATE TABLE, what changed in a table stands
 * together under its name, and everything else is a statement of its own.
 */
export function schemaBlocks(changes: readonly SchemaChange[]): readonly DiffBlock[] {
  const told = new Set<SchemaChange>();
  return changes.flatMap((change) => {
    if (told.has(change)) return [];
    const object = changedObject(change);
    const table = object.kind === 'table' ? object.name : isPartOfTable(object) ? object.table : null;
    if (table === null) return [single(change)];
    const own = changes.filter((each) => isTable(each, table) || (isPartOfTable(changedObject(each)) && changedObject(each).table === table));
    for (const each of own) told.add(each);
    const whole = own.find((each) => isTable(each, table));
    const parts = own.filter((each) => each !== whole);
    return [whole === undefined || whole.change === 'altered' ? altered(table, whole, parts) : complete(whole, parts)];
  });
}

function isTable(change: SchemaChange, name: string): boolean {
  const { kind, name: own } = changedObject(change);
  return kind === 'table' && own === name;
}

/** What CREATE TABLE says between its parentheses. */
function isPartOfTable({ kind }: SchemaObject): boolean {
  return kind === 'column' || kind === 'constraint';
}

function single(change: SchemaChange): DiffBlock {
  const { kind, name } = changedObject(change);
  const [before, after] = sides(change, ({ definition }) => (definition.endsWith(';') ? definition : `${definition};`));
  return { change: change.change, kind, name, rows: diffLines(before, after), before, after };
}

/** A table that came or went as one CREATE TABLE. */
function complete(table: SchemaChange, parts: readonly SchemaChange[]): DiffBlock {
  const object = changedObject(table);
  const [main = '', ...rest] = statements(object);
  const own = parts.map((part) => statements(changedObject(part)));
  const lines = own.map(([line = '']) => `  ${line}`);
  const body = lines.length === 0 ? '()' : `(\n${lines.join(',\n')}\n)`;
  const text = [main.replace(/ \(\)/, () => ` ${body}`), ...rest, ...own.flatMap((each) => each.slice(1))].map((each) => `${each};`).join('\n');
  const [before, after] = table.change === 'added' ? ['', text] : [text, ''];
  return { change: table.change, kind: 'table', name: object.name, rows: diffLines(before, after), before, after };
}

/** What changed in a table, line by line; what it is made of besides stays as it was. */
function altered(name: string, table: SchemaChange | undefined, parts: readonly SchemaChange[]): DiffBlock {
  const changes = [...(table === undefined ? [] : [tableLines(table)]), ...parts.map((part) => sides(part, (object) => statements(object).join('\n')))];
  const [before, after] = [0, 1].map((side) => changes.map((change) => change[side] ?? '').filter((text) => text !== '').join('\n'));
  return { change: 'altered', kind: 'table', name, rows: changes.flatMap(([was = '', is = '']) => diffLines(was, is)), before: before ?? '', after: after ?? '' };
}

/** Without the empty CREATE TABLE that both begin with. */
function tableLines(table: SchemaChange): readonly [string, string] {
  const [before, after] = sides(table, (object) => (isReordering(table) ? (object.definition.split('\n').at(-1) ?? '') : object.definition));
  const [[was = '', ...left], [is = '', ...right]] = [before.split('\n'), after.split('\n')];
  return was.replace(/;$/, '') === is.replace(/;$/, '') && !isReordering(table) ? [left.join('\n'), right.join('\n')] : [before, after];
}

function sides(change: SchemaChange, text: (object: SchemaObject) => string): readonly [string, string] {
  return [change.change === 'added' ? '' : text(change.before), change.change === 'removed' ? '' : text(change.after)];
}

/** Definitions of tables, columns and constraints hold no bodies, so that a semicolon at the end of a line ends a statement. */
function statements({ definition }: SchemaObject): readonly string[] {
  return definition.split(';\n');
}
