import type { Finding, Severity } from '../../src/model/finding.ts';
import type { LockMode } from '../../src/model/lock.ts';
import type { Side } from '../../src/model/migration.ts';
import type { Confirmation, DryRunReport, JudgedFinding, ScriptView } from '../../src/model/report.ts';
import type { SchemaObject } from '../../src/model/snapshot.ts';
import type { LegName, LegTrace, LockWindow, Observed, ObservedLock, ProbedAccess, SqlError, StatementTrace, TempFiles, Trace } from '../../src/model/trace.ts';

/** Reports as a dry run gives them, small enough to read. Every number in them is fixed. */

export const shopUp = `-- Migration: orders get a currency, a searchable note and a buyer
-- Purpose: reports by currency; support looks up orders by note

ALTER TABLE "orders" ADD COLUMN "currency" text NOT NULL DEFAULT 'EUR';
--> statement-breakpoint
ALTER TABLE "orders" ALTER COLUMN "total" TYPE bigint;
--> statement-breakpoint
CREATE INDEX "orders_note_idx" ON "orders" USING gin (to_tsvector('simple', "note"));
--> statement-breakpoint
ALTER TABLE "orders" ALTER COLUMN "placed_at" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "customers" DROP COLUMN "legacy_ref";
--> statement-breakpoint
UPDATE "orders" SET "currency" = 'USD' WHERE "tenant_id" IN (SELECT "id" FROM "tenants" WHERE "country" = 'US');
`;

export const shopDown = `ALTER TABLE "customers" ADD COLUMN "legacy_ref" text;
--> statement-breakpoint
ALTER TABLE "orders" ALTER COLUMN "placed_at" DROP NOT NULL;
--> statement-breakpoint
DROP INDEX IF EXISTS "orders_note_idx";
--> statement-breakpoint
ALTER TABLE "orders" ALTER COLUMN "total" TYPE integer;
--> statement-breakpoint
ALTER TABLE "orders" DROP COLUMN IF EXISTS "currency";
`;

const upPath = '/repo/examples/shop/drizzle/0012_order_currency.sql';
const downPath = '/repo/examples/shop/drizzle/0012_order_currency.down.sql';

