import type { Statement } from '../model/statement.ts';
import { effects, noEffects, type AlteredColumn, type ColumnType, type CreatedRelation, type Effects, type Setting } from '../sql/effects.ts';
import type { KnownColumn, KnownConstraint, KnownPartition, KnownPolicy } from '../sql/known-table.ts';
import { nameKey, type QualifiedName } from '../sql/names.ts';
import { namedBy } from '../sql/objects.ts';

/**
 * One thing that a statement changes for the statements after it. Keys are `schema.name`, of columns and constraints that of the table, a new line and the name;
 * they are made once for each statement, because a file of ten thousand statements is told again after each keystroke.
 */
export type Change =
  | { readonly kind: 'created'; readonly key: string; readonly relation: CreatedRelation }
  | { readonly kind: 'dropped'; readonly key: string }
  | { readonly kind: 'renamed'; readonly from: string; readonly to: string; readonly name: QualifiedName }
  | { readonly kind: 'column added'; readonly key: string; readonly column: KnownColumn }
  | { readonly kind: 'column retyped'; readonly key: string; readonly type: ColumnType | null }
  | { readonly kind: 'column altered'; readonly key: string; readonly to: Pick<AlteredColumn, 'notNull' | 'filled'> }
  | { readonly kind: 'column dropped'; readonly key: string }
  | { readonly kind: 'column renamed'; readonly from: string; readonly to: string }
  | { readonly kind: 'constraint added'; readonly key: string; readonly constraint: KnownConstraint }
  | { readonly kind: 'constraint dropped' | 'validated'; readonly key: string }
  | { readonly kind: 'constraint renamed'; readonly from: string; readonly to: string }
  | { readonly kind: 'row security'; readonly key: string; readonly enabled?: boolean; readonly forced?: boolean }
  | { readonly kind: 'policy'; readonly key: string; readonly policy: KnownPolicy }
  | { readonly kind: 'policy dropped'; readonly key: string }
  | { readonly kind: 'enum value'; readonly type: QualifiedName; readonly value: string }
  | { readonly kind: 'partition attached'; readonly key: string; readonly partition: KnownPartition }
  | { readonly kind: 'partition detached'; readonly key: string; readonly partition: QualifiedName }
  | { readonly kind: 'refreshed'; readonly key: string; readonly populated: boolean }
  | { readonly kind: 'domain'; readonly key: string; readonly constraints: 'some' | 'none' }
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
  const made = [...named, ...relations(change), ...columns(change), ...constraints(change), ...partitions(change), ...surroundings(change)];
  return made.length === 0 ? none : made;
}

export function columnKey(table: QualifiedName, column: string): string {
  return `${nameKey(table)}\n${column}`;
}

/** As `sql/objects.ts` names a type. */
export function domainKey(name: QualifiedName): string {
  return `type ${nameKey(name)}`;
}

/** What transactions, settings and new enum values are about; no relation has this key. */
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
    // Any later statement can use the value.
    case 'enum value':
      return [session];
    case 'renamed':
      return [change.from, change.to];
    case 'column renamed':
    case 'constraint renamed':
      return [subjectOf(change.from)];
    case 'created':
      return [change.key, ...(change.relation.table === null ? [] : [nameKey(change.relation.table)]), ...(change.relation.reads ?? []).map(nameKey), ...(change.relation.partitionOf === undefined ? [] : [nameKey(change.relation.partitionOf)])];
    case 'partition attached':
      return [change.key, nameKey(change.partition.name)];
    case 'partition detached':
      return [change.key, nameKey(change.partition)];
    case 'constraint added':
      return [subjectOf(change.key), ...(change.constraint.references === null ? [] : [nameKey(change.constraint.references.table)])];
    default:
      return [subjectOf(change.key)];
  }
}

/** The column, constraint or policy of a key that names one. */
export function partOf(key: string): string {
  return key.slice(key.indexOf('\n') + 1);
}

