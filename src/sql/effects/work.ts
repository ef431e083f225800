import type { AstNode } from '../../model/statement.ts';
import type { Work } from '../effects.ts';

/** A partitioned table has no rows of its own, and only the catalog tells one. */
export function ofOnly(relation: AstNode, work: Work): Work {
  return work.kind !== 'yes' || relation['inh'] === true ? work : { kind: 'depends', reason: `${work.reason}, unless the table is partitioned` };
}

export function heaviest(works: readonly Work[]): Work {
  return works.find((each) => each.kind === 'yes') ?? works.find((each) => each.kind === 'depends') ?? { kind: 'no' };
}
