import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { strength, type LockMode } from '../../src/model/lock.ts';
import { effects, type Work } from '../../src/sql/effects.ts';
import { loadParser, parseStatement } from '../../src/sql/parse.ts';
import { installedMajors, withDatabase } from '../support/postgres.ts';
import { base, forms, outsideForms, type Form } from './effect-forms.ts';

before(loadParser);

for (const major of installedMajors) {
  describe(`what statements do on PostgreSQL ${String(major)}`, () => {
    it('is what Lockstep says: locks, rewrites and scans', async () => {
      await withDatabase(major, async ({ client }) => {
        await prepare(client);
        const wrong: string[] = [];
        for (const form of forms.filter((each) => (each.from ?? 0) <= major)) wrong.push(...compare(form, await observe(client, form.sql)));
        assert.deepEqual(wrong, []);
      });
    });

    it('is what Lockstep says of statements that run outside a transaction', async () => {
      const wrong: string[] = [];
      for (const form of outsideForms.filter((each) => (each.from ?? 0) <= major)) {
        await withDatabase(major, async ({ client, url }) => {
          await prepare(client);
          wrong.push(...(await compareRequested(client, url, form)));
        });
      }
      assert.deepEqual(wrong, []);
    });
  });
}

interface Observed {
  /** Strongest mode on each relation that existed before. */
  readonly locks: ReadonlyMap<string, LockMode>;
  readonly rewritten: boolean;
  readonly scanned: boolean;
}

async function prepare(client: pg.Client): Promise<void> {
  // Roles belong to the whole server, which several tests share.
  await client.query('DROP ROLE IF EXISTS reader_of_forms');
  await client.query(base);
}

const relations = `
  SELECT c.oid::bigint AS oid, c.relname AS name, c.relkind AS kind, pg_relation_filenode(c.oid) AS file
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'other') AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i')`;

interface Relation {
  readonly oid: string;
  readonly name: string;
  readonly kind: string;
  readonly file: string | null;
}

async function observe(client: pg.Client, sql: string): Promise<Observed> {
  const before = (await client.query<Relation>(relations)).rows;
  await client.query('BEGIN');
  try {
    const readBefore = await rowsRead(client);
    await client.query(sql).catch((error: unknown) => {
      throw new Error(sql, { cause: error });
    });
    const held = (await client.query<{ oid: string; mode: string }>(`SELECT relation::bigint AS oid, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted`)).rows;
    const after = new Map((await client.query<Relation>(relations)).rows.map((each) => [each.oid, each]));
    const reads = (await rowsRead(client)) - readBefore;
    const locks = new Map<string, LockMode>();
    for (const { oid, mode } of held) {
      const relation = before.find((each) => each.oid === oid);
      if (relation !== undefined) strongest(locks, relation.name, modeName(mode));
    }
    const rewritten = before.some((each) => each.kind !== 'S' && after.has(each.oid) && after.get(each.oid)?.file !== each.file);
    return { locks, rewritten, scanned: reads > 0 };
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

const tableOfIndex: Readonly<Record<string, string>> = { t_name_idx: 't', t_quantity_key: 't' };

function predicted(sql: string): ReadonlyMap<string, LockMode> {
  const locks = new Map<string, LockMode>();
  for (const lock of effects(parseStatement(sql)).locks) strongest(locks, lock.on === 'itself' ? lock.relation.name : (tableOfIndex[lock.relation.name] ?? '?'), lock.mode);
  return locks;
}

function compare(form: Form, observed: Observed): readonly string[] {
  const change = effects(parseStatement(form.sql));
  const claimed = predicted(form.sql);
  const wrong: string[] = [];
  for (const [name, mode] of claimed) if (observed.locks.get(name) !== mode) wrong.push(`${form.sql}: ${name} was to be locked ${mode}, but ${observed.locks.get(name) ?? 'was not'}`);
  const indexes = /(_idx|_key|_pkey)$/;
  for (const [name, mode] of observed.locks) {
    if (!claimed.has(name) && !indexes.test(name) && change.furtherLocks === null) wrong.push(`${form.sql}: nothing said that ${name} is locked ${mode}`);
  }
  wrong.push(...compareWork(form, 'rewrite', change.rewrite, form.empties === true ? false : observed.rewritten, form.rewrites));
  // A rewrite reads the table as well, and so do queries: only a claim, or its denial by the form, can be wrong here.
  if (form.scans !== undefined || change.scan.kind === 'yes') wrong.push(...compareWork(form, 'scan', change.scan, observed.scanned, form.scans));
  return wrong;
}

function compareWork(form: Form, what: string, claim: Work, seen: boolean, here: boolean | undefined): readonly string[] {
  if (claim.kind === 'depends' && here === undefined) return [`${form.sql}: the form has to say how "${claim.reason}" turns out here`];
  const expected = claim.kind === 'depends' ? here : claim.kind === 'yes';
  return expected === seen ? [] : [`${form.sql}: ${what} ${claim.kind}, but ${seen ? 'seen' : 'not seen'}`];
}

/** Another session holds the table in SHARE, which lets only readers in: the statement has to wait, and pg_locks shows for what. */
async function compareRequested(client: pg.Client, url: string, form: Form): Promise<readonly string[]> {
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  try {
    const table = form.sql.includes('measures') ? 'measures' : 't';
    const { pid } = (await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0] ?? { pid: 0 };
    await client.query(`BEGIN; LOCK TABLE ${table} IN SHARE MODE`);
    const running = other.query(form.sql);
    const mode = await requestedMode(client, pid);
    await client.query('ROLLBACK');
    await running;
    const claim = predicted(form.sql).get(table);
    const outside = effects(parseStatement(form.sql)).outsideOnly;
    return [...(claim === mode ? [] : [`${form.sql}: ${String(claim)} was said, ${mode} was asked for`]), ...(outside === null ? [`${form.sql}: nothing said that it cannot run in a transaction`] : [])];
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