function relations({ created, dropped, renamed }: Effects): readonly Change[] {
  if (created.length + dropped.length + renamed.length === 0) return none;
  return [
    ...renamed.map(({ from, to }): Change => ({ kind: 'renamed', from: nameKey(from), to: nameKey(to), name: to })),
    ...created.map((relation): Change => ({ kind: 'created', key: nameKey(relation.name), relation })),
    ...dropped.map((name): Change => ({ kind: 'dropped', key: nameKey(name) })),
  ];
}

function columns({ columnsAdded, columnsRetyped, columnsAltered, columnsDropped, columnsRenamed }: Effects): readonly Change[] {
  if (columnsAdded.length + columnsRetyped.length + columnsAltered.length + columnsDropped.length + columnsRenamed.length === 0) return none;
  return [
    ...columnsAdded.map(({ table, column, facts }): Change => ({ kind: 'column added', key: columnKey(table, column), column: facts })),
    ...columnsRetyped.map(({ table, column, type }): Change => ({ kind: 'column retyped', key: columnKey(table, column), type })),
    ...columnsAltered.map(({ table, column, ...to }): Change => ({ kind: 'column altered', key: columnKey(table, column), to })),
    ...columnsDropped.map(({ table, column }): Change => ({ kind: 'column dropped', key: columnKey(table, column) })),
    ...columnsRenamed.map(({ table, column, to }): Change => ({ kind: 'column renamed', from: columnKey(table, column), to: columnKey(table, to) })),
  ];
}

function constraints({ constraintsAdded, constraintsDropped, constraintsRenamed, validated }: Effects): readonly Change[] {
  if (constraintsAdded.length + constraintsDropped.length + constraintsRenamed.length + validated.length === 0) return none;
  return [
    ...constraintsDropped.map(({ table, constraint }): Change => ({ kind: 'constraint dropped', key: columnKey(table, constraint) })),
    ...constraintsAdded.map(({ table, facts }): Change => ({ kind: 'constraint added', key: columnKey(table, facts.name), constraint: facts })),
    ...constraintsRenamed.map(({ table, constraint, to }): Change => ({ kind: 'constraint renamed', from: columnKey(table, constraint), to: columnKey(table, to) })),
    ...validated.map(({ table, constraint }): Change => ({ kind: 'validated', key: columnKey(table, constraint) })),
  ];
}

function partitions({ partitionsAttached, partitionsDetached }: Effects): readonly Change[] {
  if (partitionsAttached.length + partitionsDetached.length === 0) return none;
  return [
    ...partitionsDetached.map(({ parent, partition }): Change => ({ kind: 'partition detached', key: nameKey(parent), partition })),
    ...partitionsAttached.map(({ parent, partition, isDefault }): Change => ({ kind: 'partition attached', key: nameKey(parent), partition: { name: partition, isDefault } })),
  ];
}

function surroundings({ refreshed, domain, rowSecurity, policiesCreated, policiesDropped, enumValueAdded, transaction, setting }: Effects): readonly Change[] {
  return [
    ...rowSecurity.map(({ table, ...to }): Change => ({ kind: 'row security', key: nameKey(table), ...to })),
    ...policiesDropped.map(({ table, policy }): Change => ({ kind: 'policy dropped', key: columnKey(table, policy) })),
    ...policiesCreated.map(({ table, facts }): Change => ({ kind: 'policy', key: nameKey(table), policy: facts })),
    ...(enumValueAdded === null ? [] : [{ kind: 'enum value', ...enumValueAdded } as const]),
    ...(refreshed === null ? [] : [{ kind: 'refreshed', key: nameKey(refreshed.view), populated: refreshed.populated } as const]),
    ...(domain === null ? [] : [{ kind: 'domain', key: domainKey(domain.name), constraints: domain.constraints } as const]),
    ...(transaction === null ? [] : [{ kind: 'transaction', to: transaction } as const]),
    ...(setting === null ? [] : [{ kind: 'setting', setting } as const]),
  ];
}
