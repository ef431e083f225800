import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../../scripts/run.mjs';
import { openFile, openWorkbench, runCommand, webviewFrame } from '../../support/browser.ts';
import { startVscodeServer, type VscodeServer } from '../../support/vscode-server.ts';
import { copyExample, type Workspace } from '../../support/workspace.ts';

describe('a migration generated from the schema, in the workbench', function () {
  this.timeout(240_000);

  let workspace: Workspace;
  let server: VscodeServer;
  let page: Page;

  before(async () => {
    workspace = copyExample('shop');
    const schema = join(workspace.folder, 'src/schema.ts');
    writeFileSync(schema, readFileSync(schema, 'utf8').replace("displayName: text('display_name')", "fullName: text('full_name')"));
    server = await startVscodeServer({ settings: { 'editor.minimap.enabled': false } });
    page = await openWorkbench(server.url(workspace.folder), { width: 1280, height: 1000 });
    await openFile(page, '0014_prepare_customer_portal.sql');
    await page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await page.screenshot({ path: `.cache/failed ${this.currentTest.title}.png` });
  });

  after(async () => {
    await page.context().close();
    await server.stop();
    workspace.remove();
  });

  it('asks in a picker whether a column was renamed, shows what it made, and writes it on request', async () => {
    await runCommand(page, 'Lockstep: Generate from Schema');
    const input = page.locator('.quick-input-widget input[type="text"]').first();
    await page.locator('.quick-input-title', { hasText: 'Generate from Schema' }).waitFor();
    await input.fill('rename_display_name_of_users');
    await page.locator('.quick-input-message', { hasText: 'Will write' }).waitFor();
    await input.press('Enter');
    await page.locator('.quick-input-title', { hasText: 'drizzle-kit asks' }).waitFor({ timeout: 60_000 });
    await shoot(page, 'generate-question');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'rename column: display_name › full_name' }).click();
    const report = await webviewFrame(page, '.proposal');
    assert.match(await report.locator('.proposal').innerText(), /not written yet[^]*drizzle\/0015_rename_display_name_of_users\.sql/);
    assert.match(await report.locator('#sql').innerText(), /RENAME COLUMN "display_name" TO "full_name"/);
    await shoot(page, 'generate-light');
    await runCommand(page, 'Preferences: Toggle between Light/Dark Themes');
    await page.locator('.monaco-workbench.vs-dark').waitFor();
    await shoot(page, 'generate-dark');
    const up = join(workspace.folder, 'drizzle/0015_rename_display_name_of_users.sql');
    assert.ok(!existsSync(up));
    await report.getByRole('button', { name: 'Write the Migration' }).click();
    await page.locator('.tab', { hasText: '0015_rename_display_name_of_users.down.sql' }).waitFor({ timeout: 30_000 });
    assert.match(readFileSync(up, 'utf8'), /RENAME COLUMN/);
    await page.locator('.tab', { hasText: 'Dry Run: 0015_rename_display_name_of_users' }).click();
    const accepted = await webviewFrame(page, '.verdict');
    await accepted.getByRole('button', { name: 'Run Again' }).waitFor();
    assert.equal(await accepted.locator('.proposal').count(), 0);
  });
});

async function shoot(page: Page, name: string): Promise<void> {
  const folder = join(root, '.cache/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
}
