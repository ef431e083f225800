import type { Aftermath, AftermathKind, TenantCheck, TenantLeak, Verification } from '../model/verification.ts';
import { count, list } from './wording.ts';

/** Something about the state after the up, with what to do about it. */
export interface VerifiedLine {
  readonly tone: 'bad' | 'warn' | 'plain';
  readonly sentence: string;
  readonly advice: string;
}

/** What was looked at after the up, as sentences; the worst first. */
export function verificationWords({ aftermath, tenants }: Verification): readonly VerifiedLine[] {
  const leaks = tenants?.kind === 'measured' ? tenants.value.leaks.map((leak) => leakWords(leak, tenants.value)) : [];
  const untested = tenants?.kind === 'measured' ? tenants.value.untested.map(({ table, reason }): VerifiedLine => ({ tone: 'plain', sentence: `${table} could not be tried with two tenants: ${reason}`, advice: '' })) : [];
  const unavailable: readonly VerifiedLine[] = tenants?.kind === 'unavailable' ? [{ tone: 'plain', sentence: `The tenants could not be tried: ${tenants.reason}`, advice: '' }] : [];
  const all = [...leaks, ...aftermath.map(aftermathWords), ...untested, ...unavailable];
  return tones.flatMap((tone) => all.filter((line) => line.tone === tone));
}

const tones = ['bad', 'warn', 'plain'] as const;

/** What page and terminal show of it. */
export interface VerificationView {
  readonly lines: readonly VerifiedLine[];
  readonly tenants: string | null;
}

/** The part of a view that shows it, empty where there is nothing to say. */
export function verificationPart(verification: Verification | undefined): { readonly verification?: VerificationView } {
  if (verification === undefined) return {};
  const view = { lines: verificationWords(verification), tenants: tenantsTried(verification) };
  return view.lines.length === 0 && view.tenants === null ? {} : { verification: view };
}

/** True when something is wrong rather than unusual: such a run is not clean, whatever its findings. */
export function isBroken(verification: Verification | null | undefined): boolean {
  return verification != null && verificationWords(verification).some((line) => line.tone === 'bad');
}

/** The same as lines of text, without what is only good to know. */
export function verificationLines(verification: Verification): readonly string[] {
  return verificationWords(verification).filter((line) => line.tone !== 'plain').map((line) => line.sentence);
}

/** "Two tenants were tried on 8 tables as app_user", or null when nobody asked for it. */
export function tenantsTried({ tenants }: Verification): string | null {
  if (tenants?.kind !== 'measured') return null;
  const { role, roleExisted, tables, leaks } = tenants.value;
  const made = roleExisted ? '' : ' (no migration creates this role: it was made for the check, with all privileges on the tables)';
  const outcome = leaks.length === 0 ? 'neither could see or touch the other’s rows' : `rows of the other were in reach in ${count(leaks.length, 'table')}`;
  return `Two tenants were tried on ${count(tables.length, 'table')} as ${role}${made}: ${outcome}.`;
}

function leakWords({ table, acts, cause }: TenantLeak, { role }: TenantCheck): VerifiedLine {
  const done = acts.map((act) => (act === 'hands over' ? 'hands its own rows to' : act === 'inserts' ? 'inserts rows for' : act));
  const others = done.filter((act) => !act.includes(' '));
  const parts = [...(others.length === 0 ? [] : [`${list(others)} rows of`]), ...done.filter((act) => act.includes(' '))];
  const causes: Readonly<Record<TenantLeak['cause'], readonly [why: string, advice: string]>> = {
    'no row security': ['row-level security is not enabled', `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, with a policy.`],
    'role owns the table': [`${role} owns the table, and owners are above its policies`, `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY, or let the application use another role.`],
    'role bypasses row security': [`${role} is a superuser or has BYPASSRLS`, 'Let the application use a role without it.'],
    policies: ['its policies let it', 'Compare the tenant in USING and in WITH CHECK of every permissive policy: they are joined with OR.'],
  };
  const [why, advice] = causes[cause];
  return { tone: 'bad', sentence: `In ${table}, a tenant ${list(parts)} another tenant: ${why}.`, advice };
}

function aftermathWords(found: Aftermath): VerifiedLine {
  const { table, columns } = found;
  const object = found.object ?? table;
  const words: Readonly<Record<AftermathKind, VerifiedLine>> = {
    'foreign key without index': {
      tone: 'warn',
      sentence: `No index serves the foreign key ${object} (${columns.join(', ')}).`,
      advice: `Deleting or updating a referenced row scans ${table}: create an index on ${columns.join(', ')}.`,
    },
    'invalid index': { tone: 'bad', sentence: `The index ${object} is invalid: writes keep it up, and no query uses it.`, advice: 'Drop it and create it again, or REINDEX INDEX CONCURRENTLY.' },
    'constraint not validated': { tone: 'plain', sentence: `The constraint ${object} is NOT VALID: rows from before it were not looked at.`, advice: 'VALIDATE CONSTRAINT in a later migration.' },
    'table without primary key': { tone: 'warn', sentence: `The table ${table} has no primary key.`, advice: 'Logical replication cannot update or delete its rows, and equal rows cannot be told apart.' },
    'row security without policy': { tone: 'warn', sentence: `Row-level security is enabled on ${table}, and it has no policy: all but its owner see no row.`, advice: 'Create a policy in the same migration.' },
    'policy without row security': { tone: 'bad', sentence: `The policies of ${table} have no effect: row-level security is not enabled.`, advice: `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY.` },
    'row security not forced': { tone: 'plain', sentence: `The owner of ${table} is above its policies.`, advice: `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY where the application connects as the owner.` },
  };
  return words[found.kind];
}
