import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../../scripts/run.mjs';
import { openFile, openWorkbench, runCommand } from '../../support/browser.ts';
import { scratchFolder, type ScratchFolder } from '../../support/migrations.ts';
import { startVscodeServer, type VscodeServer } from '../../support/vscode-server.ts';

describe('New Migration from a template, in the workbench', function () {
  this.timeout(240_000);

  let folder: ScratchFolder;
  let server: VscodeServer;
  let page: Page;

  before(async () => {
    folder = scratchFolder({
      'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, note text);\n',
      'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
    });
    server = await startVscodeServer();
    page = await openWorkbench(server.url(folder.path));
    await openFile(page, '0001_create_orders.sql');
    await page.locator('.codelens-decoration', { hasText: 'Dry Run' }).waitFor({ timeout: 60_000 });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await page.screenshot({ path: `.cache/failed ${this.currentTest.title}.png` });
  });

  after(async () => {
    await page.context().close();
    await server.stop();
    folder.remove();
  });

  const title = (text: string): Promise<void> => page.locator('.quick-input-title', { hasText: text }).waitFor({ timeout: 60_000 });
  const row = (text: string): ReturnType<Page['locator']> => page.locator('.quick-input-list .monaco-list-row', { hasText: text });
  const input = (): ReturnType<Page['locator']> => page.locator('.quick-input-widget input[type="text"]').first();

  it('offers the tables and columns of the history, refuses what is wrong at once, and has a way back', async () => {
    await runCommand(page, 'Lockstep: New Migration');
    await row('Add a column').first().waitFor();
    await shoot(page, 'templates-light');
    await row('Add a column').first().click();
    await title('To which table?');
    await row('orders').waitFor();
    await shoot(page, 'template-question-light');
    await row('orders').click();
    await title('What is the column called?');
    await input().fill('note');
    await page.locator('.quick-input-message', { hasText: 'has a column note already' }).waitFor();
    await input().fill('status');
    await page.keyboard.press('Enter');
    await title('Of which type?');
    await page.locator('.quick-input-titlebar [aria-label="Back"], .quick-input-left-action-bar .action-label').first().click();
    await title('What is the column called?');
    await input().fill('state');
    await page.keyboard.press('Enter');
    await title('Of which type?');
    await input().fill('text');
    await page.keyboard.press('Enter');
    await title('Which default?');
    await page.keyboard.press('Enter');
    await title('What is the migration called?');
    assert.equal(await input().inputValue(), 'add_state_to_orders');
    await page.keyboard.press('Enter');
    await page.locator('.tab', { hasText: '0002_add_state_to_orders_rollback.sql' }).waitFor({ timeout: 30_000 });
    const read = (name: string): string => readFileSync(join(folder.path, 'migrations', name), 'utf8');
    assert.match(read('0002_add_state_to_orders.sql'), /ALTER TABLE orders ADD COLUMN state text;/);
    assert.match(read('0002_add_state_to_orders_rollback.sql'), /DROP COLUMN IF EXISTS state;/);
  });
});

async function shoot(page: Page, name: string): Promise<void> {
  const pictures = join(root, '.cache/screenshots');
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled', caret: 'hide' });
}
