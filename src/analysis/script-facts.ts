import type { PlacedStatement } from '../model/statement.ts';
import type { QualifiedName } from '../sql/names.ts';
import { reachOf, someColumn, someConstraint, type Reach } from '../sql/objects.ts';
import { subjectOf, type Change } from './changes.ts';
import { changesOf } from './notes.ts';

/** What statements do as a whole. Keys are those of `Change`; numbers are the last statement's index. */
export interface ScriptFacts {
  readonly created: ReadonlySet<string>;
  readonly columnsAdded: ReadonlySet<string>;
  readonly indexes: ReadonlyMap<string, QualifiedName>;
  readonly rowSecurityEnabled: ReadonlyMap<string, number>;
  /** Tables whose row-level security is enabled or forced. */
  readonly rowSecured: ReadonlySet<string>;
  readonly policiesCreated: ReadonlyMap<string, number>;
  /** Everything that is made, dropped or renamed, by the keys of `sql/objects.ts`. */
  readonly named: ReadonlyMap<string, number>;
  /** The same, with the first statement's index. */
  readonly namedFirst: ReadonlyMap<string, number>;
  /** The last ROLLBACK; -1 when there is none. */
  readonly rollback: number;
}

const kept = new WeakMap<readonly PlacedStatement[], ScriptFacts>();

/** Computed once for each array of statements. */
export function facts(statements: readonly PlacedStatement[]): ScriptFacts {
  const known = kept.get(statements);
  if (known !== undefined) return known;
  const made = collect(statements);
  kept.set(statements, made);
  return made;
}

function collect(statements: readonly PlacedStatement[]): ScriptFacts {
  const created = new Set<string>();
  const columnsAdded = new Set<string>();
  const indexes = new Map<string, QualifiedName>();
  const rowSecurityEnabled = new Map<string, number>();
  const rowSecured = new Set<string>();
  const policiesCreated = new Map<string, number>();
  const named = new Map<string, number>();
  const namedFirst = new Map<string, number>();
  let rollback = -1;
  for (const { statement, index } of statements) {
    for (const change of changesOf(statement)) {
      for (const key of namesOf(change)) {
        named.set(key, index);
        if (!namedFirst.has(key)) namedFirst.set(key, index);
      }
      if (change.kind === 'created') {
        created.add(change.key);
        if (change.relation.table !== null) indexes.set(change.key, change.relation.table);
      } else if (change.kind === 'renamed' && created.has(change.from)) created.add(change.to);
      else if (change.kind === 'column added') columnsAdded.add(change.key);
      else if (change.kind === 'column renamed' && columnsAdded.has(change.from)) columnsAdded.add(change.to);
      else if (change.kind === 'row security') {
        if (change.enabled === true) rowSecurityEnabled.set(change.key, index);
        if (change.enabled === true || change.forced === true) rowSecured.add(change.key);
      } else if (change.kind === 'transaction' && change.to === 'rollback') rollback = index;
      else if (change.kind === 'policy') policiesCreated.set(change.key, index);
    }
  }
  return { created, columnsAdded, indexes, rowSecurityEnabled, rowSecured, policiesCreated, named, namedFirst, rollback };
}

function namesOf(change: Change): readonly string[] {
  switch (change.kind) {
    case 'created':
    case 'dropped':
    case 'column added':
    case 'named':
      return [change.key];
    case 'renamed':
    case 'column renamed':
      return [change.from, change.to];
    case 'column dropped':
      return [change.key, someColumn(subjectOf(change.key))];
    case 'constraint dropped':
      return [change.key, someConstraint(subjectOf(change.key))];
    default:
      return [];
  }
}

/** What a script takes away, as far as its words tell. */
export interface Words {
  readonly reach: Reach;
  /** Keys without their schemas: one script may qualify what the other does not. */
  readonly named: ReadonlySet<string>;
}

const keptWords = new WeakMap<readonly PlacedStatement[], Words>();

export function wordsOf(statements: readonly PlacedStatement[]): Words {
  const known = keptWords.get(statements);
  if (known !== undefined) return known;
  const reaches = new Set(statements.map(({ statement }) => reachOf(statement)));
  const reach = reaches.has('anything') ? 'anything' : reaches.has('what depends on it') ? 'what depends on it' : 'what it names';
  const made: Words = { reach, named: new Set([...facts(statements).named.keys()].map(withoutSchema)) };
  keptWords.set(statements, made);
  return made;
}

/** `public.orders` and `type public.mood` without `public.`. */
export function withoutSchema(key: string): string {
  return key.replace(/^(\w+ )?[^.\n]*\./, '$1');
}
