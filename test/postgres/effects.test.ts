import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { strength, type LockMode } from '../../src/model/lock.ts';
import { effects, type Work } from '../../src/sql/effects.ts';
import { loadParser, parseStatement } from '../../src/sql/parse.ts';
import { installedMajors, withDatabase } from '../support/postgres.ts';
import { base } from './forms/base.ts';
import type { Form } from './forms/form.ts';
import { forms } from './forms/forms.ts';
import { outsideForms, partitionedForms, refusedForms } from './forms/outside.ts';

before(loadParser);

const agreement = { statements: new Set<string>(), runs: 0, wrong: 0 };

for (const major of installedMajors) {
  describe(`what statements do on PostgreSQL ${String(major)}`, () => {
    it('is what Lockstep says: locks, rewrites and scans', async () => {
      await withDatabase(major, async ({ client }) => {
        const lay = await prepare(client);
        const wrong: string[] = [];
        for (const form of of(forms, major)) wrong.push(...count(form, await observe(client, lay, form.sql).then((observed) => compare(form, observed), (error: unknown) => [`${form.sql}: ${String(error)}`])));
        assert.deepEqual(wrong, []);
      });
    });

    it('is what Lockstep says of statements that run outside a transaction', async () => {
      const wrong: string[] = [];
      for (const form of of(outsideForms, major)) {
        await withDatabase(major, async ({ client, url }) => {
          await prepare(client);
          wrong.push(...count(form, [...(await compareRefused(client, form.sql)), ...(await compareRequested(client, url, form))]));
        });
      }
      assert.deepEqual(wrong, []);
    });

    it('is to refuse a transaction where Lockstep says so', async () => {
      await withDatabase(major, async ({ client }) => {
        await prepare(client);
        const wrong: string[] = [];
        for (const form of [...of(refusedForms, major), ...of(partitionedForms, major)]) wrong.push(...count(form, await compareRefused(client, form.sql)));
        assert.deepEqual(wrong, []);
      });
    });
  });
}

after(() => {
  const { statements, runs, wrong } = agreement;
  console.log(`    What Lockstep claims of ${String(statements.size)} statements × PostgreSQL ${installedMajors.join(', ')}: ${String(runs - wrong)} of ${String(runs)} runs agree (${String(runs === 0 ? 0 : Math.floor(((runs - wrong) / runs) * 100))} %).`);
});

function of<F extends Form>(all: readonly F[], major: number): readonly F[] {
  return all.filter((each) => (each.from ?? 0) <= major && major <= (each.until ?? Infinity));
}

function count(form: Form, wrong: readonly string[]): readonly string[] {
  agreement.statements.add(form.sql);
  agreement.runs += 1;
  if (wrong.length > 0) agreement.wrong += 1;
  return wrong;
}

interface Observed {
  /** Strongest mode on each relation that existed before, but for indexes that the statement does not name. */
  readonly locks: ReadonlyMap<string, LockMode>;
  readonly rewritten: boolean;
  readonly scanned: boolean;
  readonly lay: Lay;
}

/** The relations before any form, and what hangs below each by name: partitions, inheriting tables, what a view reads, sequences of columns. */
interface Lay {
  readonly relations: readonly Relation[];
  readonly below: ReadonlyMap<string, ReadonlySet<string>>;
}

async function prepare(client: pg.Client): Promise<Lay> {
  // Roles and tablespaces belong to the whole server, which several tests share.
  await client.query('DROP ROLE IF EXISTS reader_of_forms');
  await client.query('DROP TABLESPACE IF EXISTS forms_space');
  await client.query('SET allow_in_place_tablespaces = on');
  await client.query("CREATE TABLESPACE forms_space LOCATION ''");
  await client.query(base);
  const below = new Map<string, Set<string>>();
  for (const { upper, lower } of (await client.query<{ upper: string; lower: string }>(hanging)).rows) below.set(upper, (below.get(upper) ?? new Set<string>()).add(lower));
  return { relations: (await client.query<Relation>(relations)).rows, below };
}

