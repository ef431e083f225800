import type { PlacedStatement } from '../model/statement.ts';
import type { QualifiedName } from '../sql/names.ts';
import { changesOf } from './notes.ts';

/** What statements do as a whole. Keys are those of `Change`; numbers are the last statement's index. */
export interface ScriptFacts {
  readonly created: ReadonlySet<string>;
  readonly columnsAdded: ReadonlySet<string>;
  readonly indexes: ReadonlyMap<string, QualifiedName>;
  readonly rowSecurityEnabled: ReadonlyMap<string, number>;
  readonly policiesCreated: ReadonlyMap<string, number>;
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
  const policiesCreated = new Map<string, number>();
  for (const { statement, index } of statements) {
    for (const change of changesOf(statement)) {
      if (change.kind === 'created') {
        created.add(change.key);
        if (change.table !== null) indexes.set(change.key, change.table);
      } else if (change.kind === 'renamed' && created.has(change.from)) created.add(change.to);
      else if (change.kind === 'column added') columnsAdded.add(change.key);
      else if (change.kind === 'column renamed' && columnsAdded.has(change.from)) columnsAdded.add(change.to);
      else if (change.kind === 'row security') rowSecurityEnabled.set(change.key, index);
      else if (change.kind === 'policy') policiesCreated.set(change.key, index);
    }
  }
  return { created, columnsAdded, indexes, rowSecurityEnabled, policiesCreated };
}
