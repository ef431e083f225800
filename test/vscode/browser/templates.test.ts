import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { runCommand } from '../../support/browser.ts';
import { scratchFolder } from '../../support/migrations.ts';
import { quickInput, quickMessage, quickQuestion, quickRow, quickTitle, shoot, useWorkbench } from '../../support/workbench.ts';

describe('New Migration from a template, in the workbench', function () {
  this.timeout(240_000);

  const workbench = useWorkbench({
    folder: () => scratchFolder({
      'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, note text);\n',
      'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
    }),
    opens: { file: '0001_create_orders.sql', shows: 'a lens' },
  });

  it('offers the tables and columns of the history, refuses what is wrong at once, and has a way back', async () => {
    const { page } = workbench;
    await runCommand(page, 'Lockstep: New Migration');
    await quickRow(page, 'Add a column').waitFor();
    await shoot(page, 'templates-light');
    await quickRow(page, 'Add a column').click();
    await quickQuestion(page, 'To which table?');
    await quickRow(page, 'orders').waitFor();
    await shoot(page, 'template-question-light');
    await quickRow(page, 'orders').click();
    await quickQuestion(page, 'What is the column called?');
    await quickInput(page).fill('note');
    await quickMessage(page, 'has a column note already');
    await quickInput(page).fill('status');
    await page.keyboard.press('Enter');
    await quickQuestion(page, 'Of which type?');
    await page.locator('.quick-input-titlebar [aria-label="Back"], .quick-input-left-action-bar .action-label').first().click();
    await quickQuestion(page, 'What is the column called?');
    await quickInput(page).fill('state');
    await page.keyboard.press('Enter');
    await quickQuestion(page, 'Of which type?');
    await quickInput(page).fill('text');
    await page.keyboard.press('Enter');
    await quickQuestion(page, 'Which default?');
    await page.keyboard.press('Enter');
    await quickTitle(page, 'the migration’s name');
    assert.equal(await quickInput(page).inputValue(), 'add_state_to_orders');
    await page.keyboard.press('Enter');
    await page.locator('.tab', { hasText: '0002_add_state_to_orders_rollback.sql' }).waitFor();
    const read = (name: string): string => readFileSync(workbench.folder.at(`migrations/${name}`), 'utf8');
    assert.match(read('0002_add_state_to_orders.sql'), /ALTER TABLE orders ADD COLUMN state text;/);
    assert.match(read('0002_add_state_to_orders_rollback.sql'), /DROP COLUMN IF EXISTS state;/);
  });
});
