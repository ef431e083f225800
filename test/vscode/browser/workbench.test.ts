import assert from 'node:assert/strict';
import type { Frame, Page } from 'playwright-core';
import { reportViewType } from '../../../src/vscode/contributions.ts';
import { chooseBlank, layoutKept, openFile, runCommand, webviewFrame } from '../../support/browser.ts';
import { scratchFolder } from '../../support/migrations.ts';
import { allSaved, squiggle, useWorkbench } from '../../support/workbench.ts';

const hostile = '"><img src=x onerror=alert(1)>';
const hostileName = `"${hostile.replaceAll('"', '""')}"`;

const files = {
  'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n',
  'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
  'migrations/0002_add_status_check.sql': "SET LOCAL lock_timeout = '5s';\n\nALTER TABLE orders ADD CONSTRAINT orders_status_known CHECK (status <> '');\n",
  'migrations/0002_add_status_check_rollback.sql': "SET LOCAL lock_timeout = '5s';\n\nALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_status_known;\n",
  'migrations/0003_name_of_an_attacker.sql': `CREATE TABLE ${hostileName} (id bigint PRIMARY KEY);\n`,
  'migrations/0003_name_of_an_attacker_rollback.sql': `DROP TABLE IF EXISTS ${hostileName};\n`,
  'migrations/0004_wait_long.sql': 'SELECT pg_sleep(25);\n',
  'migrations/0004_wait_long_rollback.sql': 'SELECT 1;\n',
};

describe('the workbench, driven like a user does', function () {
  this.timeout(240_000);

  const workbench = useWorkbench({ folder: () => scratchFolder(files), opens: { file: '0002_add_status_check.sql', shows: 'a finding' } });

  it('New Migration says why a vague name is vague, then opens up and down side by side', async () => {
    const { page } = workbench;
    await runCommand(page, 'Lockstep: New Migration');
    const input = page.locator('.quick-input-widget input[type="text"]').first();
    await page.locator('.quick-input-title', { hasText: 'New Migration in migrations (SQL pairs)' }).waitFor();
    await chooseBlank(page);
    await input.fill('update schema');
    await page.locator('.quick-input-message', { hasText: 'does not say what changes' }).waitFor();
    await input.fill('add currency to orders');
    await page.locator('.quick-input-message', { hasText: '0005_add_currency_to_orders.sql' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.editor-group-container .tab.active', { hasText: '0005_add_currency_to_orders.sql' }).waitFor();
    await page.locator('.editor-group-container .tab.active', { hasText: '0005_add_currency_to_orders_rollback.sql' }).waitFor();
    assert.equal(await page.locator('.editor-group-container').count(), 2);
    // The cursor is where typing starts: what is typed now goes into the up.
    await page.keyboard.type('SELECT 1;');
    await page.locator('.editor-group-container.active .view-line', { hasText: 'SELECT 1;' }).waitFor();
    await page.locator('.tab.active.dirty', { hasText: '0005_add_currency_to_orders.sql' }).waitFor();
    await page.keyboard.press('Control+S');
    await allSaved(page);
  });

  it('the keyboard alone finds a problem and mends it', async () => {
    const { page } = workbench;
    await runCommand(page, 'View: Close All Editors');
    await openFile(page, '0002_add_status_check.sql');
    await squiggle(page).waitFor();
    await page.keyboard.press('F8');
    await page.locator('.marker-widget', { hasText: 'check-validates' }).waitFor();
    await page.keyboard.press('Escape');
    // The widget gives the focus back to the editor, which would close a menu that is already open.
    await page.locator('.marker-widget').waitFor({ state: 'hidden' });
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    await page.keyboard.press('Control+.');
    const actions = page.locator('.action-widget');
    await actions.locator('.monaco-list-row', { hasText: 'Suppress check-validates with a reason' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.view-line', { hasText: 'NOT VALID' }).first().waitFor();
    await page.keyboard.press('Control+Z');
    await page.locator('.view-line', { hasText: 'NOT VALID' }).first().waitFor({ state: 'detached' });
    await page.keyboard.press('Control+S');
    await allSaved(page);
  });

  it("a rule's id leads to its page, rendered", async () => {
    const { page } = workbench;
    await runCommand(page, 'Go to Line/Column...');
    await page.keyboard.type('3:40');
    await page.keyboard.press('Enter');
    await page.locator('.statusbar-item', { hasText: 'Ln 3, Col 40' }).waitFor();
    await page.keyboard.press('Control+K');
    await page.keyboard.press('Control+I');
    await page.locator('.monaco-hover', { hasText: 'ACCESS EXCLUSIVE on orders' }).waitFor();
    await page.locator('.monaco-hover a.code-link, .monaco-hover .code-link').first().click();
    await page.locator('.tab.active', { hasText: 'check-validates.md' }).waitFor();
    await webviewFrame(page, 'h2:has-text("Instead")');
    await openFile(page, '0002_add_status_check.sql');
  });

  it('a dry run ends with its verdict, and a statement leads back to its line', async () => {
    const { page } = workbench;
    await openFile(page, '0002_add_status_check.sql');
    await runCommand(page, 'Lockstep: Dry Run');
    const report = await verdict(page, 'The down brings everything back');
    await report.locator('.statements tbody tr.leads').nth(1).locator('td').last().click();
    await page.locator('.editor-group-container.active .tab.active', { hasText: '0002_add_status_check.sql' }).waitFor();
    await page.locator('.statusbar-item', { hasText: /Ln 3.*selected/ }).waitFor();
  });

  it('a reload brings the report back', async () => {
    const { page } = workbench;
    await layoutKept(page, reportViewType);
    await page.reload();
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await verdict(page, 'The down brings everything back');
  });

  it("the schema diff opens in VS Code's own diff editor", async () => {
    const { page } = workbench;
    const report = await verdict(page, 'The down brings everything back');
    await report.getByRole('button', { name: 'Open Schema Diff' }).click();
    await page.locator('.tab.active', { hasText: '0002_add_status_check: schema before ↔ after' }).waitFor();
    await page.locator('.monaco-diff-editor .modified .view-line', { hasText: 'orders_status_known' }).first().waitFor();
  });

  it('a hostile table name is text wherever it is shown', async () => {
    const { page } = workbench;
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await runCommand(page, 'View: Close All Editors');
    await openFile(page, '0003_name_of_an_attacker.sql');
    await runCommand(page, 'Lockstep: Dry Run');
    const report = await verdict(page, 'The down brings everything back');
    await report.locator('#schema code', { hasText: hostile }).first().waitFor();
    assert.equal(await report.locator('main img').count(), 0);
    assert.equal(await page.locator('img[src="x"]').count(), 0);
    assert.deepEqual(dialogs, []);
  });

  it('a run can be cancelled, and says so', async () => {
    const { page } = workbench;
    await runCommand(page, 'View: Close All Editors');
    await openFile(page, '0004_wait_long.sql');
    await runCommand(page, 'Lockstep: Dry Run');
    const running = await webviewFrame(page, 'vscode-progress-bar');
    await running.locator('.progress-message', { hasText: 'Running the up' }).waitFor({ timeout: 60_000 });
    await running.getByRole('button', { name: 'Cancel' }).click();
    const stopped = await webviewFrame(page, '.stopped-message');
    assert.match(await stopped.locator('.stopped-message').innerText(), /cancelled/i);
  });
});

/** The report page once it shows this verdict. */
async function verdict(page: Page, words: string): Promise<Frame> {
  return webviewFrame(page, `h1:has-text("${words}")`);
}
