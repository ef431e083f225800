import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { runCommand } from '../../support/browser.ts';
import { scratchFolder } from '../../support/migrations.ts';
import { allSaved, useWorkbench } from '../../support/workbench.ts';

const up = 'ALTER TABLE orders DROP COLUMN note;\n';
const down = '-- mine\nSELECT 1;\n';

describe('data kept aside, in the workbench', function () {
  this.timeout(240_000);

  const workbench = useWorkbench({
    folder: () => scratchFolder({
      'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n',
      'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
      'migrations/0002_drop_note.sql': up,
      'migrations/0002_drop_note_rollback.sql': down,
    }),
    opens: { file: '0002_drop_note.sql', shows: 'a finding' },
  });

  it('rewrites up and down once both are ticked in the preview', async () => {
    const { page } = workbench;
    await runCommand(page, 'Lockstep: Generate Down');
    const preview = page.locator('.bulk-edit-panel');
    await preview.getByRole('button', { name: 'Discard' }).click();
    await page.locator('.notification-toast').getByRole('button', { name: 'Keep Data Aside…' }).click();
    for (const file of ['0002_drop_note.sql', '0002_drop_note_rollback.sql']) {
      const row = preview.locator('.monaco-list-row', { has: page.locator('.label-name').getByText(file, { exact: true }) });
      await row.locator('.edit-checkbox').click();
    }
    await preview.getByRole('button', { name: 'Apply' }).click();
    await preview.waitFor({ state: 'hidden' });
    await runCommand(page, 'File: Save All Files');
    await allSaved(page);
    const read = (name: string): string => readFileSync(workbench.folder.at(`migrations/${name}`), 'utf8');
    assert.match(read('0002_drop_note.sql'), /RENAME COLUMN note TO note__kept_/);
    assert.match(read('0002_drop_note_rollback.sql'), /RENAME COLUMN note__kept_\w+ TO note/);
  });
});
