import type { Observed } from './trace.ts';

/**
 * What the up left behind in the catalog that is seldom wanted. `row security not forced`: the table's owner is not bound
 * by its policies (manual 5.9).
 */
export type AftermathKind =
  | 'foreign key without index'
  | 'invalid index'
  | 'constraint not validated'
  | 'table without primary key'
  | 'row security without policy'
  | 'policy without row security'
  | 'row security not forced';

/** One such thing, of an object that the up created or touched. Names are qualified and quoted. */
export interface Aftermath {
  readonly kind: AftermathKind;
  readonly table: string;
  /** The constraint, index or policy; null when it is about the table itself. */
  readonly object: string | null;
  /** Of a foreign key. */
  readonly columns: readonly string[];
}

/** What one tenant could do to another's rows. `hands over`: gives its own rows to another tenant. */
export type TenantAct = 'sees' | 'updates' | 'deletes' | 'inserts' | 'hands over';

export interface TenantLeak {
  readonly table: string;
  readonly acts: readonly TenantAct[];
  /** Why the policies did not stop it: there are none in force, the role is above them, or they are too wide. */
  readonly cause: 'no row security' | 'role owns the table' | 'role bypasses row security' | 'policies';
}

/** Two tenants tried on each other's rows, as the role that the application uses. */
export interface TenantCheck {
  readonly role: string;
  /** False when no migration creates the role: it was then made for the check, with all privileges on the tables. */
  readonly roleExisted: boolean;
  readonly setting: string;
  readonly tables: readonly string[];
  readonly leaks: readonly TenantLeak[];
  readonly untested: readonly { readonly table: string; readonly reason: string }[];
}

/** What was looked at after the up. */
export interface Verification {
  readonly aftermath: readonly Aftermath[];
  /** Null when `rowSecurity` is not configured. */
  readonly tenants: Observed<TenantCheck> | null;
}
