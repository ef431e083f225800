import { blocks, strength, type LockMode } from '../../model/lock.ts';
import type { StatementTrace } from '../../model/trace.ts';
import { quoteIdentifier, writeName, type QualifiedName } from '../../sql/names.ts';
import type { ObservedMatch, Observation } from '../define-rule.ts';

const nothing: Observation = { confirmation: 'not observed', evidence: 'The statement did not run.' };

/** Confirmed when the run saw at least this lock on an existing relation (the match's own, when it names one). */
export function observeLock(match: ObservedMatch, trace: StatementTrace, atLeast: LockMode): Observation {
  if (trace.outcome !== 'done') return nothing;
  if (trace.locks.kind === 'unavailable') return { confirmation: 'not observed', evidence: trace.locks.reason };
  const seen = trace.locks.value.filter((each) => each.existedBefore && strength(each.mode) >= strength(atLeast));
  const found = seen.find((each) => match.relation === null || isRelation(each.relation, match.relation));
  if (found === undefined) {
    return { confirmation: 'not observed', evidence: `It took no ${atLeast} lock of its own; an earlier statement of the transaction may hold it already.` };
  }
  return { confirmation: 'confirmed', evidence: `It took ${found.mode} on ${found.relation}, which blocks ${blocks(found.mode)} until the transaction ends.` };
}

/** Confirmed when the run saw the table written anew, withdrawn when it did not. */
export function observeRewrite(match: ObservedMatch, trace: StatementTrace): Observation {
  if (trace.outcome !== 'done') return nothing;
  if (trace.rewrites.kind === 'unavailable') return { confirmation: 'not observed', evidence: trace.rewrites.reason };
  const found = trace.rewrites.value.find((each) => each.relationKind === 'table' && (match.relation === null || isRelation(each.relation, match.relation)));
  if (found !== undefined) return { confirmation: 'confirmed', evidence: `${found.relation} was written anew.` };
  return { confirmation: 'withdrawn', evidence: 'No table was written anew.' };
}

/** Confirmed when the run saw the table read, withdrawn when it held rows and none was read. */
export function observeScan(match: ObservedMatch, trace: StatementTrace): Observation {
  if (trace.outcome !== 'done') return nothing;
  if (trace.scans.kind === 'unavailable') return { confirmation: 'not observed', evidence: trace.scans.reason };
  const found = trace.scans.value.find((each) => each.rowsRead > 0 && (match.relation === null || isRelation(each.relation, match.relation)));
  if (found !== undefined) return { confirmation: 'confirmed', evidence: `It read ${String(found.rowsRead)} rows of ${found.relation}.` };
  return { confirmation: 'not observed', evidence: 'No read of the table was counted; the table may be empty.' };
}

/** Confirmed when PostgreSQL refused the statement with this SQLSTATE. */
export function observeFailure(trace: StatementTrace, sqlstates: readonly string[]): Observation {
  if (trace.outcome === 'skipped') return nothing;
  if (trace.error !== null && sqlstates.includes(trace.error.sqlstate)) return { confirmation: 'confirmed', evidence: `PostgreSQL refused it: ${trace.error.message} (${trace.error.sqlstate}).` };
  if (trace.error !== null) return { confirmation: 'not observed', evidence: `It failed for another reason: ${trace.error.message}.` };
  return { confirmation: 'withdrawn', evidence: 'PostgreSQL accepted it.' };
}

/** Whether an observed relation, qualified and quoted, is the one that the SQL names. */
function isRelation(observed: string, name: QualifiedName): boolean {
  return name.schema === null ? observed.endsWith(`.${quoteIdentifier(name.name)}`) || observed === quoteIdentifier(name.name) : observed === writeName(name);
}
