import { chromium, type Browser, type Frame, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/setup.mjs';
import { atEnd } from './endings.ts';

let shared: Promise<Browser> | null = null;

/** The run's headless Chromium: launched by the first who asks, closed by the root hook. */
export function browser(): Promise<Browser> {
  shared ??= launchBrowser().then((launched) => {
    atEnd(() => launched.close());
    return launched;
  });
  return shared;
}

/** A Chromium of its own, for scripts that run without mocha. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('There is no Chromium: run "node scripts/setup.mjs chromium".');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
}

/** Opens an address of the VS Code server in a fresh profile and waits until the workbench stands. */
export async function openWorkbench(address: string, size = { width: 1440, height: 900 }): Promise<Page> {
  const context = await (await browser()).newContext({ viewport: size, permissions: ['clipboard-read', 'clipboard-write'] });
  // A limit for what hangs, not for what is slow.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  await page.goto(address);
  await page.locator('.monaco-workbench').waitFor();
  await page.locator('.part.statusbar .statusbar-item').first().waitFor();
  return page;
}

/** Runs a command as a user does: palette, name, Enter. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await (await typeCommand(page, title))();
}

/** The same up to the Enter, which is left to the caller. */
export async function typeCommand(page: Page, title: string): Promise<() => Promise<void>> {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input[type="text"]').first();
  await input.waitFor();
  await input.fill(`>${title}`);
  // The whole label: one command's title may begin with another's.
  await page.locator('.quick-input-list .monaco-list-row.focused .label-name').getByText(title, { exact: true }).waitFor();
  // To the palette itself, wherever an editor that has just opened took the focus.
  return () => input.press('Enter');
}

/** Begins a new migration with nothing in it: the first thing that New Migration offers. */
export async function chooseBlank(page: Page): Promise<void> {
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'Blank' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-message', { hasText: 'What does it do?' }).waitFor();
}

/** Opens a file by its name as a user does: quick open, name, Enter. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget input[type="text"]').first();
  await input.waitFor();
  await input.fill(name);
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }).waitFor();
  await input.press('Enter');
  await page.locator('.tab.active', { hasText: name }).waitFor();
}

/** The document inside a webview: a webview is a frame in a frame, and only the inner one holds the page. */
export async function webviewFrame(page: Page, selector: string): Promise<Frame> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    for (const frame of page.frames()) {
      if ((await frame.locator(selector).count().catch(() => 0)) > 0) return frame;
    }
    await page.waitForTimeout(100);
  }
  const shown = await Promise.all(page.frames().map(async (frame) => `${frame.url().slice(0, 60)}: ${(await frame.locator('body').innerText().catch(() => '')).slice(0, 300)}`));
  throw new Error(`No webview shows ${selector}. The frames show:\n${shown.join('\n')}`);
}

/**
 * Waits until VS Code has kept a layout that holds an editor with these words. In a browser it writes its state to IndexedDB only
 * every few seconds, and a page that is left before comes back as it was then.
 */
export async function layoutKept(page: Page, words: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!String(await page.evaluate(keptLayouts)).includes(words)) {
    if (Date.now() > deadline) throw new Error(`VS Code keeps no layout with ${words}.`);
    await page.waitForTimeout(250);
  }
}

/** Runs in the page, whose globals the tests' types do not know. */
const keptLayouts = `(async () => {
  const answer = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const layouts = [];
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db')) continue;
    const database = await answer(indexedDB.open(name));
    layouts.push(await answer(database.transaction('ItemTable').objectStore('ItemTable').get('memento/workbench.parts.editor')));
    database.close();
  }
  return layouts.join();
})()`;
