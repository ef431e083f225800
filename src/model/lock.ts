/** Table-level lock modes, weakest first (PostgreSQL manual 13.3.1). */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

export type LockMode = (typeof lockModes)[number];

/** Which modes another session cannot take while this one is held (manual, table 13.2). */
export const conflicts: Readonly<Record<LockMode, readonly LockMode[]>> = {
  'ACCESS SHARE': ['ACCESS EXCLUSIVE'],
  'ROW SHARE': ['EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'ROW EXCLUSIVE': ['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'SHARE UPDATE EXCLUSIVE': ['SHARE UPDATE EXCLUSIVE', 'SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  SHARE: ['ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'SHARE ROW EXCLUSIVE': ['ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  EXCLUSIVE: lockModes.slice(1),
  'ACCESS EXCLUSIVE': lockModes,
};

/** What waits in a running application while the lock is held: SELECT, and INSERT/UPDATE/DELETE. */
export type Blocked = 'nothing' | 'writes' | 'reads and writes';

export function blocks(mode: LockMode): Blocked {
  if (conflicts[mode].includes('ACCESS SHARE')) return 'reads and writes';
  return conflicts[mode].includes('ROW EXCLUSIVE') ? 'writes' : 'nothing';
}

export function strength(mode: LockMode): number {
  return lockModes.indexOf(mode);
}

/** Whether PostgreSQL does some work over all rows; `depends` on the catalog or the rows, as the reason says. */
export type Work =
  | { readonly kind: 'no' }
  | { readonly kind: 'yes' | 'depends'; readonly reason: string };
