import assert from 'node:assert/strict';
import pg from 'pg';
import { diffSnapshots } from '../../src/dryrun/schema/diff.ts';
import { takeSnapshot } from '../../src/dryrun/schema/snapshot.ts';
import { openServerSession, type ServerSession } from '../../src/dryrun/targets/server.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import { isReordering, type SchemaObject, type Snapshot } from '../../src/model/snapshot.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';
import { corpus, ground, type OraclePair, type Outcome } from '../fixtures/oracle/corpus.ts';
import { installedMajors, sharedServer, withDatabase } from '../support/postgres.ts';
import { startPgDump, type PgDump } from './pg-dump.ts';

/**
 * Where pg_dump and the snapshots differ, by up and down: what pg_dump says, and whose shortcoming it is. An entry that no longer
 * differs fails, so that the table stays true.
 */
const differences: Readonly<Record<string, { readonly pgDump: Outcome; readonly because: string }>> = {
  'REFRESH MATERIALIZED VIEW totals WITH NO DATA … SELECT 1': { pgDump: 'same', because: 'pg_dump writes every materialized view WITH NO DATA; whether it may be read is data to it, and a broken query to us.' },
  [`COMMENT ON EXTENSION plpgsql IS 'x' … SELECT 1`]: { pgDump: 'same', because: 'pg_dump leaves out the extension that initdb made, and with it a comment that somebody else gave it.' },
  'CREATE ROLE oracle_made … SELECT 1': { pgDump: 'same', because: 'Roles are no part of a database: pg_dumpall writes them.' },
  'GRANT oracle_owner TO oracle_reader … SELECT 1': { pgDump: 'same', because: 'Neither are memberships.' },
  [`ALTER ROLE oracle_reader SET lock_timeout = '5s' … SELECT 1`]: { pgDump: 'same', because: 'Neither are settings of roles for all databases.' },
};

/** All of them on 18, and the first of each kind and outcome on 14. */
const everything = pairsOf(() => true);
const sample = pairsOf((pair, list) => pair === list.find((each) => each.outcome === pair.outcome && (each.since ?? 14) <= 14));

for (const [major, pairs] of [[14, sample], [18, everything]] as const) {
  if (installedMajors.includes(major)) describeOracle(major, pairs);
}

it('the definitions of a snapshot can be read as SQL', async () => {
  await loadParser();
  await withDatabase(18, async ({ client, url }) => {
    await client.query('CREATE ROLE oracle_reader');
    const session = await openServerSession({ url, statementTimeout: 20_000, signal: new AbortController().signal });
    try {
      await session.query(ground);
      const objects = Object.values(await takeSnapshot(session));
      const text = ({ kind, table, definition }: SchemaObject): string => (kind === 'column' || kind === 'constraint' ? `ALTER TABLE ${table ?? ''} ADD ${definition}` : definition);
      const wrong = objects.filter((object) => parseScript(text(object)).statements.some((each) => each.statement.problem !== null));
      assert.deepEqual(wrong.map(text), []);
      assert.ok(objects.length > 100);
    } finally {
      await session.close();
      await client.query('DROP OWNED BY oracle_reader CASCADE; DROP ROLE oracle_reader');
    }
  });
});

it('there are as many pairs as the oracle promises', () => {
  assert.ok(everything.length >= 150, String(everything.length));
});

interface Named extends OraclePair {
  readonly kind: string;
}

