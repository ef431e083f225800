import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A diagnostic as it came over the wire. */
export interface WireDiagnostic {
  readonly range: { readonly start: WirePosition; readonly end: WirePosition };
  readonly severity: number;
  readonly code?: string;
  readonly codeDescription?: { readonly href: string };
  readonly source: string;
  readonly message: string;
  readonly tags?: readonly number[];
  readonly relatedInformation?: readonly { readonly location: { readonly uri: string }; readonly message: string }[];
}

export interface WirePosition {
  readonly line: number;
  readonly character: number;
}

/** What stands between two positions of the text is replaced; offsets are the client's business. */
export interface WireChange {
  readonly start: WirePosition;
  readonly end: WirePosition;
  readonly text: string;
}

export interface ClientOptions {
  readonly folder: string;
  /** The program and its arguments; left out: the server from the sources, over stdio. */
  readonly command?: readonly [string, ...string[]];
  readonly initializationOptions?: Readonly<Record<string, unknown>>;
  readonly capabilities?: Readonly<Record<string, unknown>>;
  /** What this editor answers to requests of the server; everything else gets null. */
  readonly answers?: Answers;
  readonly env?: Readonly<Record<string, string>>;
}

type Answers = Readonly<Record<string, (params: unknown) => unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** The server from the sources; inside VS Code a test names the built one instead. */
const entry = fileURLToPath(new URL('../../src/lsp/main.ts', import.meta.url));

/** An editor of a few lines that shares no code with VS Code's client: it speaks the protocol over stdio, byte by byte. */
export class LspClient {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  readonly #published = new Map<string, { readonly version: number | null; readonly diagnostics: readonly WireDiagnostic[] }>();
  readonly #versions = new Map<string, number>();
  readonly #notifications: { readonly method: string; readonly params: unknown }[] = [];
  readonly #answers: Answers;
  #listeners: (() => void)[] = [];
  #buffer = Buffer.alloc(0);
  #errors = '';
  #nextId = 1;

  constructor(child: ChildProcess, answers: Answers = {}) {
    this.#child = child;
    this.#answers = answers;
    child.stdout?.on('data', (part: Buffer) => this.#read(part));
    child.stderr?.setEncoding('utf8').on('data', (part: string) => (this.#errors += part));
    child.once('exit', (code, signal) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`the server ended (${String(code ?? signal)})\n${this.#errors}`));
    });
  }