const relations = `
  SELECT c.oid::bigint AS oid, c.relname AS name, c.relkind AS kind, pg_relation_filenode(c.oid) AS file
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'other', 'another') AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'f', 'c')`;

const hanging = `
  SELECT inhparent::regclass::text AS upper, inhrelid::regclass::text AS lower FROM pg_inherits
  UNION SELECT r.ev_class::regclass::text, d.refobjid::regclass::text FROM pg_rewrite AS r
    JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class WHERE r.rulename = '_RETURN'
  UNION SELECT d.refobjid::regclass::text, d.objid::regclass::text FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid
    WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')`;

interface Relation {
  readonly oid: string;
  readonly name: string;
  readonly kind: string;
  readonly file: string | null;
}

async function observe(client: pg.Client, lay: Lay, sql: string): Promise<Observed> {
  await client.query('BEGIN');
  try {
    const readBefore = await rowsRead(client);
    await client.query(sql);
    const held = (await client.query<{ oid: string; mode: string }>(`SELECT relation::bigint AS oid, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted`)).rows;
    const after = new Map((await client.query<Relation>(relations)).rows.map((each) => [each.oid, each]));
    const reads = (await rowsRead(client)) - readBefore;
    const locks = new Map<string, LockMode>();
    for (const { oid, mode } of held) {
      const relation = lay.relations.find((each) => each.oid === oid);
      if (relation !== undefined) strongest(locks, relation.name, modeName(mode));
    }
    const rewritten = lay.relations.some((each) => each.kind !== 'S' && after.has(each.oid) && after.get(each.oid)?.file !== each.file);
    return { locks, rewritten, scanned: reads > 0, lay };
  } finally {
    await client.query('ROLLBACK');
  }
}

/** The counters of a session go on through its transactions until they are flushed, so only a difference says something. */
async function rowsRead(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ reads: string }>('SELECT coalesce(sum(seq_tup_read), 0) AS reads FROM pg_stat_xact_user_tables');
  return Number(rows[0]?.reads);
}

