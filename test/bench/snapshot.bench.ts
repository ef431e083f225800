import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffSnapshots } from '../../src/dryrun/schema/diff.ts';
import { takeSnapshot } from '../../src/dryrun/schema/snapshot.ts';
import { embeddedTarget } from '../../src/dryrun/targets/embedded.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import { databaseEngine } from '../../src/host/database.ts';
import type { Table } from '../support/bench.ts';
import { endAll } from '../support/endings.ts';
import { serverTarget } from '../support/server-target.ts';

/** What it takes to read a large catalog, and to compare two of them. */
export async function bench(): Promise<Table> {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const embedded = databaseEngine({ cacheFolder, spareFor: 0 });
  try {
    const rows = [
      { on: 'PostgreSQL 18', ...(await measured(serverTarget(18))) },
      { on: 'the embedded PostgreSQL', ...(await measured(embeddedTarget(embedded))) },
    ];
    return {
      title: `Snapshot of ${String(tables)} tables, and its difference to another`,
      note: 'Each table has six columns, three keys and checks, an index, a policy, a comment and a privilege. “One query” is a scan of the columns alone, names and types; medians of seven, warm. Wanted: a snapshot within 1 s, a difference within 100 ms.',
      rows,
    };
  } finally {
    embedded.close();
    await endAll();
    rmSync(cacheFolder, { recursive: true, force: true });
  }
}

const tables = 2_000;
const rounds = 7;

async function measured(target: Target): Promise<Readonly<Record<string, string | number>>> {
  const opened = await target.open({ extensions: [], startFrom: [], statementTimeout: 120_000, signal: new AbortController().signal });
  const { session } = opened;
  try {
    for (let at = 0; at < tables; at += 100) await session.query(Array.from({ length: 100 }, (_, index) => table(at + index)).join(';\n'));
    const before = await takeSnapshot(session);
    await session.query('ALTER TABLE table_1000 ADD COLUMN added text; DROP TABLE table_1999; ALTER TABLE table_5 ALTER name DROP NOT NULL');
    const snapshot = await median(() => takeSnapshot(session));
    const after = await takeSnapshot(session);
    const query = await median(() => session.query(oneQuery));
    const difference = await median(() => Promise.resolve(diffSnapshots(before, after)));
    return {
      objects: Object.keys(after).length,
      'snapshot ÷ one query': (snapshot / query).toFixed(1),
      'difference ÷ snapshot': (difference / snapshot).toFixed(2),
      'reached': snapshot <= 1_000 && difference <= 100 ? 'yes' : 'no',
      'snapshot (ms)': snapshot.toFixed(0),
      'difference (ms)': difference.toFixed(0),
    };
  } finally {
    await opened.close();
  }
}

const oneQuery = `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind = 'r' AND c.oid >= 16384 AND a.attnum > 0`;

function table(n: number): string {
  const name = `table_${String(n)}`;
  const parent = n === 0 ? '' : `REFERENCES table_${String(Math.floor(n / 2))}`;
  return `CREATE TABLE ${name} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent bigint ${parent}, name text NOT NULL, state text NOT NULL DEFAULT 'new' CHECK (state <> ''), made timestamptz NOT NULL DEFAULT now(), total numeric(10,2));
    CREATE INDEX ${name}_state ON ${name} (state); ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON ${name} USING (true); COMMENT ON TABLE ${name} IS 'one of many'; GRANT SELECT ON ${name} TO PUBLIC`;
}

async function median(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begin = performance.now();
    await run();
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? NaN;
}
