import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../../scripts/run.mjs';
import { openFile, openWorkbench, runCommand, webviewFrame } from '../../support/browser.ts';
import { startVscodeServer, type VscodeServer } from '../../support/vscode-server.ts';
import { copyExample, type Workspace } from '../../support/workspace.ts';

const newest = '0014_prepare_customer_portal.sql';

/**
 * What the README shows, taken from the running extension. The files are written only with LOCKSTEP_SCREENSHOTS=1,
 * so that an ordinary run leaves the tree as it was.
 */
describe('what the README shows', function () {
  this.timeout(240_000);

  let workspace: Workspace;
  let server: VscodeServer;
  let page: Page;

  before(async () => {
    workspace = copyExample('shop');
    server = await startVscodeServer({ settings: { 'editor.minimap.enabled': false, 'editor.fontSize': 13, 'workbench.activityBar.location': 'hidden', 'workbench.layoutControl.enabled': false, 'window.commandCenter': false } });
    page = await openWorkbench(server.url(workspace.folder), { width: 1280, height: 800 });
    await openFile(page, newest);
    await page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await page.screenshot({ path: `.cache/failed ${this.currentTest.title}.png` });
  });

  after(async () => {
    await page.context().close();
    await server.stop();
    workspace.remove();
  });

  it('the palette with every command', async () => {
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget input[type="text"]').first();
    const rows = page.locator('.quick-input-list .monaco-list-row');
    // The list shows only so many at a time.
    for (const title of ['New Migration', 'Dry Run', 'Generate from Schema', 'Renumber Migration', 'Open the Other Side', 'Show Output']) {
      await input.fill(`>Lockstep: ${title}`);
      await rows.locator('.label-name').getByText(`Lockstep: ${title}`, { exact: true }).first().waitFor();
    }
    await input.fill('>Lockstep');
    await rows.locator('.label-name').getByText('Lockstep: Dry Run', { exact: true }).waitFor();
    await shoot(page, 'palette', 420);
    await page.keyboard.press('Escape');
  });

  it('a squiggle with its fix', async () => {
    await runCommand(page, 'Go to Line/Column...');
    await page.keyboard.type('13:30');
    await page.keyboard.press('Enter');
    await page.locator('.statusbar-item', { hasText: 'Ln 13, Col 30' }).waitFor();
    await page.keyboard.press('Control+.');
    const actions = page.locator('.action-widget .monaco-list-row');
    await actions.filter({ hasText: 'Suppress add-column-volatile-default with a reason' }).waitFor();
    await actions.filter({ hasText: 'Add it empty and set the default for new rows' }).waitFor();
    await shoot(page, 'squiggle', 420);
    await page.keyboard.press('Escape');
  });

  it('the report, light and dark', async () => {
    await runCommand(page, 'Lockstep: Dry Run');
    const report = await webviewFrame(page, '.verdict');
    assert.match(await report.locator('h1').innerText(), /^The down does not bring/);
    await page.locator('.notifications-toasts .notification-toast').first().waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 1280, height: 1000 });
    await shoot(page, 'report-light', 1000);
    await runCommand(page, 'Preferences: Toggle between Light/Dark Themes');
    await page.locator('.monaco-workbench.vs-dark').waitFor();
    await shoot(page, 'report-dark', 1000);
  });
});

async function shoot(page: Page, name: string, height: number): Promise<void> {
  // The caret blinks and lists settle: two pictures of one state should be alike.
  await page.waitForTimeout(700);
  const folder = join(root, process.env['LOCKSTEP_SCREENSHOTS'] === '1' ? 'media/screenshots' : '.cache/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), clip: { x: 0, y: 0, width: 1280, height }, animations: 'disabled', caret: 'hide' });
}
