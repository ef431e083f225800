import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { runCommand, webviewFrame } from '../../support/browser.ts';
import { allSaved, dismissMessages, quickInput, quickMessage, quickQuestion, quickRow, quickTitle, shoot, shootInBothThemes, usePage, useVscode } from '../../support/workbench.ts';
import { copyExample } from '../../support/workspace.ts';

/** One change, the whole way that a user goes with it, in the project of each tool. */
describe('from the palette to the report', function () {
  this.timeout(600_000);

  const vscode = useVscode({ settings: { 'editor.minimap.enabled': false, 'window.commandCenter': false, 'workbench.activityBar.location': 'hidden' } });

  describe('with Drizzle', () => {
    const workbench = usePage(vscode, { folder: () => copyExample('shop'), opens: { file: '0013_validate_discount_codes_of_orders.sql', shows: 'a lens' } });

    it('a column: the books are kept, the down gets what it misses, a column of the user’s own is mended, and the pair is exact', async () => {
      const { page, folder } = workbench;
      await beginWith(page, 'Add a column');
      await choose(page, 'To which table?', 'orders');
      await type(page, 'What is the column called?', 'gift_note');
      await type(page, 'Of which type?', 'text');
      await type(page, 'Which default?', '');
      await acceptName(page, 'add_gift_note_to_orders');
      await pairStands(page, '0015_add_gift_note_to_orders.sql', '0015_add_gift_note_to_orders.down.sql');
      assert.match(readFileSync(join(folder.path, 'drizzle/meta/_journal.json'), 'utf8'), /"tag": "0015_add_gift_note_to_orders"/);

      await append(page, '--> statement-breakpoint\nALTER TABLE customers ADD COLUMN gift_token uuid DEFAULT gen_random_uuid();\n');
      await completeDown(page, { lens: 'Down misses 1 of 2 changes', brings: 'gift_token', back: '0015_add_gift_note_to_orders.sql' });
      await mend(page, { rule: 'add-column-volatile-default', fix: 'Add it empty and set the default for new rows', leads: 'SET DEFAULT gen_random_uuid()' });
      const report = await dryRun(page);
      assert.match(await report.locator('#schema').innerText(), /gift_note/);
      assert.match(await report.locator('#statements').innerText(), /ADD COLUMN gift_note text/);
      await shootInBothThemes(page, 'drizzle-report');
    });
  });

  describe('with Prisma', () => {
    const workbench = usePage(vscode, { folder: () => copyExample('crm'), opens: { file: 'migration.sql', shows: 'a lens' } });

    it('an index: CONCURRENTLY and alone in its migration, and the light bulb brings CONCURRENTLY back where it was taken out', async () => {
      const { page } = workbench;
      await beginWith(page, 'Add an index');
      await choose(page, 'On which table?', 'deals');
      await quickQuestion(page, 'On which columns');
      await quickRow(page, 'closes_on').click();
      await quickInput(page).press('Enter');
      await choose(page, 'Of which kind?', 'B-tree');
      await choose(page, 'May no two rows be alike', 'No');
      await type(page, 'For which rows?', 'closes_on IS NOT NULL');
      await acceptName(page, 'add_index_closes_on_deals');
      await pairStands(page, 'migration.sql', 'down.sql');
      await lineOf(page, 'CREATE INDEX CONCURRENTLY').waitFor();

      await page.keyboard.press('Control+A');
      await page.keyboard.insertText('CREATE INDEX deals_closes_on_idx ON deals (closes_on) WHERE closes_on IS NOT NULL;\n');
      await mend(page, { rule: 'create-index-blocking', fix: 'Build the index CONCURRENTLY', leads: 'CREATE INDEX CONCURRENTLY' });
      const report = await dryRun(page);
      assert.match(await report.locator('#statements').innerText(), /CREATE INDEX CONCURRENTLY/);
      await shootInBothThemes(page, 'prisma-report');
    });
  });

  describe('with SQL pairs', () => {
    const workbench = usePage(vscode, { folder: () => copyExample('billing'), opens: { file: '0009_create_account_balances.sql', shows: 'a lens' } });

    it('a required column: all its releases are shown before they are written, and the first one is exact with what the user adds', async () => {
      const { page } = workbench;
      await beginWith(page, 'Add a required column, in steps');
      await choose(page, 'To which table?', 'accounts');
      await type(page, 'What is the column called?', 'currency');
      await type(page, 'Of which type?', 'text');
      await type(page, 'Which value do rows get', "'EUR'");
      await type(page, 'Which default do new rows get?', '');
      await choose(page, 'Remember which rows', 'No');
      await quickRow(page, 'Write these 4 migrations').waitFor();
      assert.match(await quickRow(page, 'backfill_currency_in_accounts').innerText(), /deploy code that gives every new row of accounts a currency/);
      await shoot(page, 'plain-releases');
      await quickInput(page).press('Enter');
      await pairStands(page, '0010_add_currency_to_accounts.sql', '0010_add_currency_to_accounts_rollback.sql');

      await append(page, '\nALTER TABLE accounts ADD CONSTRAINT accounts_billing_email_lower CHECK (billing_email = lower(billing_email));\n');
      await completeDown(page, { lens: 'Down misses 1 of 2 changes', brings: 'DROP CONSTRAINT', back: '0010_add_currency_to_accounts.sql' });
      await mend(page, { rule: 'check-validates', fix: /NOT VALID/, leads: 'NOT VALID' });
      const report = await dryRun(page);
      assert.match(await report.locator('#schema').innerText(), /accounts_billing_email_lower/);
      await shootInBothThemes(page, 'plain-report');
    });
  });
});