/** The pair of the shop: it runs, takes locks, rewrites a table, and its down loses a column's values. */
export function shopReport(): DryRunReport {
  const scripts = [script('up', upPath, shopUp), script('down', downPath, shopDown)];
  const up = leg('up', scripts[0], [
    step('ALTER TABLE "orders" ADD', { at: 0.4, takes: 1.9, locks: [lock('public.orders', 'ACCESS EXCLUSIVE')], wal: 1840 }),
    step('ALTER TABLE "orders" ALTER COLUMN "total"', { at: 2.4, takes: 14.8, rewrites: ['public.orders', 'public.orders_pkey', 'public.orders_tenant_idx'], scans: [['public.orders', 240]], wal: 148_224 }),
    step('CREATE INDEX', { at: 17.5, takes: 6.2, locks: [lock('public.orders', 'SHARE'), lock('public.orders_note_idx', 'ACCESS EXCLUSIVE', 'index', false)], scans: [['public.orders', 240]], wal: 41_288 }),
    step('ALTER TABLE "orders" ALTER COLUMN "placed_at"', { at: 24.1, takes: 2.2, scans: [['public.orders', 240]], wal: 712 }),
    step('ALTER TABLE "customers"', { at: 26.5, takes: 1.1, locks: [lock('public.customers', 'ACCESS EXCLUSIVE')], wal: 504, notices: ['drop cascades to view customer_refs'] }),
    step('UPDATE', { at: 27.9, takes: 8.6, rows: 80, locks: [lock('public.tenants', 'ACCESS SHARE')], scans: [['public.tenants', 12], ['public.orders', 240]], wal: 62_410 }),
  ]);
  const down = leg('down', scripts[1], [
    step('ALTER TABLE "customers"', { at: 0.3, takes: 0.9, locks: [lock('public.customers', 'ACCESS EXCLUSIVE')], wal: 392 }),
    step('ALTER TABLE "orders" ALTER COLUMN "placed_at"', { at: 1.4, takes: 0.7, locks: [lock('public.orders', 'ACCESS EXCLUSIVE')], wal: 288 }),
    step('DROP INDEX', { at: 2.3, takes: 1.2, locks: [lock('public.orders_note_idx', 'ACCESS EXCLUSIVE', 'index')], wal: 640 }),
    step('ALTER TABLE "orders" ALTER COLUMN "total"', { at: 3.8, takes: 11.4, rewrites: ['public.orders', 'public.orders_pkey'], scans: [['public.orders', 240]], wal: 121_008 }),
    step('ALTER TABLE "orders" DROP', { at: 15.4, takes: 0.8, wal: 310 }),
  ]);
  return {
    version: 1,
    migration: '0012_order_currency',
    layout: 'Drizzle',
    verdict: 'data lost',
    scripts,
    trace: trace([up, down, { ...up, leg: 'up again' }], [{ table: 'public.audit_log', reason: 'its CHECK accepts none of the values tried' }]),
    changes: [
      { change: 'added', after: object('column', 'public.orders.currency', `"currency" text NOT NULL DEFAULT 'EUR'::text`, 'public.orders') },
      { change: 'added', after: object('index', 'public.orders_note_idx', `CREATE INDEX orders_note_idx ON public.orders USING gin (to_tsvector('simple'::regconfig, note))`, 'public.orders') },
      { change: 'altered', before: object('column', 'public.orders.placed_at', `"placed_at" timestamp with time zone DEFAULT now()`, 'public.orders'), after: object('column', 'public.orders.placed_at', `"placed_at" timestamp with time zone NOT NULL DEFAULT now()`, 'public.orders') },
      { change: 'altered', before: object('column', 'public.orders.total', '"total" integer NOT NULL', 'public.orders'), after: object('column', 'public.orders.total', '"total" bigint NOT NULL', 'public.orders') },
      { change: 'removed', before: object('column', 'public.customers.legacy_ref', '"legacy_ref" text', 'public.customers') },
      { change: 'altered', before: object('view', 'public.order_totals', 'CREATE VIEW public.order_totals AS\n SELECT orders.tenant_id,\n    sum(orders.total) AS total\n   FROM public.orders\n  GROUP BY orders.tenant_id;'), after: object('view', 'public.order_totals', 'CREATE VIEW public.order_totals AS\n SELECT orders.tenant_id,\n    orders.currency,\n    sum(orders.total) AS total\n   FROM public.orders\n  GROUP BY orders.tenant_id, orders.currency;') },
    ],
    leftovers: [{ change: 'altered', before: object('table', 'public.customers', 'CREATE TABLE public.customers (\n  id\n  tenant_id\n  legacy_ref\n  email\n)'), after: object('table', 'public.customers', 'CREATE TABLE public.customers (\n  id\n  tenant_id\n  email\n  legacy_ref\n)') }],
    losses: [{ table: 'public.customers', rowsBefore: 60, rowsAfter: 60, columns: ['legacy_ref'] }],
    remainders: [],
    upAgainDifferences: [],
    findings: [
      judged(scripts[0], 'alter-column-type-rewrite', 'warning', 'ALTER TABLE "orders" ALTER COLUMN "total" TYPE bigint', 'confirmed', 'The run rewrote public.orders and 2 of its indexes under ACCESS EXCLUSIVE, held for 36 ms.', 'Changing the type of "total" to bigint rewrites the table and blocks reads and writes until the commit. Add a new column, backfill it in batches and switch over.'),
      judged(scripts[0], 'create-index-blocking', 'warning', 'CREATE INDEX "orders_note_idx" ON "orders"', 'confirmed', 'SHARE on public.orders, held for 19 ms.', 'Building the index blocks writes to "orders" for the whole build. Drizzle has no way to run a migration outside a transaction, so build it CONCURRENTLY by hand first.'),
      judged(scripts[0], 'set-not-null-scan', 'warning', 'ALTER COLUMN "placed_at" SET NOT NULL', 'confirmed', '240 rows of public.orders were read under ACCESS EXCLUSIVE.', 'SET NOT NULL reads the whole table while nobody can use it. Add a CHECK … NOT VALID, validate it, then set NOT NULL.'),
      judged(scripts[0], 'drop-column', 'error', 'DROP COLUMN "legacy_ref"', 'confirmed', 'The values of 60 rows did not come back.', 'Dropping "legacy_ref" loses its values, and code that still reads it fails.'),
      judged(scripts[0], 'update-without-where', 'warning', 'UPDATE "orders" SET "currency"', 'withdrawn', 'It changed 80 of 240 rows.', 'This UPDATE may change every row.'),
      judged(scripts[1], 'alter-column-type-rewrite', 'warning', 'ALTER COLUMN "total" TYPE integer', 'confirmed', 'The run rewrote public.orders and 1 of its indexes.', 'Changing the type of "total" to integer rewrites the table and can refuse values that no longer fit.'),
      judged(scripts[0], 'lock-timeout-missing', 'information', 'ALTER TABLE "orders" ADD COLUMN "currency"', 'not observed', 'A dry run has no other session to wait for.', 'Without a lock_timeout this statement waits behind the oldest transaction, and everyone else waits behind it.'),
    ],
  };
}

