import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { diffSnapshots } from '../../src/dryrun/schema/diff.ts';
import { takeSnapshot } from '../../src/dryrun/schema/snapshot.ts';
import { openServerSession } from '../../src/dryrun/targets/server.ts';
import { ground } from '../fixtures/down/corpus.ts';
import { installedMajors, withDatabase } from '../support/postgres.ts';

const major = installedMajors.at(-1);

describe('a server far away', () => {
  it('is asked for its whole catalog in five messages, planned or not', async () => {
    if (major === undefined) throw new Error('No PostgreSQL is installed.');
    await withDatabase(major, async ({ client, server, url }) => {
      await client.query(ground);
      const between = await counting(server.port);
      const through = url.replace(String(server.port), String(between.port));
      const session = await openServerSession({ url: through, statementTimeout: 20_000, signal: new AbortController().signal });
      const counted = async (): Promise<number> => {
        const before = between.messages();
        await takeSnapshot(session);
        return between.messages() - before;
      };
      // To the presence of rare kinds belong its plan and its answer, each a message of its own.
      assert.deepEqual([await counted(), await counted()], [5, 4]);
      const planned = await takeSnapshot(session);
      await session.query('DISCARD ALL');
      assert.equal(await counted(), 4);
      assert.deepEqual(diffSnapshots(planned, await takeSnapshot(session)), []);
      await session.close();
      between.close();
    });
  });

  it('says which question PostgreSQL refuses, and goes on', async () => {
    if (major === undefined) throw new Error('No PostgreSQL is installed.');
    await withDatabase(major, async ({ url }) => {
      const session = await openServerSession({ url, statementTimeout: 20_000, signal: new AbortController().signal });
      await assert.rejects(session.askAll(['SELECT 1 AS one', 'SELECT nothing']), /column "nothing" does not exist/);
      assert.deepEqual(await session.askAll(['SELECT 1 AS one', 'SELECT 2 AS two UNION ALL SELECT 3']), [[{ one: 1 }], [{ two: 2 }, { two: 3 }]]);
      assert.deepEqual(await session.askAll([]), []);
      await session.close();
    });
  });
});

/** Passes on what is said, and counts the messages of a client that waits for each answer. */
async function counting(port: number): Promise<{ readonly port: number; messages(): number; close(): void }> {
  let count = 0;
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    let isTurn = true;
    client.on('data', () => {
      if (isTurn) count += 1;
      isTurn = false;
    });
    server.on('data', () => { isTurn = true; });
    client.pipe(server).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return { port: (proxy.address() as AddressInfo).port, messages: () => count, close: () => { proxy.close(); } }; // It listens on TCP.
}