  static async start(options: ClientOptions): Promise<LspClient> {
    // Inside VS Code, `process.execPath` can be Electron; the variable makes it behave as Node.
    const [program, ...parts] = options.command ?? [process.execPath, entry, '--stdio'];
    const client = new LspClient(spawn(program, parts, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...options.env } }), options.answers);
    const folder = { uri: pathToFileURL(options.folder).href, name: 'test' };
    await client.request('initialize', {
      processId: process.pid,
      rootUri: folder.uri,
      workspaceFolders: [folder],
      capabilities: options.capabilities ?? { workspace: { workspaceFolders: true } },
      initializationOptions: options.initializationOptions ?? {},
    });
    client.notify('initialized', {});
    return client;
  }

  /** Opens a file as the disk has it, or with the text of an editor that has not saved yet. */
  open(path: string, text = readFileSync(path, 'utf8')): void {
    const version = this.#nextVersion(path);
    this.notify('textDocument/didOpen', { textDocument: { uri: uri(path), languageId: 'sql', version, text } });
  }

  change(path: string, changes: readonly WireChange[]): void {
    const version = this.#nextVersion(path);
    const contentChanges = changes.map(({ start, end, text }) => ({ range: { start, end }, text }));
    this.notify('textDocument/didChange', { textDocument: { uri: uri(path), version }, contentChanges });
  }

  replace(path: string, text: string): void {
    const version = this.#nextVersion(path);
    this.notify('textDocument/didChange', { textDocument: { uri: uri(path), version }, contentChanges: [{ text }] });
  }

  close(path: string): void {
    this.notify('textDocument/didClose', { textDocument: { uri: uri(path) } });
  }

  /** What is underlined in the newest version of an open file. */
  async diagnostics(path: string): Promise<readonly WireDiagnostic[]> {
    const wanted = this.#versions.get(path) ?? null;
    return this.until(() => {
      const last = this.#published.get(uri(path));
      return last !== undefined && last.version === wanted ? last.diagnostics : null;
    }, `diagnostics of ${path}`);
  }

  /** What was last published for a file, open or not. */
  published(path: string): readonly WireDiagnostic[] {
    return this.#published.get(uri(path))?.diagnostics ?? [];
  }

  /** Waits for a state that messages bring about. */
  async until<T>(look: () => T | null, what: string): Promise<T> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const seen = look();
      if (seen !== null) return seen;
      if (this.#child.exitCode !== null) throw new Error(`the server ended while waiting for ${what}\n${this.#errors}`);
      if (Date.now() > deadline) throw new Error(`nothing came: ${what}\n${this.#errors}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        this.#listeners.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  received(method: string): readonly unknown[] {
    return this.#notifications.filter((message) => message.method === method).map((message) => message.params);
  }

  /** The answer as the caller knows it to be: the wire has no types. */
  request<T>(method: string, params: unknown): Promise<T> {
    return this.begin<T>(method, params).answer;
  }

  /** A request that can be cancelled while it runs. */
  begin<T>(method: string, params: unknown): { readonly answer: Promise<T>; cancel(): void } {
    const id = this.#nextId++;
    const answer = new Promise<T>((resolve, reject) => this.#pending.set(id, { resolve: resolve as (result: unknown) => void, reject }));
    this.#send({ id, method, params });
    return { answer, cancel: () => this.notify('$/cancelRequest', { id }) };
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  /** Ends as an editor does; resolves with the exit code of the server. */
  async stop(): Promise<number | null> {
    const ended = this.#child.exitCode === null ? once(this.#child, 'exit') : Promise.resolve([this.#child.exitCode]);
    await this.request('shutdown', null);
    this.notify('exit', null);
    const [code] = (await ended) as [number | null];
    return code;
  }

  /** Versions go on growing when a file is opened again, so that a late answer is never taken for a new one. */
  #nextVersion(path: string): number {
    const version = (this.#versions.get(path) ?? 0) + 1;
    this.#versions.set(path, version);
    return version;
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#child.stdin?.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  #read(part: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, part]);
    for (;;) {
      const headerEnd = this.#buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, Math.max(0, headerEnd)).toString())?.[1]);
      if (headerEnd < 0 || this.#buffer.length < headerEnd + 4 + length) break;
      const body = this.#buffer.subarray(headerEnd + 4, headerEnd + 4 + length).toString();
      this.#buffer = this.#buffer.subarray(headerEnd + 4 + length);
      this.#receive(JSON.parse(body) as Message);
    }
    const waiting = this.#listeners;
    this.#listeners = [];
    for (const wake of waiting) wake();
  }

  #receive(message: Message): void {
    if (message.method === undefined && message.id !== undefined) {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.error === undefined) pending?.resolve(message.result);
      else pending?.reject(new Error(message.error.message));
      return;
    }
    // Most of what the server asks needs no more than "yes": registrations and folders.
    if (message.id !== undefined) this.#send({ id: message.id, result: this.#answers[message.method ?? '']?.(message.params) ?? null });
    if (message.method === undefined) return;
    this.#notifications.push({ method: message.method, params: message.params });
    if (message.method !== 'textDocument/publishDiagnostics') return;
    const { uri: at, version, diagnostics } = message.params as { uri: string; version?: number; diagnostics: WireDiagnostic[] };
    this.#published.set(at, { version: version ?? null, diagnostics });
  }
}

function uri(path: string): string {
  return pathToFileURL(path).href;
}