/** A pair that proved itself. */
export function exactReport(): DryRunReport {
  const up = script('up', '/repo/migrations/0004_add_invoices.sql', 'CREATE TABLE invoices (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  total numeric(12, 2) NOT NULL\n);\n');
  const down = script('down', '/repo/migrations/0004_add_invoices_rollback.sql', 'DROP TABLE IF EXISTS invoices;\n');
  const made = [lock('public.invoices', 'ACCESS EXCLUSIVE', 'table', false), lock('public.invoices_pkey', 'ACCESS EXCLUSIVE', 'index', false)];
  const upLeg = leg('up', up, [step('CREATE TABLE', { at: 0.3, takes: 4.2, locks: made, wal: 9_216 })]);
  const downLeg = leg('down', down, [step('DROP TABLE', { at: 0.2, takes: 1.6, locks: [lock('public.invoices', 'ACCESS EXCLUSIVE')], wal: 812 })]);
  return {
    ...empty('0004_add_invoices', 'Plain pairs'),
    verdict: 'exact',
    scripts: [up, down],
    trace: trace([upLeg, downLeg, { ...upLeg, leg: 'up again' }], []),
    changes: [{ change: 'added', after: object('table', 'public.invoices', 'CREATE TABLE public.invoices (\n  id\n  total\n)') }],
  };
}

/** The up ends in an error half-way; a statement that cannot be observed comes before it. */
export function failedReport(): DryRunReport {
  const up = script('up', '/repo/prisma/migrations/20260201090000_require_phone/migration.sql', 'CREATE INDEX CONCURRENTLY contacts_phone_idx ON contacts (phone);\nALTER TABLE contacts ADD COLUMN region text NOT NULL;\nUPDATE contacts SET region = \'eu\';\n');
  const reason = 'CREATE INDEX CONCURRENTLY runs in transactions of its own, and its locks are gone when it ends';
  const failed: SqlError = { message: 'column "region" of relation "contacts" contains null values', sqlstate: '23502', detail: 'Failing row contains (1, null).', hint: null, span: spanOf(up.text, 'region text NOT NULL') };
  const steps = leg('up', up, [
    step('CREATE INDEX', { at: 0.2, takes: 5.5, unobservable: reason, wal: 8_400 }),
    step('ALTER TABLE', { at: 6, takes: 1.2, locks: [lock('public.contacts', 'ACCESS EXCLUSIVE')], error: failed, wal: 0 }),
    step('UPDATE', { at: 7.3, takes: 0, skipped: true }),
  ]);
  return {
    ...empty('20260201090000_require_phone', 'Prisma'),
    verdict: 'up failed',
    scripts: [up],
    trace: { ...trace([{ ...steps, outcome: 'failed' }], []), afterUp: null, afterDown: null, afterUpAgain: null },
    findings: [judged(up, 'add-column-required', 'error', 'ADD COLUMN region text NOT NULL', 'confirmed', 'PostgreSQL refused it: 23502.', 'A required column without a default fails on any table that has rows.')],
  };
}

