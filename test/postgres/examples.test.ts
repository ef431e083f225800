import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type pg from 'pg';
import { openProject, type MigrationFolder } from '../../src/app/project.ts';
import { diffSnapshots } from '../../src/dryrun/schema/diff.ts';
import { takeSnapshot } from '../../src/dryrun/schema/snapshot.ts';
import { openServerSession } from '../../src/dryrun/targets/server.ts';
import { nodeFiles } from '../../src/host/files.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { installedMajors, withDatabase } from '../support/postgres.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));

/** Each example, the oldest major that it runs on, and how its own tool sends a script. */
const all = [
  // Views with security_invoker came with PostgreSQL 15.
  { name: 'shop', from: 15, layout: 'drizzle', least: 12, showsHazards: '0014_prepare_customer_portal', send: inTransaction('--> statement-breakpoint') },
  { name: 'billing', from: 14, layout: 'plain', least: 6, showsHazards: null, send: inTransaction(null) },
  { name: 'crm', from: 14, layout: 'prisma', least: 5, showsHazards: null, send: (client: pg.Client, text: string) => client.query(text) },
] as const;

for (const { name, from, layout, least, showsHazards, send } of all) {
  describe(`the example ${name}`, () => {
    it('opens without problems, in its own layout, every migration with its down', async () => {
      const folder = await open(name);
      assert.equal(folder.layout.id, layout);
      assert.deepEqual(folder.problems, []);
      assert.ok(folder.migrations.length >= least);
      assert.deepEqual(folder.migrations.filter(({ down }) => down === null), []);
    });

    for (const major of installedMajors.filter((each) => each >= from)) {
      it(`goes up, comes back exactly and goes up again, step by step, on PostgreSQL ${String(major)}`, async () => {
        await withSnapshots(major, async (client, snapshot) => {
          for (const { id, up, down } of (await open(name)).migrations) {
            const before = await snapshot();
            await send(client, await readFile(up.path, 'utf8'));
            const after = await snapshot();
            await send(client, await readFile(down?.path ?? '', 'utf8'));
            if (id !== showsHazards) assert.deepEqual(diffSnapshots(before, await snapshot()), [], `${id}: what its down does not bring back`);
            await send(client, await readFile(up.path, 'utf8'));
            if (id !== showsHazards) assert.deepEqual(diffSnapshots(after, await snapshot()), [], `${id}: what its second up does differently`);
          }
        });
      });
    }
  });
}

describe('the example shop', () => {
  it('runs through Drizzle’s own migrator, which leaves the downs alone', async () => {
    const folder = await open('shop');
    const byDrizzle = await withSnapshots(17, async (client, snapshot) => {
      await migrate(drizzle(client), { migrationsFolder: folder.path });
      return snapshot();
    });
    const byUs = await withSnapshots(17, async (client, snapshot) => {
      for (const { up } of folder.migrations) await inTransaction(folder.layout.separator)(client, await readFile(up.path, 'utf8'));
      return snapshot();
    });
    const differing = diffSnapshots(byUs, byDrizzle).map((change) => (change.change === 'removed' ? change.before : change.after).name);
    // Drizzle keeps its own book in a schema of its own.
    assert.deepEqual(differing.filter((each) => !/^drizzle\b/.test(each)), []);
  });
});

async function open(name: string): Promise<MigrationFolder> {
  const [folder] = (await openProject(nodeFiles, `${examples}/${name}`)).folders;
  assert.ok(folder !== undefined);
  return folder;
}

function inTransaction(separator: string | null) {
  return async (client: pg.Client, text: string): Promise<void> => {
    await client.query('BEGIN');
    for (const part of separator === null ? [text] : text.split(separator)) await client.query(part);
    await client.query('COMMIT');
  };
}

/** A database of its own, the client that migrates it, and a second session that looks at it. */
function withSnapshots<T>(major: PostgresMajor, use: (client: pg.Client, snapshot: () => Promise<Snapshot>) => Promise<T>): Promise<T> {
  return withDatabase(major, async ({ client, url }) => {
    const session = await openServerSession({ url, statementTimeout: 20_000, signal: new AbortController().signal });
    try {
      return await use(client, () => takeSnapshot(session));
    } finally {
      await session.close();
    }
  });
}