/** `AccessExclusiveLock` as the manual writes it. */
function modeName(mode: string): LockMode {
  // pg_locks has no other modes for relations than the eight of the manual.
  return mode.replace(/Lock$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase() as LockMode;
}

function strongest(locks: Map<string, LockMode>, name: string, mode: LockMode): void {
  const known = locks.get(name);
  if (known === undefined || strength(known) < strength(mode)) locks.set(name, mode);
}

const tableOfIndex: Readonly<Record<string, string>> = { t_name_idx: 't', t_quantity_key: 't', logs_at_idx: 'logs' };

function predicted(sql: string): ReadonlyMap<string, LockMode> {
  const locks = new Map<string, LockMode>();
  for (const lock of effects(parseStatement(sql)).locks) strongest(locks, lock.on === 'itself' ? lock.relation.name : (tableOfIndex[lock.relation.name] ?? '?'), lock.mode);
  return locks;
}

function compare(form: Form, observed: Observed): readonly string[] {
  const change = effects(parseStatement(form.sql));
  const wrong = [...compareLocks(form, observed)];
  if (change.outsideOnly !== null) wrong.push(`${form.sql}: it was to fail in a transaction`);
  wrong.push(...compareWork(form, 'rewrite', change.rewrite, form.empties === true ? false : observed.rewritten, form.rewrites));
  // A rewrite reads the table as well, and so do queries: only a claim, or its denial by the form, can be wrong here.
  if (form.scans !== undefined || change.scan.kind === 'yes') wrong.push(...compareWork(form, 'scan', change.scan, observed.scanned, form.scans));
  return wrong;
}

/**
 * Every claim has to hold to the letter. What is locked beyond the claims hangs below a relation with a claim that is no weaker, or is what
 * `furtherLocks` tells in words, of which the form says what they come to here.
 */
function compareLocks(form: Form, { locks, lay }: Observed): readonly string[] {
  const claimed = predicted(form.sql);
  const words = effects(parseStatement(form.sql)).furtherLocks;
  const wrong: string[] = [];
  for (const [name, mode] of claimed) if (locks.get(name) !== mode) wrong.push(`${form.sql}: ${name} was to be locked ${mode}, but ${locks.get(name) ?? 'was not'}`);
  for (const [name, mode] of Object.entries(form.further ?? {})) {
    if (locks.get(name) !== mode) wrong.push(`${form.sql}: ${name} was to be locked ${mode} further, but ${locks.get(name) ?? 'was not'}`);
    if (words?.includes(mode) !== true) wrong.push(`${form.sql}: no words tell of ${mode} on ${name}`);
  }
  for (const [name, mode] of locks) {
    const isIndex = lay.relations.some((each) => each.name === name && /^i$/i.test(each.kind));
    if (isIndex || claimed.has(name) || form.further?.[name] !== undefined || hangsBelow(name, mode, claimed, lay)) continue;
    wrong.push(`${form.sql}: nothing said that ${name} is locked ${mode}`);
  }
  return wrong;
}

function hangsBelow(name: string, mode: LockMode, claimed: ReadonlyMap<string, LockMode>, lay: Lay): boolean {
  for (const [upper, claim] of claimed) {
    const seen = new Set([upper]);
    for (const each of seen) for (const lower of lay.below.get(each) ?? []) seen.add(lower);
    if (seen.has(name) && strength(mode) <= strength(claim)) return true;
  }
  return false;
}

function compareWork(form: Form, what: string, claim: Work, seen: boolean, here: boolean | undefined): readonly string[] {
  if (claim.kind === 'depends' && here === undefined) return [`${form.sql}: the form has to say how "${claim.reason}" turns out here`];
  const expected = claim.kind === 'depends' ? here : claim.kind === 'yes';
  return expected === seen ? [] : [`${form.sql}: ${what} ${claim.kind}, but ${seen ? 'seen' : 'not seen'}`];
}

/** SQLSTATE of what cannot run inside a transaction block (manual, appendix A). */
const activeTransaction = '25001';

async function compareRefused(client: pg.Client, sql: string): Promise<readonly string[]> {
  const { outsideOnly, outsideWhenPartitioned } = effects(parseStatement(sql));
  await client.query('BEGIN');
  const code = await client.query(sql).then(() => 'no error', (error: unknown) => (error instanceof pg.DatabaseError ? error.code : String(error)));
  await client.query('ROLLBACK');
  return [
    ...(code === activeTransaction ? [] : [`${sql}: in a transaction it ended with ${String(code)}`]),
    ...(outsideOnly === null && outsideWhenPartitioned === null ? [`${sql}: nothing said that it cannot run in a transaction`] : []),
  ];
}

/** Another session holds the table in SHARE, which lets only readers in: the statement has to wait, and pg_locks shows for what. */
async function compareRequested(client: pg.Client, url: string, form: Form & { readonly on: string }): Promise<readonly string[]> {
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  try {
    const { pid } = (await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0] ?? { pid: 0 };
    await client.query(`BEGIN; LOCK TABLE ${form.on} IN SHARE MODE`);
    const running = other.query(form.sql);
    const mode = await requestedMode(client, pid);
    await client.query('ROLLBACK');
    await running;
    const claim = predicted(form.sql).get(form.on);
    return claim === mode ? [] : [`${form.sql}: ${String(claim)} was said, ${mode} was asked for`];
  } finally {
    await other.end();
  }
}

async function requestedMode(client: pg.Client, pid: number): Promise<LockMode> {
  for (;;) {
    const waiting = await client.query<{ mode: string }>(`SELECT mode FROM pg_locks WHERE pid = $1 AND locktype = 'relation' AND NOT granted`, [pid]);
    const mode = waiting.rows[0]?.mode;
    if (mode !== undefined) return modeName(mode);
    await wait(10);
  }
}
