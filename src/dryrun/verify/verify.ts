import type { RowSecurityPolicy } from '../../model/config.ts';
import type { CatalogState } from '../../model/trace.ts';
import type { Verification } from '../../model/verification.ts';
import { diffSnapshots } from '../schema/diff.ts';
import type { Session } from '../targets/target.ts';
import { findAftermath } from './aftermath.ts';
import { checkTenants } from './tenants.ts';

export interface VerifyRequest {
  readonly states: { readonly before: CatalogState; readonly afterUp: CatalogState };
  readonly rowSecurity: RowSecurityPolicy | null;
  /** Which tables the tenants are tried on: all, or those that the up touched. */
  readonly tenantTables: 'all' | 'touched';
}

/** Looks at what the up left, and tries its row-level security. The database is afterwards as it was. */
export async function verify(session: Session, { states, rowSecurity, tenantTables }: VerifyRequest): Promise<Verification> {
  const changes = diffSnapshots(states.before.snapshot, states.afterUp.snapshot);
  const aftermath = await findAftermath(session, changes);
  if (rowSecurity === null) return { aftermath, tenants: null };
  const touched = new Set(changes.flatMap((change) => ('after' in change ? [change.after] : [change.before])).flatMap(({ kind, name, table }) => (kind === 'table' ? [name] : table === null ? [] : [table])));
  const only = tenantTables === 'all' ? null : touched;
  return { aftermath, tenants: only?.size === 0 ? null : await checkTenants(session, { policy: rowSecurity, only }) };
}
