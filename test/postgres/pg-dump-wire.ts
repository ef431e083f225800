import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { workerData, type MessagePort } from 'node:worker_threads';

/** The thread behind pg-dump.ts: passes on what pg_dump sends, and answers once the server is ready for the next query. */
const { port, answered } = workerData as { readonly port: MessagePort; readonly answered: Int32Array }; // As pg-dump.ts starts it.

type Request = { readonly kind: 'connect'; readonly host: string; readonly port: number } | { readonly kind: 'send'; readonly bytes: Uint8Array };

let socket: Socket | null = null;
/** Bytes of a message that pg_dump has not sent to its end. */
let unsent = Buffer.alloc(0);
let greeted = false;

port.on('message', (request: Request) => {
  handle(request).then(answer, (error: unknown) => { answer(String(error)); });
});

async function handle(request: Request): Promise<Uint8Array> {
  if (request.kind === 'connect') {
    socket?.destroy();
    socket = connect(request.port, request.host);
    await once(socket, 'connect');
    [unsent, greeted] = [Buffer.alloc(0), false];
    return new Uint8Array();
  }
  if (socket === null) throw new Error('not connected');
  socket.write(request.bytes);
  return expectsAnswer(request.bytes) ? readUntilReady(socket) : new Uint8Array();
}

function answer(message: Uint8Array | string): void {
  port.postMessage(message);
  Atomics.store(answered, 0, 1);
  Atomics.notify(answered, 0);
}

/** True when the last of a start-up message, a query or a Sync is on its way (manual 54.7). */
function expectsAnswer(bytes: Uint8Array): boolean {
  unsent = Buffer.concat([unsent, bytes]);
  let asked = false;
  for (;;) {
    // The first message has no letter before its length.
    const head = greeted ? 1 : 0;
    if (unsent.length < head + 4) return asked;
    const size = head + unsent.readInt32BE(head);
    if (unsent.length < size) return asked;
    asked ||= !greeted || 'QS'.includes(String.fromCharCode(unsent[0] ?? 0));
    greeted = true;
    unsent = unsent.subarray(size);
  }
}

/** Everything up to ReadyForQuery. */
function readUntilReady(from: Socket): Promise<Uint8Array> {
  let read = Buffer.alloc(0);
  let at = 0;
  return new Promise((resolve, reject) => {
    const done = (): void => { from.off('data', take).off('close', lose); };
    const lose = (): void => {
      done();
      reject(new Error(`the connection was closed after ${read.toString('latin1')}`));
    };
    const take = (bytes: Buffer): void => {
      read = Buffer.concat([read, bytes]);
      while (read.length >= at + 5) {
        const next = at + 1 + read.readInt32BE(at + 1);
        if (read.length < next) return;
        if (read[at] === 'Z'.charCodeAt(0)) {
          done();
          resolve(new Uint8Array(read));
          return;
        }
        at = next;
      }
    };
    from.on('data', take).on('close', lose);
  });
}