/** On a server, with everything that a second session, a probe, the sizes of real tables and Neon's own word add. */
export function serverReport(): DryRunReport {
  const up = script('up', '/repo/migrations/0007_totals.sql', 'ALTER TABLE lines DROP CONSTRAINT lines_order_fk;\nALTER TABLE lines ALTER COLUMN amount TYPE bigint;\nCREATE INDEX CONCURRENTLY lines_amount ON lines (amount);\n');
  const down = script('down', '/repo/migrations/0007_totals_rollback.sql', 'DROP INDEX lines_amount;\nALTER TABLE lines ALTER COLUMN amount TYPE integer;\n');
  const upLeg = leg('up', up, [
    step('ALTER TABLE', { at: 0.4, takes: 2.1, locks: [lock('public.lines', 'ACCESS EXCLUSIVE'), { ...lock('public.orders', 'ACCESS EXCLUSIVE'), via: 'referenced by public.lines' }], wal: 900 }),
    step('ALTER TABLE', { at: 2.6, takes: 48.3, rewrites: ['public.lines', 'public.lines_pkey'], scans: [['public.lines', 4000]], wal: 1_482_240, spilled: { files: 2, bytes: 3_400_000 } }),
    step('CREATE INDEX', { at: 51.2, takes: 31, locks: [{ ...lock('public.lines', 'SHARE UPDATE EXCLUSIVE'), seen: { from: 1.2, to: 30.1 } }], scans: [['public.lines', 8000]], wal: 80_400 }),
  ]);
  const [first, second, third] = upLeg.statements;
  if (first === undefined || second === undefined || third === undefined) throw new Error('no statements');
  const phases = [{ name: 'building index: scanning table', from: 1.2, to: 18 }, { name: 'waiting for old snapshots', from: 18, to: 30.1 }];
  const access = (longest: number): ProbedAccess => ({ attempts: 12, longest, usual: 0.4, ended: null });
  const probe = [{ table: 'public.lines', read: access(49.4), write: access(50.1) }, { table: 'public.orders', read: access(1.9), write: access(2.2) }];
  const probed: LegTrace = { ...upLeg, statements: [first, second, { ...third, watched: { looks: 21, phases } }], lockWindows: sampledLast(upLeg), probe: { kind: 'measured', value: probe } };
  const downLeg = leg('down', down, [step('DROP INDEX', { at: 0.2, takes: 1, locks: [lock('public.lines', 'ACCESS EXCLUSIVE')], wal: 300 }), step('ALTER TABLE', { at: 1.4, takes: 40, rewrites: ['public.lines'], wal: 1_300_000 })]);
  return {
    ...empty('0007_totals', 'Plain pairs'),
    verdict: 'exact',
    scripts: [up, down],
    trace: {
      ...trace([probed, downLeg, { ...probed, leg: 'up again' }], []),
      before: { snapshot: {}, rows: {}, notCompared: [{ what: 'subscriptions', reason: 'their connections may hold passwords' }] },
      target: { id: 'neon', title: 'Neon branch of main, PostgreSQL 17.5', serverVersion: '17.5', notes: ['The branch main had seen 6 of 6 earlier migrations.'] },
      foreignDiff: { kind: 'measured', value: { by: 'Neon’s compare_schema', against: 'the branch main', text: '-    amount integer NOT NULL\n+    amount bigint NOT NULL\n' } },
      sizes: { source: 'lockstep.stats.json', capturedAt: '2026-11-02T09:00:00.000Z', tables: { 'public.lines': { rows: 48_210_344, bytes: 6_120_000_000, indexBytes: 2_400_000_000 } } },
      pace: { scan: 900_000, rewrite: 140_000, index: 110_000 },
    },
    changes: [{ change: 'altered', before: object('column', 'public.lines.amount', '"amount" integer NOT NULL', 'public.lines'), after: object('column', 'public.lines.amount', '"amount" bigint NOT NULL', 'public.lines') }],
  };
}

