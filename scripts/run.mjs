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
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  late.forEach(clearTimeout);
  return { code, output: Buffer.concat(output).toString('utf8') };
}

/** npm as the user started it, or the one on the PATH. */
export async function npm(args, cwd) {
  const own = process.env['npm_execpath'];
  if (own !== undefined && /npm-cli\.[cm]?js$/.test(own)) return quietly(process.execPath, [own, ...args], { cwd });
  return quietly(windows ? 'npm.cmd' : 'npm', args, { cwd, shell: windows });
}

/** Continues the calling script in the pinned Node, unless this already is the pinned Node. */
export async function continueInPinnedNode() {
  if (process.execPath === pinnedNode) return;
  const child = spawn(pinnedNode, process.argv.slice(1), { stdio: 'inherit', env: environment({}) });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve) => child.once('close', (status) => resolve(status ?? 1)));
  process.exit(code);
}

function environment(extra) {
  const env = { ...process.env, ...extra };
  // What npm tells its scripts about this package would mislead an npm that runs in another folder.
  delete env['npm_config_local_prefix'];
  delete env['npm_config_ignore_scripts'];
  env['PATH'] = [dirname(pinnedNode), env['PATH'] ?? ''].join(delimiter);
  return env;
}
