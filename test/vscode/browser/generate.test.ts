import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, webviewFrame } from '../../support/browser.ts';
import { quickInput, quickMessage, quickRow, quickTitle, shoot, shootInBothThemes, useWorkbench } from '../../support/workbench.ts';
import { copyExample } from '../../support/workspace.ts';

describe('a migration generated from the schema, in the workbench', function () {
  this.timeout(240_000);

  const workbench = useWorkbench({
    folder() {
      const workspace = copyExample('shop');
      const schema = join(workspace.path, 'src/schema.ts');
      writeFileSync(schema, readFileSync(schema, 'utf8').replace("displayName: text('display_name')", "fullName: text('full_name')"));
      return workspace;
    },
    server: { settings: { 'editor.minimap.enabled': false } },
    size: { width: 1280, height: 1000 },
    opens: { file: '0014_prepare_customer_portal.sql', shows: 'a finding' },
  });

  it('asks in a picker whether a column was renamed, shows what it made, and writes it on request', async () => {
    const { page } = workbench;
    await runCommand(page, 'Lockstep: Generate from Schema');
    await quickTitle(page, 'Generate from Schema');
    await quickInput(page).fill('rename_display_name_of_users');
    await quickMessage(page, 'Will write');
    await quickInput(page).press('Enter');
    await quickTitle(page, 'drizzle-kit asks');
    await shoot(page, 'generate-question');
    await quickRow(page, 'rename column: display_name › full_name').click();
    const report = await webviewFrame(page, '.proposal');
    assert.match(await report.locator('.proposal').innerText(), /not written yet[^]*drizzle\/0015_rename_display_name_of_users\.sql/);
    assert.match(await report.locator('#sql').innerText(), /RENAME COLUMN "display_name" TO "full_name"/);
    await shootInBothThemes(page, 'generate');
    const up = join(workbench.folder.path, 'drizzle/0015_rename_display_name_of_users.sql');
    assert.ok(!existsSync(up));
    await report.getByRole('button', { name: 'Write the Migration' }).click();
    await page.locator('.tab', { hasText: '0015_rename_display_name_of_users.down.sql' }).waitFor();
    assert.match(readFileSync(up, 'utf8'), /RENAME COLUMN/);
    await page.locator('.tab', { hasText: 'Dry Run: 0015_rename_display_name_of_users' }).click();
    const accepted = await webviewFrame(page, '.verdict');
    await accepted.getByRole('button', { name: 'Run Again' }).waitFor();
    assert.equal(await accepted.locator('.proposal').count(), 0);
  });
});