/** Palette, New Migration, and the template it begins with. */
async function beginWith(page: Page, template: string): Promise<void> {
  await runCommand(page, 'Lockstep: New Migration');
  await quickRow(page, 'Blank').waitFor();
  await quickInput(page).fill(template);
  await quickRow(page, template).waitFor();
  await quickInput(page).press('Enter');
}

/** Answers a question with one of its choices. */
async function choose(page: Page, question: string, choice: string): Promise<void> {
  await quickQuestion(page, question);
  const row = page.locator('.quick-input-list .monaco-list-row', { has: page.locator('.label-name').getByText(choice, { exact: true }) });
  await row.click();
}

async function type(page: Page, question: string, answer: string): Promise<void> {
  await quickQuestion(page, question);
  await quickInput(page).fill(answer);
  await quickInput(page).press('Enter');
}

/** The name that the template proposes, and the files that it leads to. */
async function acceptName(page: Page, name: string): Promise<void> {
  await quickTitle(page, 'the migration’s name');
  assert.equal(await quickInput(page).inputValue(), name);
  await quickMessage(page, 'Will write');
  await quickInput(page).press('Enter');
}

/** Both sides are open beside each other, and the cursor is in the up. */
async function pairStands(page: Page, up: string, down: string): Promise<void> {
  await page.locator('.editor-group-container .tab.active', { hasText: down }).waitFor();
  await page.locator('.editor-group-container.active .tab.active', { hasText: up }).waitFor();
  await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
  assert.equal(await page.locator('.editor-group-container').count(), 2);
}

function lineOf(page: Page, text: string): Locator {
  return page.locator('.editor-group-container.active .view-line', { hasText: text }).first();
}

async function append(page: Page, sql: string): Promise<void> {
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(sql);
}

interface Mending {
  readonly rule: string;
  readonly fix: string | RegExp;
  readonly leads: string;
}

/** The next problem and its first quick fix. */
async function mend(page: Page, { rule, fix, leads }: Mending): Promise<void> {
  const here = page.locator('.editor-group-container.active');
  await here.locator('.squiggly-warning').first().waitFor();
  // Half of what is being typed may have been an error for a moment.
  await here.locator('.squiggly-error').first().waitFor({ state: 'detached' });
  await page.keyboard.press('F8');
  await page.locator('.marker-widget', { hasText: rule }).waitFor();
  // An Escape may go to a hover that stands somewhere else.
  await page.locator('.peekview-widget .codicon-close').click();
  // The widget gives the focus back to the editor, which would close a menu that is already open.
  await page.locator('.marker-widget').waitFor({ state: 'hidden' });
  await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
  await page.keyboard.press('Control+.');
  await page.locator('.action-widget .monaco-list-row.focused', { hasText: fix }).waitFor();
  await page.keyboard.press('Enter');
  await lineOf(page, leads).waitFor();
  await here.locator('.squiggly-warning').first().waitFor({ state: 'detached' });
}

interface Completing {
  readonly lens: string;
  readonly brings: string;
  /** The tab of the up, which is worked on afterwards. */
  readonly back: string;
}

/** A click on the CodeLens, a look at the preview, Apply. */
async function completeDown(page: Page, { lens, brings, back }: Completing): Promise<void> {
  await page.locator('.editor-group-container.active .codelens-decoration a', { hasText: lens }).click();
  const preview = page.locator('.bulk-edit-panel');
  await preview.waitFor();
  await shoot(page, 'complete-down');
  // VS Code ticks nothing by itself that has to be confirmed.
  await preview.locator('.edit-checkbox').first().click();
  await preview.getByRole('button', { name: 'Apply' }).click();
  await preview.waitFor({ state: 'hidden' });
  await page.locator('.view-line', { hasText: brings }).first().waitFor();
  await page.locator('.codelens-decoration a', { hasText: 'Down misses' }).first().waitFor({ state: 'detached' });
  // Not by the mouse, whose hover would take the next Escape.
  await runCommand(page, 'View: Focus First Editor Group');
  await page.locator('.editor-group-container.active .tab.active', { hasText: back }).waitFor();
  await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
}

/** Saves both sides and runs them; the report says that everything comes back. */
async function dryRun(page: Page): Promise<Frame> {
  await runCommand(page, 'File: Save All Files');
  await allSaved(page);
  await dismissMessages(page);
  await runCommand(page, 'Lockstep: Dry Run');
  const report = await webviewFrame(page, '.verdict');
  assert.equal(await report.locator('h1').innerText(), 'The down brings everything back');
  return report;
}
