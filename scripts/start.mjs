// npm start: checks and dry-runs examples/shop in this terminal, then opens it in VS Code.   npm start -- --terminal   ends before VS Code.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { continueInPinnedNode, endWithScript, pinnedNode, root, run } from './run.mjs';
import { ensurePackages, tools } from './setup.mjs';

const shop = join(root, 'examples/shop');

await ensurePackages();
await continueInPinnedNode();
await build();
const failed = await showInTerminal();
if (failed) process.exitCode = 1;
else if (!process.argv.includes('--terminal')) await openEditor();

async function build() {
  const start = Date.now();
  const { buildBundles, entries } = await import('../esbuild.mjs');
  await buildBundles(Object.keys(entries), { dev: false });
  console.log(`› built in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

/** The newest migration of the shop is dangerous on purpose, so findings (exit code 1) are what should come. */
async function showInTerminal() {
  for (const args of [['check', '.'], ['dry-run']]) {
    console.log(`\n$ cd examples/shop && npx lockstep ${args.join(' ')}\n`);
    const { code } = await run(pinnedNode, [join(root, 'dist/cli.cjs'), ...args], { cwd: shop });
    if (code !== 0 && code !== 1) return true;
  }
  return false;
}

async function openEditor() {
  const desktop = desktopCode();
  const close = desktop === null ? await openServer() : await openDesktop(desktop);
  if (close === null) return;
  console.log('Ctrl-C ends it.');
  endWithScript(close);
  // Nothing is left to do but to wait for that.
  setInterval(() => undefined, 60_000);
}

/** The VS Code of this desktop, in a profile of its own so that nothing of the user's changes. */
async function openDesktop(code) {
  const profile = mkdtempSync(join(tmpdir(), 'lockstep-code-'));
  const args = ['--new-window', '--disable-workspace-trust', `--user-data-dir=${profile}`, `--extensionDevelopmentPath=${root}`, shop];
  const child = spawn(code, args, { stdio: 'ignore', shell: process.platform === 'win32' });
  await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  console.log('\nVS Code opens examples/shop with the extension loaded.');
  return async () => {
    // `code` only hands over to the editor, which writes its process id into its profile.
    const lock = join(profile, 'code.lock');
    const editor = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : NaN;
    if (editor > 0) await end(editor);
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
}

async function openServer() {
  const lack = await tools.vscode();
  if (lack !== null) {
    console.error(`${lack.reason}\n  ${lack.cure}`);
    process.exitCode = 1;
    return null;
  }
  const { startVscodeServer } = await import('../test/support/vscode-server.ts');
  const server = await startVscodeServer({ mode: 'guarded' });
  console.log(`\nThere is no \`code\` on the PATH. VS Code is served at\n\n  ${server.url(shop)}\n`);
  return () => server.stop();
}

function desktopCode() {
  const names = process.platform === 'win32' ? ['code.cmd'] : ['code'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file)) ?? null;
}

async function end(pid) {
  try {
    process.kill(pid, 'SIGTERM');
    for (let waited = 0; waited < 10_000; waited += 100) {
      process.kill(pid, 0);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    process.kill(pid, 'SIGKILL');
  } catch {
    // No such process any more: it has ended.
  }
}
