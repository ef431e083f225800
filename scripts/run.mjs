// Starting other programs, with Node built-ins only: this runs before anything is installed.
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const windows = process.platform === 'win32';
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

/** Runs a program with its output hidden; a failure is an error that carries the output. */
export async function quietly(file, args, options = {}) {
  const result = await run(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  if (result.code !== 0) throw new Error(`${[file, ...args].join(' ')} ended with ${result.code}\n${result.output.trim().split('\n').slice(0, 20).join('\n')}`);
  return result.output;
}

/**
 * Runs a program on this terminal, or hidden when `stdio` says so, and tells how it ended.
 * After `limit` milliseconds it is told to end, and a little later made to.
 */
export async function run(file, args, { limit, ...options } = {}) {
  const child = spawn(file, args, { cwd: root, stdio: 'inherit', ...options, env: environment(options.env) });
  const late = limit === undefined ? [] : [setTimeout(() => child.kill('SIGTERM'), limit), setTimeout(() => child.kill('SIGKILL'), limit + 10_000)];
  const output = [];
  child.stdout?.on('data', (part) => output.push(part));
  child.stderr?.on('data', (part) => output.push(part));
  const code = await closed(child);
  late.forEach(clearTimeout);
  return { code, output: Buffer.concat(output).toString('utf8') };
}

/** Names how to end something that must not outlive this script; the answer forgets it again. */
export function endWithScript(end) {
  endings.add(end);
  return () => endings.delete(end);
}

/** Waits for a child's end, and ends it when this script is told to end. */
async function closed(child) {
  const end = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  const forget = endWithScript(async () => {
    child.kill('SIGTERM');
    await end;
  });
  try {
    return await end;
  } finally {
    forget();
  }
}

const endings = new Set();

/** Ends what runs on Ctrl-C, and when npm is killed: its shell does not pass that on, but our parent changes. */
function watchForTheEnd() {
  const parent = process.ppid;
  const end = async () => {
    clearInterval(watch);
    await Promise.allSettled([...endings].map((each) => each()));
    process.exit(130);
  };
  const watch = setInterval(() => process.ppid !== parent && void end(), 500).unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end());
}

/** npm as the user started it, or the one on the PATH. */
export async function npm(args, cwd) {
  const own = process.env['npm_execpath'];
  if (own !== undefined && /npm-cli\.[cm]?js$/.test(own)) return quietly(process.execPath, [own, ...args], { cwd });
  return quietly(windows ? 'npm.cmd' : 'npm', args, { cwd, shell: windows });
}

/** Continues the calling script in the pinned Node, unless this already is the pinned Node. */
export async function continueInPinnedNode(flags = []) {
  watchForTheEnd();
  if (process.execPath === pinnedNode && flags.every((flag) => process.execArgv.includes(flag))) return;
  const { code } = await run(pinnedNode, [...flags, ...process.argv.slice(1)], { cwd: process.cwd() });
  process.exit(typeof code === 'number' ? code : 1);
}

function environment(extra) {
  const env = { ...process.env, ...extra };
  // What npm tells its scripts about this package would mislead an npm that runs in another folder.
  delete env['npm_config_local_prefix'];
  delete env['npm_config_ignore_scripts'];
  env['PATH'] = [dirname(pinnedNode), env['PATH'] ?? ''].join(delimiter);
  return env;
}
