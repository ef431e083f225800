import type { Statement } from '../model/statement.ts';
import { effects, noEffects, type ColumnType, type Effects, type Setting } from '../sql/effects.ts';
import { nameKey, type QualifiedName } from '../sql/names.ts';
import { namedBy } from '../sql/objects.ts';

/**
 * One thing that a statement changes for the statements after it. Keys are `schema.name`, of columns and constraints that of the table, a new line and the name;
 * they are made once for each statement, because a file of ten thousand statements is told again after each keystroke.
 */
export type Change =
  | { readonly kind: 'created'; readonly key: string; readonly table: QualifiedName | null; readonly ifNotExists: boolean; readonly partitioned: boolean }
  | { readonly kind: 'dropped'; readonly key: string }
  | { readonly kind: 'renamed'; readonly from: string; readonly to: string }
  | { readonly kind: 'column added' | 'column retyped'; readonly key: string; readonly type: ColumnType | null }
  | { readonly kind: 'column dropped'; readonly key: string }
  | { readonly kind: 'column renamed'; readonly from: string; readonly to: string }
  | { readonly kind: 'null check'; readonly column: string; readonly constraint: string; readonly by: 'check' | 'not null'; readonly valid: boolean }
  | { readonly kind: 'constraint dropped' | 'nulls allowed'; readonly key: string }
  | { readonly kind: 'validated'; readonly constraint: string }
  | { readonly kind: 'row security' | 'policy'; readonly key: string }
  /** Made, dropped or renamed, and no relation: a type, a policy … */
  | { readonly kind: 'named'; readonly key: string }
  | { readonly kind: 'transaction'; readonly to: 'begin' | 'commit' | 'rollback' }
  | { readonly kind: 'setting'; readonly setting: Setting };

const none: readonly Change[] = [];

/** What a statement changes, in order. `notesOf` keeps it. */
export function readChanges(statement: Statement): readonly Change[] {
  const change = effects(statement);
  const named = namedBy(statement).map((key): Change => ({ kind: 'named', key }));
  if (change === noEffects) return named.length === 0 ? none : named;
  const made = [...named, ...relations(change), ...columns(change), ...constraints(change), ...surroundings(change)];
  return made.length === 0 ? none : made;
}

export function columnKey(table: QualifiedName, column: string): string {
  return `${nameKey(table)}\n${column}`;
}

/** What transactions and settings are about; no relation has this key. */
export const session = 'the session';

/** What a change or a question is about: a relation by its key, or the session. What is true of it depends on the changes about it and on nothing else. */
export function subjectOf(key: string): string {
  const end = key.indexOf('\n');
  return end < 0 ? key : key.slice(0, end);
}

/** The subjects of a change. Two of them depend on each other from then on. */
export function subjectsOf(change: Change): readonly string[] {
  switch (change.kind) {
    case 'transaction':
    case 'setting':
      return [session];
    case 'renamed':
      return [change.from, change.to];
    case 'column renamed':
      return [subjectOf(change.from)];
    case 'null check':
      return [subjectOf(change.column)];
    case 'validated':
      return [subjectOf(change.constraint)];
    default:
      return [subjectOf(change.key)];
  }
}

/** The key of the table of a column's or constraint's key. */
export function tableKey(key: string): string {
  return key.slice(0, key.indexOf('\n'));
}

function relations({ created, dropped, renamed }: Effects): readonly Change[] {
  if (created.length + dropped.length + renamed.length === 0) return none;
  return [
    ...created.map((each): Change => ({ kind: 'created', key: nameKey(each.name), table: each.table, ifNotExists: each.ifNotExists === true, partitioned: each.partitioned === true })),
    ...dropped.map((name): Change => ({ kind: 'dropped', key: nameKey(name) })),
    ...renamed.map(({ from, to }): Change => ({ kind: 'renamed', from: nameKey(from), to: nameKey(to) })),
  ];
}

function columns({ columnsAdded, columnsRetyped, columnsDropped, columnsRenamed }: Effects): readonly Change[] {
  if (columnsAdded.length + columnsRetyped.length + columnsDropped.length + columnsRenamed.length === 0) return none;
  return [
    ...columnsAdded.map(({ table, column, type }): Change => ({ kind: 'column added', key: columnKey(table, column), type })),
    ...columnsRetyped.map(({ table, column, type }): Change => ({ kind: 'column retyped', key: columnKey(table, column), type })),
    ...columnsDropped.map(({ table, column }): Change => ({ kind: 'column dropped', key: columnKey(table, column) })),
    ...columnsRenamed.map(({ table, column, to }): Change => ({ kind: 'column renamed', from: columnKey(table, column), to: columnKey(table, to) })),
  ];
}

function constraints({ checksNotNull, constraintsDropped, nullsAllowed, validated }: Effects): readonly Change[] {
  if (checksNotNull.length + constraintsDropped.length + nullsAllowed.length + validated.length === 0) return none;
  return [
    ...constraintsDropped.map(({ table, constraint }): Change => ({ kind: 'constraint dropped', key: columnKey(table, constraint) })),
    ...nullsAllowed.map(({ table, column }): Change => ({ kind: 'nulls allowed', key: columnKey(table, column) })),
    ...checksNotNull.map(({ table, column, constraint, by, valid }): Change => ({ kind: 'null check', column: columnKey(table, column), constraint: columnKey(table, constraint), by, valid })),
    ...validated.map(({ table, constraint }): Change => ({ kind: 'validated', constraint: columnKey(table, constraint) })),
  ];
}

function surroundings({ rowSecurityEnabled, policiesCreated, transaction, setting }: Effects): readonly Change[] {
  return [
    ...rowSecurityEnabled.map((table): Change => ({ kind: 'row security', key: nameKey(table) })),
    ...policiesCreated.map((table): Change => ({ kind: 'policy', key: nameKey(table) })),
    ...(transaction === null ? [] : [{ kind: 'transaction', to: transaction } as const]),
    ...(setting === null ? [] : [{ kind: 'setting', setting } as const]),
  ];
}
