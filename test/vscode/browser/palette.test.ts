import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { openFile, runCommand } from '../../support/browser.ts';
import { scratchFolder } from '../../support/migrations.ts';
import { sharedServer } from '../../support/postgres.ts';
import { outputsHere } from '../../support/vscode-server.ts';
import { dismissMessages, shoot, shootInBothThemes, useWorkbench } from '../../support/workbench.ts';

const history = {
  'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n',
  'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
  'migrations/0002_index_status.sql': "SET LOCAL lock_timeout = '5s';\n\nCREATE INDEX orders_status_idx ON orders (status);\n",
  'migrations/0002_index_status_rollback.sql': "SET LOCAL lock_timeout = '5s';\n\nDROP INDEX IF EXISTS orders_status_idx;\n",
  'migrations/0003_drop_status.sql': "SET LOCAL lock_timeout = '5s';\n\nALTER TABLE orders DROP COLUMN status;\n",
  'migrations/0003_drop_status_rollback.sql': "SET LOCAL lock_timeout = '5s';\n\nALTER TABLE orders ADD COLUMN status text;\n",
};
const deployed = 'CREATE TABLE orders (id bigint PRIMARY KEY); INSERT INTO orders SELECT generate_series(1, 5000); ANALYZE orders; CREATE TABLE hotfix (id int PRIMARY KEY)';
const database = 'palette_shop';

describe('commands of the palette, clicked', function () {
  this.timeout(240_000);

  const workbench = useWorkbench({
    folder: () => scratchFolder(history),
    async server() {
      const postgres = await sharedServer(17);
      await postgres.administer(`CREATE DATABASE ${database}`);
      const url = postgres.url(database);
      await fill(url);
      return { settings: { 'editor.minimap.enabled': false, 'window.commandCenter': false }, env: { LOCKSTEP_DATABASE_URL: url } };
    },
    size: { width: 1280, height: 800 },
    opens: { file: '0003_drop_status.sql', shows: 'a finding' },
  });

  after(async () => {
    await (await sharedServer(17)).administer(`DROP DATABASE ${database} WITH (FORCE)`);
  });

  it('Capture Table Sizes asks for the name of a connection, writes the file and leads to it', async () => {
    const { page } = workbench;
    await runCommand(page, 'Lockstep: Capture Table Sizes');
    await page.locator('.quick-input-title', { hasText: 'Capture table sizes from a server' }).waitFor();
    const input = page.locator('.quick-input-widget input').first();
    assert.equal(await input.inputValue(), 'LOCKSTEP_DATABASE_URL');
    await input.fill('not a name');
    await page.locator('.quick-input-message', { hasText: 'A name of letters, digits and underscores.' }).waitFor();
    await input.fill('LOCKSTEP_DATABASE_URL');
    await shoot(page, 'capture-sizes-asks');
    await input.press('Enter');
    const toast = page.locator('.notification-toast', { hasText: 'Sizes of 2 tables were captured.' });
    await toast.waitFor();
    await shoot(page, 'capture-sizes-done');
    await toast.getByRole('button', { name: 'Open' }).click();
    await page.locator('.tab.active', { hasText: 'lockstep.stats.json' }).waitFor();
    const kept = JSON.parse(readFileSync(workbench.folder.at('lockstep.stats.json'), 'utf8')) as { tables: Record<string, { rows: number }> }; // Of the command that was just run.
    assert.equal(kept.tables['public.orders']?.rows, 5000);
  });

  it('Capture Table Sizes says what to do about a connection that nobody set', async () => {
    const { page } = workbench;
    await runCommand(page, 'Lockstep: Capture Table Sizes');
    await page.locator('.quick-input-title', { hasText: 'Capture table sizes' }).waitFor();
    await page.locator('.quick-input-widget input').first().fill('NOBODY_SET_IT');
    await page.keyboard.press('Enter');
    const toast = page.locator('.notification-toast', { hasText: 'NOBODY_SET_IT is not set.' });
    await toast.waitFor();
    assert.match(await toast.innerText(), /Set the Connection of the Server Target/);
    await shoot(page, 'capture-sizes-unset');
    await dismissMessages(page);
  });

  it('Dry Run Whole History lists every pair, and the lines lead to the files', async () => {
    const { page } = workbench;
    await openFile(page, '0003_drop_status.sql');
    await runCommand(page, 'Lockstep: Dry Run Whole History');
    await page.locator('.notification-toast', { hasText: '3 migrations: 2 exact, 1 data lost' }).waitFor({ timeout: 120_000 });
    await dismissMessages(page);
    if (outputsHere) await page.locator('.panel .view-lines').getByText('0003_drop_status').first().waitFor();
    await shootInBothThemes(page, 'whole-history');
    if (outputsHere) {
      await page.locator('.panel .view-line span', { hasText: /0002_index_status\.sql:3$/ }).last().click({ modifiers: ['Control'] });
      await page.locator('.tab.active', { hasText: '0002_index_status.sql' }).waitFor();
      await page.locator('.statusbar-item', { hasText: 'Ln 3,' }).waitFor();
    }
    await runCommand(page, 'View: Toggle Panel Visibility');
  });

  it('Drift shows what a server has that the history has not, as SQL that nobody can edit', async () => {
    const { page } = workbench;
    await openFile(page, '0003_drop_status.sql');
    await runCommand(page, 'Lockstep: Drift');
    await page.locator('.quick-input-title', { hasText: 'what is compared with the history of migrations?' }).waitFor();
    const rows = page.locator('.quick-input-list .monaco-list-row');
    assert.match(await rows.filter({ hasText: 'Neon branch' }).innerText(), /not ready[\s\S]*No Neon API key is set/);
    await shoot(page, 'drift-asks');
    await rows.filter({ hasText: 'Server' }).first().click();
    await page.locator('.quick-input-title', { hasText: 'Drift: the server' }).waitFor();
    await page.locator('.quick-input-widget input').first().press('Enter');
    await page.locator('.tab.active', { hasText: 'Drift of migrations.sql' }).waitFor({ timeout: 120_000 });
    const editor = page.locator('.editor-group-container.active .view-lines');
    await editor.getByText('table public.hotfix is not in the history').waitFor();
    await shootInBothThemes(page, 'drift');
    await page.keyboard.press('End');
    await page.keyboard.type('x');
    await page.locator('.monaco-editor-overlaymessage', { hasText: 'read-only' }).waitFor();
  });
});

async function fill(url: string): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(deployed);
  await client.end();
}

