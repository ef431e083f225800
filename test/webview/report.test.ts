import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { DryRunReport } from '../../src/model/report.ts';
import type { PageState, WebviewMessage } from '../../src/report/protocol.ts';
import { reportView } from '../../src/report/view-model.ts';
import { exactReport, failedReport, hostileName, hostileReport, longReport, serverReport, shopReport, shopUp } from '../report/samples.ts';
import { browser } from '../support/browser.ts';
import { fakeEditor, servePage } from './page.ts';
import { themes, type Theme } from './themes.ts';

const upPath = shopReport().scripts[0]?.path ?? '';
const running: PageState = { kind: 'running', path: upPath, migration: '0012_order_currency', message: 'Replaying 0007_add_rls (7 of 11)', fraction: 0.4 };

function shown(report: DryRunReport): PageState {
  return { kind: 'report', path: report.scripts[0]?.path ?? '', migration: report.migration, view: reportView(report) };
}

/** Texts whose contrast with what is painted behind them is below 4.5; the editor's own line numbers are not ours to judge. */
const faintTexts = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const over = (layers) => {
    canvas.globalAlpha = 1;
    for (const { color, opacity } of layers) {
      canvas.globalAlpha = opacity;
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => rgb.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const faint = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.textContent.trim() === '' || !element.checkVisibility() || element.closest('.unseen, .line-number, vscode-button, vscode-badge')) continue;
    const above = [];
    for (let at = element; at !== null; at = at.parentElement) above.unshift(at);
    const grounds = above.map((at) => ({ color: getComputedStyle(at).backgroundColor, opacity: 1 }));
    const opacity = above.reduce((product, at) => product * Number(getComputedStyle(at).opacity), 1);
    const ground = luminance(over(grounds));
    const text = luminance(over([...grounds, { color: getComputedStyle(element).color, opacity }]));
    const contrast = (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);
    if (contrast < 4.5) faint.push(contrast.toFixed(2) + ' ' + node.textContent.trim().slice(0, 40));
  }
  return faint;
})()`;

describe('the report page in a browser', function () {
  this.timeout(60_000);
  let served: Awaited<ReturnType<typeof servePage>>;
  let page: Page;
  let complaints: string[];

  before(async () => {
    served = await servePage();
  });
  after(() => served.close());

  async function open(theme: Theme = 'dark', width = 1200): Promise<void> {
    page = await (await browser()).newPage({ viewport: { width, height: 900 } });
    complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.addInitScript(fakeEditor, { variables: themes[theme] });
    await page.goto(served.url);
    await page.waitForFunction('globalThis.sent.length > 0');
  }

  async function show(state: PageState): Promise<void> {
    await page.evaluate(`globalThis.postMessage(${JSON.stringify({ type: 'show', state })}, '*')`);
    await page.locator('h1').first().waitFor();
  }

  async function sent(): Promise<readonly WebviewMessage[]> {
    return (await page.evaluate<readonly WebviewMessage[]>('globalThis.sent')).filter((message) => message.type !== 'ready');
  }

  /** Focuses what Tab reaches, from the top of the page to its end, and gives the names of the row buttons among it. */
  async function tabThrough(): Promise<readonly string[]> {
    const names: string[] = [];
    for (let presses = 0; presses < 300; presses += 1) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate<string | null>(`(() => {
        const focused = document.activeElement;
        if (focused === null || focused === document.body) return null;
        return focused.getAttribute('aria-label') ?? focused.textContent.trim();
      })()`);
      if (name === null) return names;
      names.push(name);
    }
    return names;
  }

  afterEach(async () => {
    const said = complaints;
    await page.close();
    assert.deepEqual(said, [], 'the page complained in the console');
  });

  it('asks for its state, and says the verdict first', async () => {
    await open();
    await show(shown(shopReport()));
    assert.equal(await page.locator('h1').innerText(), 'The down does not bring the data back');
    assert.deepEqual(await page.locator('h2').allInnerTexts(), ['SQL', 'Schema', 'Locks', 'Statements', 'What the down did not bring back', 'Findings']);
    assert.equal(await page.locator('#announcer').textContent(), 'Dry run of 0012_order_currency: The down does not bring the data back');
  });

  for (const width of [500, 640, 800, 1100, 1400]) {
    it(`stays within ${width} pixels, whatever it shows`, async () => {
      await open(width % 200 === 0 ? 'light' : 'dark', width);
      for (const report of [shopReport(), exactReport(), failedReport(), serverReport(), hostileReport()]) {
        await show(shown(report));
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        assert.ok(overflow <= 0, `${report.migration}: ${overflow} pixels too wide`);
      }
    });
  }

  it('tells who would wait, what the probe measured, and what is only an estimate', async () => {
    await open();
    await show(shown(serverReport()));
    const who = page.locator('table', { has: page.locator('caption', { hasText: 'Who would wait during Up' }) }).first();
    assert.deepEqual(await who.locator('tbody tr').first().locator('td').allInnerTexts(), ['public.lines', 'up to 82 ms', 'up to 82 ms', '49 ms', '50 ms']);
    assert.ok(await page.getByText('referenced by public.lines').first().isVisible());
    assert.ok(await page.getByText('spilled 3.4 MB to 2 temporary files').first().isVisible());
    assert.ok(await page.getByText('Estimates are extrapolated, not measured').first().isVisible());
    await page.locator('summary', { hasText: 'compare_schema' }).press('Enter');
    assert.match(await page.locator('.opinion pre').innerText(), /amount bigint/);
  });

  it('tells what the up leaves, the worst first, and only where there is something to tell', async () => {
    await open();
    const leak = { table: 'public."<b>"', acts: ['sees'], cause: 'policies' } as const;
    const tenants = { kind: 'measured', value: { role: 'app_user', roleExisted: false, setting: 'app.tenant_id', tables: ['public.orders'], leaks: [leak], untested: [] } } as const;
    await show(shown({ ...shopReport(), verification: { aftermath: [{ kind: 'table without primary key', table: 'public.orders', object: null, columns: [] }], tenants } }));
    const section = page.locator('#verified');
    assert.deepEqual(await section.locator('h2').allInnerTexts(), ['What the up leaves']);
    const lines = await section.locator('li').allInnerTexts();
    assert.equal(lines.length, 2);
    assert.ok(lines[0]?.startsWith('In public."<b>", a tenant sees rows of another tenant: its policies let it.'), lines[0]);
    assert.ok(lines[1]?.startsWith('The table public.orders has no primary key.'), lines[1]);
    assert.deepEqual(await page.evaluate(faintTexts), []);
  });

  it('shows of a thousand statements those that stand out, and all of them when they are asked for', async () => {
    await open();
    await show(shown(longReport(1_000)));
    const rows = page.locator('#statements tbody tr:not(.below)');
    assert.equal(await rows.count(), 40);
    assert.ok(await page.locator('#statements').getByText('ALTER TABLE t_998 ADD').isVisible());
    await page.locator('summary', { hasText: 'All 1000 statements' }).press('Enter');
    await page.locator('#statements caption', { hasText: /Up$/ }).waitFor({ state: 'attached' });
    assert.equal(await rows.count(), 1_040);
  });

  it('shows hostile names as they are spelled and executes nothing', async () => {
    await open();
    await show(shown(hostileReport()));
    assert.equal(await page.evaluate('globalThis.hacked'), undefined);
    assert.equal(await page.locator('main img, main script, main b:has(*)').count(), 0);
    const relation = await page.locator('.locks .relation code').first().textContent();
    assert.equal(relation, `public."${hostileName}"`);
    assert.ok((await page.locator('.code').first().innerText()).includes('\\u{202e}evil␛[2J'));
  });

  it('leads from a statement to its place in the editor, by mouse and by keyboard', async () => {
    await open();
    await show(shown(shopReport()));
    const start = shopUp.indexOf('CREATE INDEX');
    const span = { start, end: shopUp.indexOf(';', start) };
    const rows = page.locator('.statements').first().locator('tbody tr.leads');
    await rows.nth(2).locator('td').last().click();
    const button = page.locator('.statements').first().getByRole('button', { name: /^Statement 3, line 8, done: CREATE INDEX/ });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const next = shopUp.indexOf('ALTER TABLE "orders" ALTER COLUMN "placed_at"');
    assert.deepEqual(await sent(), [
      { type: 'reveal', path: upPath, span },
      { type: 'reveal', path: upPath, span },
      { type: 'reveal', path: upPath, span: { start: next, end: shopUp.indexOf(';', next) } },
    ]);
  });

  it('leads from a lock, a line number and a finding as well', async () => {
    await open();
    await show(shown(shopReport()));
    await page.locator('.locks').first().getByRole('button', { name: 'Statement 3, line 8: show in the editor' }).click();
    await page.getByRole('button', { name: 'Show line 12 in the editor' }).click();
    await page.getByRole('button', { name: 'up, line 6' }).click();
    const texts = (await sent()).map((message) => (message.type === 'reveal' ? shopUp.slice(message.span.start, message.span.end).slice(0, 24) : message.type));
    assert.deepEqual(texts, ['CREATE INDEX "orders_not', 'ALTER TABLE "customers" ', 'ALTER TABLE "orders" ALT']);
  });

  it('is reached by Tab alone: every statement, lock, finding and button', async () => {
    await open();
    await show(shown(shopReport()));
    const reached = await tabThrough();
    const wanted = await page.evaluate<readonly string[]>(`[...document.querySelectorAll('main button, main a, main summary')]
      .filter((element) => element.checkVisibility())
      .map((element) => element.getAttribute('aria-label') ?? element.textContent.trim())`);
    assert.ok(wanted.length > 30);
    for (const name of ['Run Again', 'Open Schema Diff', ...wanted]) assert.ok(reached.includes(name), `Tab does not reach “${name}”`);
  });

  it('switches legs by keyboard', async () => {
    await open();
    await show(shown(shopReport()));
    const tabs = page.locator('#statements').getByRole('tab');
    await tabs.first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    assert.equal(await tabs.nth(1).getAttribute('aria-selected'), 'true');
    assert.ok(await page.locator('#statements').getByRole('button', { name: /^Statement 3, line 5, done: DROP INDEX/ }).isVisible());
  });

  for (const report of [shopReport(), failedReport()]) {
    it(`has names, captions, heads and headings in order: ${report.verdict}`, async () => {
      await open('light');
      await show(shown(report));
      const faults = await page.evaluate<readonly string[]>(`(() => {
        const faults = [];
        for (const control of document.querySelectorAll('button, a, vscode-button, vscode-tab-header, summary')) {
          if ((control.getAttribute('aria-label') ?? control.textContent).trim() === '') faults.push('no name: ' + control.outerHTML.slice(0, 80));
        }
        for (const table of document.querySelectorAll('table[role]')) {
          if (!table.querySelector('caption')?.textContent) faults.push('no caption');
          const heads = table.querySelectorAll('th[scope=col]').length;
          for (const row of table.querySelectorAll('tbody tr:not(.below)')) if (row.cells.length !== heads) faults.push('cells without heads');
        }
        let level = 0;
        for (const heading of document.querySelectorAll('h1, h2, h3')) {
          const next = Number(heading.tagName[1]);
          if (next > level + 1) faults.push('heading level skipped: ' + heading.textContent);
          level = next;
        }
        for (const section of document.querySelectorAll('section')) if (!document.getElementById(section.getAttribute('aria-labelledby'))) faults.push('section without a name');
        for (const link of document.querySelectorAll('nav a')) if (!document.querySelector(link.getAttribute('href'))) faults.push('link to nowhere');
        const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
        if (new Set(ids).size !== ids.length) faults.push('two elements with one id');
        if (document.querySelectorAll('main').length !== 1 || !document.documentElement.lang) faults.push('no main or language');
        return faults;
      })()`);
      assert.deepEqual(faults, []);
    });
  }

  for (const theme of ['dark', 'light'] as const) {
    it(`can be read in the ${theme} theme: 4.5 to 1, as WCAG asks of text`, async () => {
      await open(theme);
      for (const report of [shopReport(), failedReport(), serverReport()]) {
        await show(shown(report));
        assert.deepEqual(await page.evaluate<readonly string[]>(faintTexts), []);
      }
    });
  }

  it('tells a screen reader what the colours tell', async () => {
    await open();
    await show(shown(failedReport()));
    const row = page.locator('.statements tbody tr').first();
    assert.match((await row.textContent()) ?? '', /not observable: CREATE INDEX CONCURRENTLY runs in transactions of its own/);
    assert.match((await page.locator('.finding').first().textContent()) ?? '', /^error: add-column-required/);
    assert.match((await page.locator('.code-line.noted').first().textContent()) ?? '', /error: column "region"/);
  });

  it('shows progress in place, keeps the focus on Cancel and cancels', async () => {
    await open();
    await show(running);
    await page.getByRole('button', { name: 'Cancel' }).focus();
    await show({ ...running, message: 'Running the up', fraction: 0.7 });
    await page.getByText('Running the up').first().waitFor();
    assert.equal(await page.locator('#announcer').textContent(), 'Running the up');
    assert.equal(await page.locator('main').getAttribute('aria-busy'), 'true');
    assert.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), '70');
    await page.keyboard.press('Enter');
    assert.deepEqual(await sent(), [{ type: 'cancel' }]);
  });

  it('says why there is no report and what to do', async () => {
    await open('light');
    await show({ kind: 'stopped', path: upPath, migration: hostileName, message: `The database process ended: ${hostileName}`, next: 'Run it again.' });
    assert.ok((await page.locator('main').innerText()).includes('Run it again.'));
    assert.equal(await page.evaluate('globalThis.hacked'), undefined);
    await page.getByRole('button', { name: 'Run Again' }).click();
    assert.deepEqual(await sent(), [{ type: 'rerun' }]);
  });

  it('opens the schema diff', async () => {
    await open();
    await show(shown(shopReport()));
    await page.getByRole('button', { name: 'Open Schema Diff' }).click();
    assert.deepEqual(await sent(), [{ type: 'openDiff' }]);
  });

  it('comes back after a reload, and a run that the reload ended says so', async () => {
    await open();
    await show(shown(shopReport()));
    await page.reload();
    assert.equal(await page.locator('h1').innerText(), 'The down does not bring the data back');
    await show(running);
    await page.locator('vscode-progress-bar').waitFor();
    await page.reload();
    assert.ok((await page.locator('main').innerText()).includes('interrupted'));
  });

  it('ignores messages that are not for it', async () => {
    await open();
    for (const message of ['"x"', 'null', '{"type":"show"}', '{"type":"show","state":{"kind":"report","path":"/a","migration":"a","view":{}}}']) {
      await page.evaluate(`globalThis.postMessage(${message}, '*')`);
    }
    await show(shown(exactReport()));
    assert.equal(await page.locator('h1').innerText(), 'The down brings everything back');
  });

  it('takes every colour from the theme', async () => {
    await open();
    const css = readFileSync(new URL('../../src/webview/page.css', import.meta.url), 'utf8');
    assert.doesNotMatch(css, /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i);
  });
});
