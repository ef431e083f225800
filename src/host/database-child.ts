import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { gunzip, gzip } from 'node:zlib';
import type { PGlite, PGliteOptions } from '@electric-sql/pglite';
import type { EngineAnswer } from '../dryrun/targets/embedded.ts';
import { engineFile } from './assets.ts';
import { answerOf, simpleQuery, type Message } from './database-messages.ts';
import type { DatabaseReply, DatabaseRequest } from './database-protocol.ts';

// PostgreSQL runs on a second thread. The first one stays free: it notices at any time, even during an endless loop,
// that its parent is gone, and it writes what is saved while PostgreSQL goes on.
if (isMainThread) guard();
else serve();

/** What the second thread answers: a reply as it is, or bytes to be written before the reply. */
type ThreadReply = DatabaseReply | { readonly kind: 'dumped'; readonly file: string; readonly archive: Uint8Array };

function guard(): void {
  const worker = new Worker(process.argv[1] ?? '');
  let saving: Promise<void> = Promise.resolve();
  const reply = async (answer: ThreadReply): Promise<void> => {
    if (answer.kind === 'dumped') saving = write(answer.file, answer.archive);
    if (answer.kind === 'flushed') await saving;
    process.send?.(answer.kind === 'dumped' ? ({ kind: 'done' } satisfies DatabaseReply) : answer);
  };
  worker.on('message', (answer: ThreadReply) => void reply(answer));
  worker.on('error', (error) => {
    process.send?.({ kind: 'broken', message: error.message } satisfies DatabaseReply, () => process.exit(1));
  });
  worker.on('exit', (code) => process.exit(code));
  process.on('message', (request: DatabaseRequest) => {
    worker.postMessage(request);
  });
  // An orderly exit would wait for the second thread.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

function serve(): void {
  const state: State = { database: null };
  let previous: Promise<void> = Promise.resolve();
  parentPort?.on('message', (request: DatabaseRequest) => {
    previous = previous.then(async () => {
      parentPort?.postMessage(await handle(state, request).catch(broken));
    });
  });
}

interface State {
  database: PGlite | null;
}

async function handle(state: State, request: DatabaseRequest): Promise<ThreadReply> {
  switch (request.kind) {
    case 'boot':
      state.database = await boot(request.extensions, request.startFrom);
      return { kind: 'booted', version: await versionOf(state.database) };
    case 'query':
      return { kind: 'answer', answer: await run(booted(state), request.sql) };
    case 'save':
      return { kind: 'dumped', file: request.file, archive: await dump(booted(state)) };
    case 'flush':
      return { kind: 'flushed' };
  }
}

function broken(error: unknown): DatabaseReply {
  return { kind: 'broken', message: error instanceof Error ? error.message : String(error) };
}

function booted(state: State): PGlite {
  if (state.database === null) throw new Error('The database was asked before it was started.');
  return state.database;
}

async function boot(extensions: Readonly<Record<string, string>>, startFrom: string | null): Promise<PGlite> {
  const [library, engine, initdb, data, saved] = await Promise.all([
    import('@electric-sql/pglite'),
    compile('pglite.wasm'),
    compile('initdb.wasm'),
    readFile(engineFile('pglite.data')),
    startFrom === null ? null : unzipped(startFrom),
  ]);
  return library.PGlite.create({
    pgliteWasmModule: engine,
    initdbWasmModule: initdb,
    fsBundle: new Blob([data]),
    extensions: Object.fromEntries(Object.entries(extensions).map(([name, url]) => [name, new URL(url)])),
    ...(saved === null ? {} : { loadDataDir: new Blob([saved]) }),
  });
}

// TypeScript knows WebAssembly only as a part of the browser.
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<NonNullable<PGliteOptions['pgliteWasmModule']>> };

async function compile(name: 'pglite.wasm' | 'initdb.wasm'): ReturnType<typeof WebAssembly.compile> {
  return WebAssembly.compile(await readFile(engineFile(name)));
}

async function unzipped(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await promisify(gunzip)(await readFile(file)));
}

async function versionOf(database: PGlite): Promise<string> {
  const { rows } = await database.query<{ version: string }>('SELECT version()');
  // "PostgreSQL 18.6 (PGlite 0.5.16) on wasm32-…"
  return rows[0]?.version.replace(/^PostgreSQL /, '').replace(/ on .*$/s, '') ?? 'of unknown version';
}

async function run(database: PGlite, sql: string): Promise<EngineAnswer> {
  const started = performance.now();
  const { messages } = await database.execProtocol(simpleQuery(sql), { syncToFs: false, throwOnError: false });
  // The driver declares only the common fields of a message; database-messages.ts reads each kind's own.
  return answerOf(messages as unknown as readonly Message[], performance.now() - started);
}

async function dump(database: PGlite): Promise<Uint8Array> {
  // Everything in the data files, so that the next start has no log to replay.
  await database.exec('CHECKPOINT');
  const archive = await database.dumpDataDir('none');
  return new Uint8Array(await archive.arrayBuffer());
}

/** A cache that cannot be written is no reason to fail a dry run: the next one takes longer. */
async function write(file: string, archive: Uint8Array): Promise<void> {
  const temporary = `${file}.${String(process.pid)}.tmp`;
  try {
    await writeFile(temporary, await promisify(gzip)(archive, { level: 1 }));
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
