import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePackages } from '../../scripts/package.mjs';
import { npm, root, run } from '../../scripts/run.mjs';
import { openFile, openWorkbench, runCommand, webviewFrame } from '../support/browser.ts';
import { installVsix, startVscodeServer } from '../support/vscode-server.ts';

describe('the packages', function () {
  this.timeout(300_000);
  let base = '';
  let vsix = '';
  let tarball = '';

  before(async () => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-package-')));
    ({ vsix, tarball } = await makePackages(base));
  });
  after(() => {
    rmSync(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });

  it('keep the extension within 12 MB', () => {
    assert.ok(statSync(vsix).size <= 12_000_000, `${String(statSync(vsix).size)} bytes`);
  });

  it('let a fresh VS Code dry-run a migration with no node_modules anywhere near', async () => {
    const workspace = join(base, 'shop');
    cpSync(join(root, 'examples/shop'), workspace, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
    const server = await startVscodeServer({ install: (extensions) => installVsix(vsix, extensions) });
    try {
      assertShipsOnlyWhatRuns(server.extensions);
      const page = await openWorkbench(server.url(workspace));
      await openFile(page, newestMigration(workspace));
      await runCommand(page, 'Lockstep: Dry Run');
      const report = await webviewFrame(page, '.verdict');
      assert.notEqual((await report.locator('.verdict').innerText()).trim(), '');
      assert.ok((await report.locator('.verdict').count()) === 1);
      await page.context().close();
    } finally {
      await server.stop();
    }
  });

  it('give the command line to whoever runs npx on the tarball', async () => {
    const empty = join(base, 'empty');
    mkdirSync(empty);
    const version = await npm(['exec', '--yes', `--package=${tarball}`, '--', 'lockstep', '--version'], empty);
    assert.match(version, /\d+\.\d+\.\d+/);
    assert.deepEqual(readdirSync(empty), []);
  });

  it('check and dry-run where nothing else is installed', async () => {
    const place = join(base, 'installed');
    mkdirSync(join(place, 'migrations'), { recursive: true });
    writeFileSync(join(place, 'package.json'), '{}');
    await npm(['install', '--ignore-scripts', tarball], place);
    writeFileSync(join(place, 'migrations/0001_add_orders.sql'), 'CREATE TABLE orders (id bigint PRIMARY KEY);\n');
    writeFileSync(join(place, 'migrations/0001_add_orders_rollback.sql'), 'DROP TABLE IF EXISTS orders;\n');
    const cli = join(place, 'node_modules/lockstep/dist/cli.cjs');
    const pipe = { cwd: place, stdio: ['ignore', 'pipe', 'pipe'] };
    const checked = await run(process.execPath, [cli, 'check', '.'], pipe);
    assert.equal(checked.code, 0, checked.output);
    const ran = await run(process.execPath, [cli, 'dry-run', '0001_add_orders'], pipe);
    assert.equal(ran.code, 0, ran.output);
  });
});

function newestMigration(workspace: string): string {
  const files = readdirSync(join(workspace, 'drizzle')).filter((file) => file.endsWith('.sql') && !/down|rollback/.test(file));
  return files.sort().at(-1) ?? assert.fail('the shop has no migrations');
}

function assertShipsOnlyWhatRuns(extensions: string): void {
  const files = readdirSync(extensions, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));
  const allowed = /^(extensions\.json|lockstep\.lockstep-[^/]+(\/(package\.json|\.vsixmanifest|(readme|changelog)\.md|LICENSE(\.txt)?|(dist|media|docs|syntaxes)(\/.*)?))?)$/i;
  assert.deepEqual(files.filter((file) => !allowed.test(file)), []);
  assert.deepEqual(files.filter((file) => /node_modules|\.map$|\.tsx?$|\btest\b/.test(file)), []);
  for (const bundle of ['extension.cjs', 'server.cjs', 'database.cjs', 'cli.cjs', 'webview.js', 'webview.css']) {
    assert.ok(files.some((file) => file.endsWith(`/dist/${bundle}`)), `${bundle} is missing`);
  }
}