function sampledLast(of: LegTrace): readonly LockWindow[] {
  return of.lockWindows.map((window) => (window.statement === 2 ? { ...window, from: 52.4, to: 81.3, sampled: true } : window));
}

/** A machine-made script of that many statements; the one before the last is the slowest, and the only one that rewrites. */
export function longReport(amount: number): DryRunReport {
  const text = Array.from({ length: amount }, (_, n) => `ALTER TABLE t_${n} ADD COLUMN c text;\n`).join('');
  const up = script('up', '/repo/migrations/0008_many.sql', text);
  const upLeg = leg('up', up, Array.from({ length: amount }, (_, n) => step('ALTER TABLE', { at: n, takes: n === amount - 2 ? 90 : 0.6, locks: [lock(`public.t_${n}`, 'ACCESS EXCLUSIVE')], ...(n === amount - 2 ? { rewrites: [`public.t_${n}`] } : {}), wal: 400 })));
  return { ...empty('0008_many', 'Plain pairs'), verdict: 'no down', scripts: [up], trace: { ...trace([upLeg], []), afterDown: null, afterUpAgain: null } };
}

/** Every name in it tries to break out of the view that shows it. */
export function hostileReport(): DryRunReport {
  const name = hostileName;
  const up = script('up', `/repo/migrations/0001_${name.replaceAll('/', '')}.sql`, `ALTER TABLE "${name}" ADD COLUMN "\u202eevil\u001b[2J" text;\n`);
  const steps = leg('up', up, [step('ALTER TABLE', { at: 0.1, takes: 1, locks: [lock(`public."${name}"`, 'ACCESS EXCLUSIVE')], notices: [name], wal: 10 })]);
  return {
    ...empty(name, 'Plain pairs'),
    verdict: 'no down',
    scripts: [up],
    trace: { ...trace([steps], [{ table: name, reason: name }]), afterDown: null, afterUpAgain: null },
    changes: [{ change: 'altered', before: object('table', name, name), after: object('table', name, `${name}\nx`) }],
    losses: [{ table: name, rowsBefore: 2, rowsAfter: 1, columns: [name] }],
    findings: [judged(up, 'drop-column', 'error', 'ADD COLUMN', 'confirmed', name, name)],
  };
}

export const hostileName = '"><img src=x onerror="window.hacked=1"></script><b>\n\'`${x}` \u001b[31mred\u0007';

interface Step {
  readonly at: number;
  readonly takes: number;
  readonly rows?: number;
  readonly locks?: readonly ObservedLock[];
  readonly rewrites?: readonly string[];
  readonly scans?: readonly (readonly [string, number])[];
  readonly wal?: number;
  readonly spilled?: TempFiles;
  readonly notices?: readonly string[];
  readonly error?: SqlError;
  readonly skipped?: true;
  readonly unobservable?: string;
}

function step(beginning: string, facts: Step): readonly [string, Step] {
  return [beginning, facts];
}

function leg(name: LegName, source: ScriptView | undefined, steps: readonly (readonly [string, Step])[]): LegTrace {
  if (source === undefined) throw new Error('no script');
  let from = 0;
  const statements = steps.map(([beginning, facts], index): StatementTrace => {
    const start = source.text.indexOf(beginning, from);
    const end = source.text.indexOf(';', start);
    from = end;
    return statement(index, { start, end }, { sql: source.text.slice(start, end), facts });
  });
  const duration = Math.max(...steps.map(([, { at, takes }]) => at + takes)) + 0.6;
  return { leg: name, side: source.side, path: source.path, outcome: 'done', duration, statements, lockWindows: windows(statements, duration) };
}

