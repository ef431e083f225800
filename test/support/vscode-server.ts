import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { quietly, root } from '../../scripts/run.mjs';
import { writesLogs } from '../../scripts/vscode-logger.mjs';

/** A VS Code on 127.0.0.1; everything it keeps is in a folder of its own that goes with it. */
export interface VscodeServer {
  readonly port: number;
  /** Its extensions are unpacked here. */
  readonly extensions: string;
  /** Its logs, caches and storages. */
  readonly data: string;
  /** The address that opens a folder of this machine in the workbench. */
  url(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** What it wrote so far, for a failure's message. */
  log(): string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Puts extensions into the given folder before the start; left out: the working tree's own build. */
  readonly install?: (extensions: string) => Promise<void> | void;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** `suite`: the page may name an extension and tests to load. `guarded`: a token in the address keeps other users of the machine out. */
  readonly mode?: 'suite' | 'guarded';
  /** How much it logs; left out: as VS Code does by itself. */
  readonly log?: 'trace';
  /** Leaves Restricted Mode possible. */
  readonly trust?: 'asked';
}

/** False where its logger could not be built; `npm test` then says so, and fails in continuous integration. */
export const outputsHere: boolean = writesLogs();

/** The folder of the VS Code inside the npm package `code-server`. */
export const vscodeFolder = join(root, 'test/vscode/server/node_modules/code-server/lib/vscode');

/** Starts the VS Code server from npm on a free port and waits until it listens. */
export async function startVscodeServer(options: ServerOptions = {}): Promise<VscodeServer> {
  const base = mkdtempSync(join(tmpdir(), 'lockstep-vscode-'));
  const extensions = join(base, 'extensions');
  mkdirSync(extensions);
  // A palette that an editor's late focus closes is a nuisance for people and a riddle in a test.
  writeSettings(base, { ...(options.mode === 'guarded' ? {} : { 'workbench.quickOpen.closeOnFocusLost': false }), ...options.settings });
  await (options.install ?? installWorkingTree)(extensions);
  const token = options.mode === 'guarded' ? crypto.randomUUID() : null;
  const output: string[] = [];
  const child = spawn(process.execPath, serverArguments(base, token, options), {
    cwd: base,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...ownEnvironment(), ...options.env },
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part: string) => output.push(part));
  const kill = (): void => {
    signalTree(child, 'SIGKILL');
    rmSync(base, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', kill);
  const port = await listeningPort(child, output);
  return {
    port,
    extensions,
    data: join(base, 'data'),
    log: () => output.join(''),
    url(folder, payload = []) {
      const query = new URLSearchParams({ folder });
      if (token !== null) query.set('tkn', token);
      if (payload.length > 0) query.set('payload', JSON.stringify(payload));
      return `http://127.0.0.1:${String(port)}/?${query.toString()}`;
    },
    async stop() {
      process.off('exit', kill);
      await endTree(child);
      rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Copies what a package would hold into the extensions folder: the manifest and its `files`. */
export function installWorkingTree(extensions: string): void {
  // The manifest is npm's own format; a missing field would fail the copies below.
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { publisher: string; name: string; version: string; files: string[] };
  const folder = join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  for (const file of ['package.json', ...manifest.files]) {
    if (!file.startsWith('!')) cpSync(join(root, file), join(folder, file), { recursive: true, filter: (path) => !path.endsWith('.map') });
  }
}

/** Lets VS Code itself install a package into the extensions folder. */
export async function installVsix(vsix: string, extensions: string): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'lockstep-install-'));
  const folders = [`--extensions-dir=${extensions}`, `--server-data-dir=${data}`];
  await quietly(process.execPath, [join(vscodeFolder, 'out/server-main.js'), '--accept-server-license-terms', ...folders, '--install-extension', vsix]);
  rmSync(data, { recursive: true, force: true });
}

function writeSettings(base: string, settings: Readonly<Record<string, unknown>>): void {
  const machine = join(base, 'data/Machine');
  mkdirSync(machine, { recursive: true });
  const quiet = {
    'workbench.startupEditor': 'none',
    'workbench.welcomePage.walkthroughs.openOnInstall': false,
    'workbench.tips.enabled': false,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.disableAIFeatures': true,
    'extensions.ignoreRecommendations': true,
    // In a browser VS Code saves by itself, a second after an edit: what a test types and does not save would depend on how fast it is.
    'files.autoSave': 'off',
    'extensions.autoCheckUpdates': false,
    'git.openRepositoryInParentFolders': 'never',
    'security.workspace.trust.startupPrompt': 'never',
    'telemetry.telemetryLevel': 'off',
    'update.mode': 'none',
  };
  writeFileSync(join(machine, 'settings.json'), JSON.stringify({ ...quiet, ...settings }));
}

function serverArguments(base: string, token: string | null, options: ServerOptions): string[] {
  return [
    join(vscodeFolder, 'out/server-main.js'),
    '--host=127.0.0.1',
    '--port=0',
    token === null ? '--without-connection-token' : `--connection-token=${token}`,
    '--accept-server-license-terms',
    '--disable-telemetry',
    ...(options.log === undefined ? [] : [`--log=${options.log}`]),
    ...(options.trust === 'asked' ? [] : ['--disable-workspace-trust']),
    ...(options.mode === 'suite' ? ['--enable-smoke-test-driver'] : []),
    `--server-data-dir=${base}`,
    `--extensions-dir=${join(base, 'extensions')}`,
  ];
}

/** VS Code reads VSCODE_* and ELECTRON_*, which belong to the editor whose terminal may have started this. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|npm_)/.test(name)));
}

async function listeningPort(child: ChildProcess, output: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      const port = /Extension host agent listening on (\d+)/.exec(output.join(''));
      if (port !== null) resolve(Number(port[1]));
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`The VS Code server ended with ${String(code)} before it listened:\n${output.join('')}`));
    });
  });
}

async function endTree(child: ChildProcess): Promise<void> {
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  signalTree(child, 'SIGTERM');
  const late = setTimeout(() => {
    signalTree(child, 'SIGKILL');
  }, 5000);
  await ended;
  clearTimeout(late);
  signalTree(child, 'SIGKILL');
}

/** Extension hosts and language servers are in the process group that `detached` made for the server. */
function signalTree(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch {
    // The whole group has ended already.
  }
}

/** The address under which the workbench's page knows a path of the server's machine. */
export function remotePath(server: VscodeServer, path: string): string {
  return `vscode-remote://127.0.0.1:${String(server.port)}${pathToFileURL(path).pathname}`;
}
