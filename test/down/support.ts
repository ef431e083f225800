import type { Inverse, Step } from '../../src/down/inverse.ts';
import { proposals } from '../../src/down/generate.ts';
import type { ObjectKind, SchemaObject, Snapshot } from '../../src/model/snapshot.ts';
import { parseScript } from '../../src/sql/script.ts';

/** One object of a catalog, as a snapshot has it. */
export function object(kind: ObjectKind, name: string, definition: string, table: string | null = null): SchemaObject {
  return { kind, name, table, definition };
}

export function catalog(...objects: readonly SchemaObject[]): Snapshot {
  return Object.fromEntries(objects.map((each) => [`${each.kind} ${each.name}`, each]));
}

/** A statement that leads from one catalog to another. */
export function step(sql: string, before: Snapshot, after: Snapshot): Step {
  const placed = parseScript(sql).statements[0];
  if (placed === undefined) throw new Error(`no statement in ${sql}`);
  return { placed, before, after };
}

/** The first proposal for a statement. */
export function inverseOf(of: Step, { earlier = [], postgres = 17, mode = 'inside' }: { readonly earlier?: readonly Step[]; readonly postgres?: number; readonly mode?: 'inside' | 'outside' } = {}): Inverse {
  return proposals(of, earlier, { postgres, outsideTransaction: mode === 'outside' })[0];
}
