import assert from 'node:assert/strict';
import { runCommand, webviewFrame } from '../../support/browser.ts';
import { shoot, useWorkbench } from '../../support/workbench.ts';
import { copyExample } from '../../support/workspace.ts';

/**
 * What the README shows, taken from the running extension. The files are written only with LOCKSTEP_SCREENSHOTS=1,
 * so that an ordinary run leaves the tree as it was.
 */
describe('what the README shows', function () {
  this.timeout(240_000);

  const workbench = useWorkbench({
    folder: () => copyExample('shop'),
    server: { settings: { 'editor.minimap.enabled': false, 'editor.fontSize': 13, 'workbench.activityBar.location': 'hidden', 'workbench.layoutControl.enabled': false, 'window.commandCenter': false } },
    size: { width: 1280, height: 800 },
    opens: { file: '0014_prepare_customer_portal.sql', shows: 'a finding' },
  });

  before(() => runCommand(workbench.page, 'View: Toggle Primary Side Bar Visibility'));

  it('the palette with every command', async () => {
    const { page } = workbench;
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
    await shoot(page, 'palette', { of: 'the readme', clip: { width: 1280, height: 420 } });
    await page.keyboard.press('Escape');
  });

  it('a squiggle with its fix', async () => {
    const { page } = workbench;
    await runCommand(page, 'Go to Line/Column...');
    await page.keyboard.type('13:30');
    await page.keyboard.press('Enter');
    await page.locator('.statusbar-item', { hasText: 'Ln 13, Col 30' }).waitFor();
    await page.keyboard.press('Control+.');
    const actions = page.locator('.action-widget .monaco-list-row');
    await actions.filter({ hasText: 'Suppress add-column-volatile-default with a reason' }).waitFor();
    await actions.filter({ hasText: 'Add it empty and set the default for new rows' }).waitFor();
    await shoot(page, 'squiggle', { of: 'the readme', clip: { width: 1280, height: 420 } });
    await page.keyboard.press('Escape');
  });

  it('the report, light and dark', async () => {
    const { page } = workbench;
    await runCommand(page, 'Lockstep: Dry Run');
    const report = await webviewFrame(page, '.verdict');
    assert.match(await report.locator('h1').innerText(), /^The down does not bring/);
    await page.locator('.notifications-toasts .notification-toast').first().waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 1280, height: 1000 });
    await shoot(page, 'report-light', { of: 'the readme', clip: { width: 1280, height: 1000 } });
    await runCommand(page, 'Preferences: Toggle between Light/Dark Themes');
    await page.locator('.monaco-workbench.vs-dark').waitFor();
    await shoot(page, 'report-dark', { of: 'the readme', clip: { width: 1280, height: 1000 } });
  });
});
