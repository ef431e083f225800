import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';

/** pg_dump 18 as WebAssembly, which reads servers of every major. */
export interface PgDump {
  /** The schema of one database, as `pg_dump --schema-only` writes it. */
  schemaOf(url: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * The build of pg_dump in pglite-tools speaks PostgreSQL's protocol through two callbacks that must answer at once. A thread of its
 * own (pg-dump-wire.ts) holds the socket meanwhile, and this one waits for it.
 */
export function startPgDump(): PgDump {
  const { port1: port, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const wire = new Worker(new URL('pg-dump-wire.ts', import.meta.url), { workerData: { port: port2, answered }, transferList: [port2] });
  return {
    async schemaOf(url) {
      const { hostname, port: place, pathname } = new URL(url);
      const { pgDump } = await tools();
      ask({ port, answered }, { kind: 'connect', host: hostname, port: Number(place) });
      const file = await pgDump({ pg: standIn({ port, answered }), args: ['--schema-only', '--create', '-d', pathname.slice(1)] });
      return file.text();
    },
    async close() {
      port.close();
      await wire.terminate();
    },
  };
}

/** What pgDump uses of a PGlite. */
interface StandIn {
  query(sql: string): Promise<{ readonly rows: readonly { readonly search_path: string }[] }>;
  exec(sql: string): Promise<void>;
  execProtocolRawStream(bytes: Uint8Array, options: { readonly onRawData: (bytes: Uint8Array) => void }): void;
}

interface Tools {
  pgDump(options: { readonly pg: StandIn; readonly args: readonly string[] }): Promise<File>;
}

async function tools(): Promise<Tools> {
  const file = new URL('servers/node_modules/@electric-sql/pglite-tools/dist/pg_dump.js', import.meta.url).href;
  return (await import(file)) as Tools; // The package's types ask for a whole PGlite.
}

interface Wire {
  readonly port: MessagePort;
  readonly answered: Int32Array;
}

function standIn(wire: Wire): StandIn {
  return {
    // pgDump would put back the search_path of the one session that a PGlite has.
    query: () => Promise.resolve({ rows: [{ search_path: 'public' }] }),
    exec: () => Promise.resolve(),
    execProtocolRawStream: (bytes, { onRawData }) => { onRawData(ask(wire, { kind: 'send', bytes: bytes.slice() })); },
  };
}

function ask({ port, answered }: Wire, request: { readonly kind: string } & Readonly<Record<string, unknown>>): Uint8Array {
  Atomics.store(answered, 0, 0);
  port.postMessage(request);
  if (Atomics.wait(answered, 0, 0, 30_000) === 'timed-out') throw new Error('The server did not answer pg_dump within 30 seconds.');
  const answer = receiveMessageOnPort(port)?.message as Uint8Array | string | undefined; // As pg-dump-wire.ts posts it.
  if (!(answer instanceof Uint8Array)) throw new Error(`pg_dump lost the server: ${answer ?? 'no answer'}.`);
  return answer;
}
