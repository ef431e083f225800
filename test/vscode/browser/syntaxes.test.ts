import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../../scripts/run.mjs';
import { openFile, runCommand } from '../../support/browser.ts';
import { scratchFolder } from '../../support/migrations.ts';
import { shoot, useWorkbench } from '../../support/workbench.ts';

const fixtures = join(root, 'test/fixtures/syntaxes');
const names = readdirSync(fixtures).filter((name) => !name.endsWith('.snap'));

/** The same files as in test/syntaxes, with the grammars, themes and semantic colours that users have. */
describe('colours of migrations', function () {
  this.timeout(240_000);

  const workbench = useWorkbench({
    folder: () => scratchFolder({ ...Object.fromEntries(names.map((name) => [name, readFileSync(join(fixtures, name), 'utf8')])), 'toggle.ts': 'const a = sql`\n  SELECT 1,\n  ${\n    b\n  }\n`;\n' }),
    server: { settings: { 'editor.minimap.enabled': false, 'workbench.colorTheme': 'Default Dark Modern', 'editor.bracketPairColorization.enabled': false } },
    size: { width: 1280, height: 900 },
  });

  for (const theme of ['dark', 'light'] as const) {
    it(`tell SQL from TypeScript and annotations from comments, ${theme}`, async () => {
      const { page } = workbench;
      await page.locator(theme === 'dark' ? '.monaco-workbench.vs-dark' : '.monaco-workbench.vs').waitFor();
      await openFile(page, 'annotations.sql');
      const add = await colour(page, 'ALTER TABLE users', 'ADD');
      const remark = await colour(page, 'a remark', '-- a remark');
      for (const [line, word] of [['statement-breakpoint', '--> statement-breakpoint'], ['migrate:down', 'migrate:down'], ['StatementBegin', 'StatementBegin'], ['lockstep-ignore-file', 'lockstep-ignore-file'], ['atlas:txmode', 'atlas:txmode']] as const) {
        assert.notEqual(await colour(page, line, word), remark, word);
      }
      await shoot(page, `annotations-${theme}`);
      for (const name of ['liquibase.sql', 'psql.sql']) {
        await openFile(page, name);
        await page.locator('.view-line', { hasText: 'SELECT 1' }).first().waitFor();
        await shoot(page, `${name}-${theme}`);
      }

      await openFile(page, 'templates.ts');
      assert.equal(await colour(page, 'ALTER TABLE', 'ADD COLUMN'), add, 'a keyword looks as in a file of SQL');
      assert.equal(await colour(page, 'lockstep-ignore', ': new table'), remark);
      assert.equal(await colour(page, '$queryRawUnsafe', 'await'), await colour(page, 'ALTER TABLE', 'await'), 'after all templates, TypeScript looks like TypeScript');
      await shoot(page, `templates-${theme}`);
      await runCommand(page, 'Preferences: Toggle between Light/Dark Themes');
    });
  }

  it('comments out a line of a template as SQL, and one of its interpolation as TypeScript', async () => {
    const { page } = workbench;
    await openFile(page, 'toggle.ts');
    await colour(page, 'SELECT 1', 'SELECT');
    for (const [line, text] of [[2, '-- SELECT 1,'], [4, '// b']] as const) {
      await runCommand(page, 'Go to Line/Column...');
      await page.keyboard.type(`${String(line)}:1`);
      await page.keyboard.press('Enter');
      await page.locator('.statusbar-item', { hasText: `Ln ${String(line)}, Col 1` }).waitFor();
      await runCommand(page, 'Toggle Line Comment');
      await page.locator('.view-line', { hasText: text }).waitFor();
    }
  });
});

/** The colour of a piece in the first line with those words; until VS Code has read the file, a line is in one piece. */
async function colour(page: Page, line: string, piece: string): Promise<string> {
  const span = page.locator('.view-line', { hasText: line }).first().locator(`[class^="mtk"]:text-is(${JSON.stringify(piece)})`).first();
  await span.waitFor();
  // VS Code names colours by their number in the theme.
  return (await span.getAttribute('class')) ?? '';
}
