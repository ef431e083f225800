import type { ObjectKind, SchemaObject, Snapshot } from '../model/snapshot.ts';
import { definitionOf, localName, mentions, nameToMention, parents, usesWord } from './definition.ts';
import { because, type Circumstances, type Inverse } from './inverse.ts';
import { undoAttachment } from './objects/attachments.ts';
import { changeInPlace, type Change } from './objects/change.ts';
import { make, type Making } from './objects/create.ts';
import { drop, goesAlong } from './objects/drop.ts';
import { inDependencyOrder, ranks, type Piece } from './order.ts';

/** How much is tried: some ways back look better, others work more often. */
export interface Effort {
  /** `anew`: what could be altered is dropped and made again, with what depends on it. */
  readonly altered: 'in place' | 'anew';
  /** Whether rows get placeholders where values are gone, or the conditions on them are left out. */
  readonly rows: Making['rows'];
}

export const efforts: readonly Effort[] = [
  { altered: 'in place', rows: 'placeholders' },
  { altered: 'anew', rows: 'placeholders' },
  { altered: 'in place', rows: 'relaxed' },
];

export interface Restoration {
  readonly now: Snapshot;
  readonly was: Snapshot;
  readonly circumstances: Circumstances;
  readonly effort: Effort;
}

/** The statements that lead from the catalog as it is back to what it was: what came is dropped, what changed is changed back, what went is made again. */
export function restore({ now, was, circumstances, effort }: Restoration): Inverse {
  const removed = keysOnlyIn(was, now);
  const changed = Object.keys(was).filter((key) => now[key] !== undefined && now[key].definition !== was[key]?.definition);
  const changes = new Map(changed.map((key) => [key, changeOf(key, { now, was, circumstances, effort })]));
  const anew = withDependents([...changes].filter(([, change]) => change === null).map(([key]) => key), now);
  for (const change of changes.values()) for (const key of change?.inTheWay ?? []) anew.add(key);
  const dropped = new Set([...keysOnlyIn(now, was), ...anew]);
  const missing = new Set([...removed, ...[...anew].filter((key) => was[key] !== undefined)]);
  const making: Making = { was, now, missing, rows: effort.rows, circumstances };
  const made = [...missing].flatMap((key) => (was[key] === undefined ? [] : [make(was[key], making)]));
  const inPlace = [...changes].flatMap(([key, change]): (Piece & { readonly key: string })[] =>
    change === null || anew.has(key) || was[key] === undefined ? [] : [{ key, rank: ranks[was[key].kind], object: was[key], statements: change.statements }]);
  // What uses something that is dropped has to let go of it first.
  const leaves = ({ key }: { readonly key: string }): boolean => isDetached(now[key], was[key]) || [...dropped].some((used) => isUsedBy(now[used], now[key]));
  const reasons = [...changes].flatMap(([key, change]) => (anew.has(key) ? [] : (change?.reasons ?? [])));
  return because([...reasons, ...made.flatMap((each) => each.reasons)], [
    ...inDependencyOrder(inPlace.filter(leaves)).flatMap((each) => each.statements),
    ...dropAll(dropped, now, circumstances),
    ...inDependencyOrder([...inPlace.filter((each) => !leaves(each)), ...made.flatMap((each) => each.pieces)]).flatMap((each) => each.statements),
  ]);
}

/** What an ATTACH PARTITION brought along can be dropped only after the partition is on its own again. */
function isDetached(is: SchemaObject | undefined, before: SchemaObject | undefined): boolean {
  if (is?.kind !== 'table' || before === undefined) return false;
  const former = parents(before);
  return parents(is).some((each) => !former.includes(each));
}

function keysOnlyIn(one: Snapshot, other: Snapshot): readonly string[] {
  return Object.keys(one).filter((key) => other[key] === undefined);
}

/** Kinds that lose nothing when they are dropped and made again. */
const renewable: ReadonlySet<ObjectKind> = new Set(['constraint', 'index', 'view', 'materialized view', 'function', 'trigger', 'policy', 'rule', 'statistics', 'event trigger', 'publication']);

function changeOf(key: string, { now, was, circumstances, effort }: Restoration): Change | null {
  const [is, before] = [now[key], was[key]];
  if (is === undefined || before === undefined) return null;
  if (effort.altered === 'anew' && renewable.has(is.kind)) return null;
  return changeInPlace({ now: is, was: before, catalog: now, former: was }, circumstances);
}

/** The keys, and those of everything that uses them, directly or not. */
function withDependents(keys: readonly string[], now: Snapshot): Set<string> {
  const all = new Set(keys);
  for (const key of all) {
    for (const [other, object] of Object.entries(now)) if (!all.has(other) && renewable.has(object.kind) && isUsedBy(now[key], object)) all.add(other);
  }
  return all;
}

function isUsedBy(used: SchemaObject | undefined, user: SchemaObject | undefined): boolean {
  if (used === undefined || user === undefined || used === user) return false;
  if (used.kind === 'column') {
    const isOfTable = user.table === used.table || mentions(user).has(used.table ?? '');
    return isOfTable && user.kind !== 'column' && user.kind !== 'table' && usesWord(user.definition, localName(used));
  }
  // Names of these say nothing outside their table.
  if (used.kind === 'constraint' || used.kind === 'trigger' || used.kind === 'policy' || used.kind === 'rule' || used.kind === 'index') return false;
  return mentions(user).has(nameToMention(used));
}

/** What depends on others goes first. */
function dropAll(keys: ReadonlySet<string>, now: Snapshot, circumstances: Circumstances): readonly string[] {
  const objects = [...keys].flatMap((key) => (now[key] === undefined ? [] : [now[key]]));
  const pieces = objects.filter((object) => !goesAlong(object, { now, added: keys })).map((object): Piece => ({ rank: ranks[object.kind], object: withForeignKeys(object, now), statements: isOfConstraint(object, now) ? takeBack(object, circumstances) : drop(object, circumstances) }));
  return [...inDependencyOrder(pieces)].reverse().flatMap((each) => each.statements);
}

/** The index of a key comes and goes with the key; in a snapshot it only stands for what is said of it. */
function isOfConstraint({ kind, table, name }: SchemaObject, now: Snapshot): boolean {
  return kind === 'index' && now[`constraint ${table ?? ''}.${name.slice(name.lastIndexOf('.') + 1)}`] !== undefined;
}

function takeBack(object: SchemaObject, circumstances: Circumstances): readonly string[] {
  return definitionOf(object).rest.flatMap((each) => undoAttachment(each, circumstances) ?? []);
}

/** A table goes before those that it references. */
function withForeignKeys(object: SchemaObject, now: Snapshot): SchemaObject {
  if (object.kind !== 'table') return object;
  const constraints = Object.values(now).filter((each) => each.kind === 'constraint' && each.table === object.name);
  return { ...object, definition: [object, ...constraints].map((each) => each.definition).join('\n') };
}