function describeOracle(major: PostgresMajor, pairs: readonly Named[]): void {
  describe(`pg_dump before and after, and the verdict of snapshots, on PostgreSQL ${String(major)}`, () => {
    let pgDump: PgDump;
    let untouched: State;
    /** A copy of the ground; it serves until a pair has left something in it. */
    let copy: ServerSession | null = null;

    before(async () => {
      pgDump = startPgDump();
      await administer(major, `CREATE ROLE oracle_reader; CREATE ROLE oracle_owner`);
      await administer(major, 'CREATE DATABASE oracle_ground');
      const session = await open(major, 'oracle_ground');
      await session.query(ground);
      untouched = await look(major, { session, database: 'oracle_ground', pgDump });
      await session.close();
    });
    after(async () => {
      await pgDump.close();
      await copy?.close();
      for (const database of [copyName, 'oracle_ground']) await administer(major, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      await administer(major, 'DROP ROLE oracle_reader; DROP ROLE oracle_owner; DROP ROLE IF EXISTS oracle_made');
    });

    for (const pair of pairs) {
      it(`${pair.kind}: ${pair.up} … ${pair.down}`, async () => {
        const session = copy ?? (await copyGround(major));
        copy = null;
        const state = await afterBoth(major, { pair, session, pgDump });
        const known = differences[`${pair.up} … ${pair.down}`];
        const ours = compareSnapshots(untouched.snapshot, state.snapshot);
        const theirs = compareDumps(untouched.dump, state.dump);
        assert.deepEqual({ ours, theirs }, { ours: pair.outcome, theirs: known?.pgDump ?? pair.outcome }, firstDifference(untouched, state));
        if (pair.outcome === 'same') copy = session;
        else await dropCopy(major, session);
      });
    }
  });
}

interface State {
  readonly snapshot: Snapshot;
  readonly dump: string;
}

const copyName = 'oracle_pair';

async function copyGround(major: PostgresMajor): Promise<ServerSession> {
  await administer(major, `DROP DATABASE IF EXISTS ${copyName} WITH (FORCE)`);
  await administer(major, `CREATE DATABASE ${copyName} TEMPLATE oracle_ground`);
  return open(major, copyName);
}

/** A subscription would keep its database, and what belongs to the whole server would show in the next pair. */
async function dropCopy(major: PostgresMajor, session: ServerSession): Promise<void> {
  await session.query('DROP SUBSCRIPTION IF EXISTS sub');
  await session.query('DROP ROLE IF EXISTS oracle_made; REVOKE oracle_owner FROM oracle_reader; ALTER ROLE oracle_reader RESET ALL');
  await session.close();
  await administer(major, `DROP DATABASE ${copyName} WITH (FORCE)`);
}

async function afterBoth(major: PostgresMajor, { pair, session, pgDump }: { readonly pair: Named; readonly session: ServerSession; readonly pgDump: PgDump }): Promise<State> {
  await session.query(pair.up);
  await session.query(pair.down);
  return look(major, { session, database: copyName, pgDump });
}

interface Looking {
  readonly session: ServerSession;
  readonly database: string;
  readonly pgDump: PgDump;
}

async function look(major: PostgresMajor, { session, database, pgDump }: Looking): Promise<State> {
  const server = await sharedServer(major);
  const dump = await pgDump.schemaOf(server.url(database));
  return { snapshot: await takeSnapshot(session), dump: dump.replaceAll(database, 'the_database') };
}

function compareSnapshots(before: Snapshot, after: Snapshot): Outcome {
  const changes = diffSnapshots(before, after);
  if (changes.length === 0) return 'same';
  return changes.every(isReordering) ? 'order' : 'differs';
}

function compareDumps(before: string, after: string): Outcome {
  if (before === after) return 'same';
  return withSortedColumns(before) === withSortedColumns(after) ? 'order' : 'differs';
}

/** The lines in the parentheses of CREATE TABLE, one column or constraint each, by their words instead of their place. */
function withSortedColumns(dump: string): string {
  return dump.replaceAll(/(CREATE TABLE [^;]*? \(\n)([^;]*?)(\n\))/g, (_, head: string, body: string, foot: string) => head + body.split(/,?\n/).sort().join('\n') + foot);
}

function firstDifference(before: State, after: State): string {
  const changes = diffSnapshots(before.snapshot, after.snapshot);
  const [was, is] = [before.dump.split('\n'), after.dump.split('\n')];
  return JSON.stringify({ changes, gone: was.filter((line) => !is.includes(line)), come: is.filter((line) => !was.includes(line)) }, null, 1);
}

function pairsOf(isIncluded: (pair: OraclePair, list: readonly OraclePair[]) => boolean): readonly Named[] {
  return Object.entries(corpus).flatMap(([kind, list]) => list.filter((pair) => isIncluded(pair, list)).map((pair) => ({ ...pair, kind })));
}

async function open(major: PostgresMajor, database: string): Promise<ServerSession> {
  const server = await sharedServer(major);
  return openServerSession({ url: server.url(database), statementTimeout: 20_000, signal: new AbortController().signal });
}

async function administer(major: PostgresMajor, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: (await sharedServer(major)).url('postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
