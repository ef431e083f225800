import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { openFile, runCommand, webviewFrame } from '../../support/browser.ts';
import { scratchFolder } from '../../support/migrations.ts';
import { shoot, useWorkbench } from '../../support/workbench.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { sharedEmulator, withParent } from '../support.ts';

describe('the view of Neon branches', function () {
  this.timeout(240_000);

  let emulator: Emulator;
  const workbench = useWorkbench({
    folder: () => scratchFolder({
      '.neon': JSON.stringify({ projectId: emulator.project.id }),
      'lockstep.config.json': '{ "postgres": 15, "runnerLockTimeout": "5s" }\n',
      'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
      'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
      'migrations/0002_totals_for_orders.sql': 'ALTER TABLE orders ADD COLUMN total numeric(12, 2);\nCREATE INDEX orders_total ON orders (total);\n',
      'migrations/0002_totals_for_orders_rollback.sql': 'DROP INDEX IF EXISTS orders_total;\nALTER TABLE orders DROP COLUMN IF EXISTS total;\n',
    }),
    async server() {
      emulator = await sharedEmulator();
      return { settings: { 'lockstep.target': 'neon', 'editor.minimap.enabled': false }, env: { NEON_API_HOST: emulator.apiHost } };
    },
  });

  after(() => emulator.reset());

  it('asks for a key, lists what Lockstep made with its age, and deletes it on request', async () => {
    const { page } = workbench;
    const annotation = { 'lockstep-owner': 'aaaaaa_1_0', 'lockstep-purpose': 'dry run' };
    await emulator.project.branch({ name: 'lockstep-left', parentId: emulator.main.id, expiresAt: new Date(Date.now() + 3_600_000), annotation, withEndpoint: false });
    await emulator.project.branch({ name: 'feature', parentId: emulator.main.id, expiresAt: null, annotation: {}, withEndpoint: false });
    const pane = page.locator('.pane', { has: page.locator('.pane-header', { hasText: 'Neon Branches' }) });
    await pane.locator('.pane-header').click();
    await pane.getByText('No Neon API key is set').waitFor();
    assert.deepEqual(emulator.log, []);

    await runCommand(page, 'Lockstep: Set Neon API Key');
    const input = page.locator('.quick-input-widget input').first();
    await page.locator('.quick-input-title', { hasText: 'Neon API key' }).waitFor();
    assert.equal(await input.getAttribute('type'), 'password');
    await input.fill(emulator.apiKey);
    await input.press('Enter');
    const row = pane.locator('.monaco-list-row', { hasText: 'lockstep-left' });
    await row.waitFor();
    assert.match(await row.innerText(), /made .*(now|ago), expires in (59|60) minutes/);
    assert.equal(await pane.locator('.monaco-list-row').count(), 1);
    await shoot(page, 'neon-branches', { of: 'the readme', clip: { width: 720, height: 900 } });

    // Its actions show on the selected row as they do under the mouse.
    await row.click();
    await row.locator('.action-label[aria-label*="Delete Neon Branch"]').click();
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('Delete the Neon branch lockstep-left?').waitFor();
    await dialog.getByRole('button', { name: 'Delete Branch' }).click();
    await pane.getByText('Lockstep has no branch there.').waitFor();
    assert.deepEqual(emulator.branches().map(({ name }) => name), ['feature']);
    assert.deepEqual(emulator.mistakes, []);
    const shown = await page.locator('body').innerText();
    for (const text of [shown, workbench.server.log()]) assert.equal(text.includes(emulator.apiKey), false, 'the key was shown');
  });

  it('dry-runs on a branch from the workbench, and the report shows Neon’s opinion and no secret', async () => {
    const { page } = workbench;
    await emulator.reset();
    await withParent(emulator, `CREATE TABLE orders (id bigint PRIMARY KEY, note text); INSERT INTO orders SELECT n, 'note ' || n FROM generate_series(1, 2000) n; ALTER TABLE orders OWNER TO neon_owner`, async () => {
      await openFile(page, '0002_totals_for_orders.sql');
      await runCommand(page, 'Lockstep: Dry Run');
      const report = await webviewFrame(page, '.verdict');
      assert.match(await report.locator('h1').innerText(), /^The down brings everything back/);
      const words = await report.locator('body').innerText();
      assert.match(words, /on a Neon branch of main/);
      assert.match(words, /Neon’s compare_schema/);
      for (const secret of [emulator.apiKey, emulator.project.password]) assert.equal(words.includes(secret), false, 'a secret was shown');
      await shootReport(page);
    });
    assert.deepEqual(emulator.branches(), []);
    assert.deepEqual(emulator.mistakes, []);
  });

  it('asks Neon nothing more once the key is forgotten', async () => {
    const { page } = workbench;
    await runCommand(page, 'Lockstep: Forget Neon API Key');
    await page.locator('.notification-toast', { hasText: 'no longer knows a Neon API key' }).waitFor();
    emulator.log.length = 0;
    await runCommand(page, 'Lockstep: Refresh Neon Branches');
    await page.locator('.pane').getByText('No Neon API key is set').waitFor();
    assert.deepEqual(emulator.log, []);
  });
});

async function shootReport(page: Page): Promise<void> {
  await page.locator('.notifications-toasts .notification-toast').first().waitFor({ state: 'detached' });
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await page.setViewportSize({ width: 1280, height: 1000 });
  await shoot(page, 'report-neon', { of: 'the readme' });
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
}