function statement(index: number, span: StatementTrace['span'], source: { readonly sql: string; readonly facts: Step }): StatementTrace {
  const { sql, facts } = source;
  return {
    index,
    span,
    sql,
    outcome: facts.skipped === true ? 'skipped' : facts.error === undefined ? 'done' : 'failed',
    startedAt: facts.at,
    duration: facts.takes,
    commandTag: facts.skipped === true || facts.error !== undefined ? null : commandTag(sql),
    rows: facts.rows ?? null,
    locks: observed(facts, facts.locks ?? []),
    rewrites: observed(facts, (facts.rewrites ?? []).map((relation, at) => ({ relation, relationKind: at === 0 ? 'table' : 'index' }))),
    scans: observed(facts, (facts.scans ?? []).map(([relation, rowsRead]) => ({ relation, rowsRead }))),
    walBytes: { kind: 'measured', value: facts.wal ?? 0 },
    tempFiles: observed(facts, facts.spilled ?? { files: 0, bytes: 0 }),
    notices: facts.notices ?? [],
    error: facts.error ?? null,
    transaction: 1,
  };
}

/** The samples hold no statement whose tag is longer than its first two words, or one for those that change rows. */
function commandTag(sql: string): string {
  return (/^(UPDATE|[A-Z]+ [A-Z]+)/.exec(sql) ?? [sql])[0];
}

function observed<T>(facts: Step, value: T): Observed<T> {
  return facts.unobservable === undefined ? { kind: 'measured', value } : { kind: 'unavailable', reason: facts.unobservable };
}

function windows(statements: readonly StatementTrace[], end: number): readonly LockWindow[] {
  return statements.flatMap(({ locks, startedAt, index }) =>
    locks.kind === 'measured' ? locks.value.map((held) => ({ ...held, from: startedAt + 0.1, to: end, statement: index })) : [],
  );
}

function lock(relation: string, mode: LockMode, relationKind: ObservedLock['relationKind'] = 'table', existedBefore = true): ObservedLock {
  return { relation, relationKind, mode, existedBefore };
}

function script(side: Side, path: string, text: string): ScriptView {
  return { side, path, text };
}

function object(kind: SchemaObject['kind'], name: string, definition: string, table: string | null = null): SchemaObject {
  return { kind, name, table, definition };
}

function judged(source: ScriptView | undefined, rule: string, severity: Severity, place: string, confirmation: Confirmation, evidence: string, message: string): JudgedFinding {
  if (source === undefined) throw new Error('no script');
  const span = spanOf(source.text, place);
  const finding: Finding = { rule, severity, message, span, statement: 0, related: [], tags: [], fixes: [] };
  return { side: source.side, path: source.path, line: source.text.slice(0, span.start).split('\n').length, finding, confirmation, evidence };
}

function spanOf(text: string, part: string): StatementTrace['span'] {
  const start = text.indexOf(part);
  if (start < 0) throw new Error(`not in the text: ${part}`);
  return { start, end: start + part.length };
}

function trace(legs: readonly LegTrace[], unfilled: Trace['unfilled']): Trace {
  const state = { snapshot: {}, rows: {} };
  return {
    target: { id: 'embedded', title: 'embedded PostgreSQL 18.6 (PGlite)', serverVersion: '18.6' },
    history: { migrations: 11, cached: true, duration: 84 },
    unfilled,
    legs,
    before: state,
    afterUp: state,
    afterDown: state,
    afterUpAgain: state,
  };
}

function empty(migration: string, layout: string): Omit<DryRunReport, 'verdict' | 'scripts' | 'trace'> {
  return { version: 1, migration, layout, changes: [], leftovers: [], losses: [], remainders: [], upAgainDifferences: [], findings: [] };
}
