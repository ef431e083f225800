import { effects, noEffects } from '../sql/effects.ts';
import { nameKey, type QualifiedName } from '../sql/names.ts';
import type { SqlScript } from '../sql/script.ts';

/** What a script does as a whole. Keys are `schema.name`, for columns `schema.table column`; numbers are the last statement's index. */
export interface ScriptFacts {
  readonly created: ReadonlySet<string>;
  readonly columnsAdded: ReadonlySet<string>;
  readonly indexes: ReadonlyMap<string, QualifiedName>;
  readonly rowSecurityEnabled: ReadonlyMap<string, number>;
  readonly policiesCreated: ReadonlyMap<string, number>;
}

const kept = new WeakMap<SqlScript, ScriptFacts>();

/** Computed once for each script. */
export function facts(script: SqlScript): ScriptFacts {
  const known = kept.get(script);
  if (known !== undefined) return known;
  const made = collect(script);
  kept.set(script, made);
  return made;
}

function collect(script: SqlScript): ScriptFacts {
  const created = new Set<string>();
  const columnsAdded = new Set<string>();
  const indexes = new Map<string, QualifiedName>();
  const rowSecurityEnabled = new Map<string, number>();
  const policiesCreated = new Map<string, number>();
  for (const { statement, index } of script.statements) {
    const change = effects(statement);
    if (change === noEffects) continue;
    for (const each of change.created) {
      created.add(nameKey(each.name));
      if (each.table !== null) indexes.set(nameKey(each.name), each.table);
    }
    for (const { from, to } of change.renamed) if (created.has(nameKey(from))) created.add(nameKey(to));
    for (const { table, column } of change.columnsAdded) columnsAdded.add(`${nameKey(table)} ${column}`);
    for (const { table, column, to } of change.columnsRenamed) if (columnsAdded.has(`${nameKey(table)} ${column}`)) columnsAdded.add(`${nameKey(table)} ${to}`);
    for (const table of change.rowSecurityEnabled) rowSecurityEnabled.set(nameKey(table), index);
    for (const table of change.policiesCreated) policiesCreated.set(nameKey(table), index);
  }
  return { created, columnsAdded, indexes, rowSecurityEnabled, policiesCreated };
}
