import type { CatalogState, Trace } from '../model/trace.ts';

/** What a reader has to know beside the figures. */
export interface AsidesView {
  /** Of this run's database, in sentences. */
  readonly notes: readonly string[];
  /** What the schema comparison leaves out, and why. */
  readonly notCompared: readonly string[];
  /** What the target's own service says of the schema; null where it has nothing to say. */
  readonly opinion: { readonly title: string; readonly text: string } | null;
}

export function asidesView(trace: Trace): AsidesView {
  const states = [trace.before, trace.afterUp, trace.afterDown].filter((state): state is CatalogState => state !== null);
  const left = states.flatMap(({ notCompared = [] }) => notCompared.map(({ what, reason }) => `${what}: ${reason}`));
  return { notes: trace.target.notes ?? [], notCompared: [...new Set(left)], opinion: opinion(trace) };
}

function opinion({ foreignDiff: diff }: Trace): AsidesView['opinion'] {
  if (diff === undefined) return null;
  if (diff.kind === 'unavailable') return { title: 'The second opinion on the schema is missing', text: diff.reason };
  const { by, against, text } = diff.value;
  return { title: `${by}, against ${against}`, text: text.trim() === '' ? 'No difference.' : text };
}
