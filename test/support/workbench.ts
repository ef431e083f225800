import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { root } from '../../scripts/run.mjs';
import { openFile, openWorkbench, runCommand } from './browser.ts';
import { startVscodeServer, type ServerOptions, type VscodeServer } from './vscode-server.ts';

/** A folder that a workbench opens, and that goes with it. */
interface OpenedFolder {
  readonly path: string;
  remove(): void;
}

interface PageSetting<F extends OpenedFolder> {
  readonly folder: () => F | Promise<F>;
  readonly size?: { readonly width: number; readonly height: number };
  /** A file to open first, and what it shows once Lockstep has read it; left out: nothing is opened. */
  readonly opens?: { readonly file: string; readonly shows: 'a finding' | 'a lens' };
}

interface WorkbenchSetting<F extends OpenedFolder> extends PageSetting<F> {
  readonly server?: ServerSetting;
}

/** A function is called when the tests begin, before the folder is made. */
type ServerSetting = ServerOptions | (() => Promise<ServerOptions>);

/** What the tests of a block share; complete as soon as the first of them runs. */
export interface Vscode {
  readonly server: VscodeServer;
}

export interface Workbench<F extends OpenedFolder> extends Vscode {
  readonly folder: F;
  readonly page: Page;
}

/**
 * A VS Code with Lockstep over a folder for the tests of the `describe` that calls this: it starts before the first and ends after
 * the last. A test that fails leaves a picture of what stood there in `.cache`.
 */
export function useWorkbench<F extends OpenedFolder>({ server = {}, ...setting }: WorkbenchSetting<F>): Workbench<F> {
  const { vscode, start, stop } = prepared(server);
  before(start);
  const workbench = usePage(vscode, setting);
  after(stop);
  return workbench;
}

/** The same without a window, for blocks inside that open one folder each. */
export function useVscode(options: ServerSetting): Vscode {
  const { vscode, start, stop } = prepared(options);
  before(start);
  after(stop);
  return vscode;
}

/** A window of a VS Code that a block around this one uses. */
export function usePage<F extends OpenedFolder>(vscode: Vscode, { folder, size, opens }: PageSetting<F>): Workbench<F> {
  const shared: { folder?: F; page?: Page } = {};
  before(async () => {
    shared.folder = await folder();
    shared.page = await openWorkbench(vscode.server.url(shared.folder.path), size);
    if (opens === undefined) return;
    await openFile(shared.page, opens.file);
    await (opens.shows === 'a lens' ? dryRunLens(shared.page) : squiggle(shared.page)).waitFor();
    // The palette lists what is possible when it opens, and VS Code may learn late that the folder is trusted.
    await shared.page.locator('.editor-actions .action-label[aria-label*="Dry Run"]:not(.disabled)').first().waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await shared.page?.screenshot({ path: `.cache/failed ${this.currentTest.title.replaceAll('/', ' ')}.png` });
  });
  after(async () => {
    await shared.page?.context().close();
    shared.folder?.remove();
  });
  return {
    get server() { return vscode.server; },
    get folder() { return started(shared.folder); },
    get page() { return started(shared.page); },
  };
}

interface Prepared {
  readonly vscode: Vscode;
  start(): Promise<void>;
  stop(): Promise<void>;
}

function prepared(options: ServerSetting): Prepared {
  let server: VscodeServer | undefined;
  return {
    vscode: { get server() { return started(server); } },
    start: async () => { server = await startVscodeServer(typeof options === 'function' ? await options() : options); },
    stop: async () => { await server?.stop(); },
  };
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The workbench is there once the hooks have run: ask for it in a test.');
  return part;
}

/** The first underlined text of the editors that are seen. */
export function squiggle(page: Page): Locator {
  return page.locator('.squiggly-warning, .squiggly-error').first();
}

/** Over a script that Lockstep has read. */
export function dryRunLens(page: Page): Locator {
  return page.locator('.codelens-decoration', { hasText: 'Dry Run' }).first();
}

/** The title over VS Code's pickers. */
export function quickTitle(page: Page, text: string | RegExp): Promise<void> {
  return page.locator('.quick-input-title', { hasText: text }).waitFor();
}

/** A question of New Migration: in the field as long as it is empty, or below it. */
export function quickQuestion(page: Page, text: string): Promise<void> {
  return page.locator(`.quick-input-widget input[placeholder*="${text}"]`).or(page.locator('.quick-input-message', { hasText: text })).first().waitFor();
}

export function quickRow(page: Page, text: string | RegExp): Locator {
  return page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
}

export function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget input[type="text"]').first();
}

/** The line below the field of VS Code's pickers: a hint, or why an answer is refused. */
export function quickMessage(page: Page, text: string | RegExp): Promise<void> {
  return page.locator('.quick-input-message', { hasText: text }).waitFor();
}

/** Until nothing is left to be saved. */
export function allSaved(page: Page): Promise<void> {
  return page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
}

/** Takes away the messages that are read. */
export async function dismissMessages(page: Page): Promise<void> {
  await runCommand(page, 'Notifications: Clear All Notifications');
  await page.locator('.notification-toast').first().waitFor({ state: 'detached' });
}

/** Changes to a theme unless it is there already. */
export async function useTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  const isDark = (await page.locator('.monaco-workbench.vs-dark').count()) > 0;
  if (isDark === (theme === 'dark')) return;
  await runCommand(page, 'Preferences: Toggle between Light/Dark Themes');
  await page.locator(theme === 'dark' ? '.monaco-workbench.vs-dark' : '.monaco-workbench.vs:not(.vs-dark)').waitFor();
}

interface Picture {
  /** Those of the README are written into the tree with LOCKSTEP_SCREENSHOTS=1, so that an ordinary run leaves it as it was. */
  readonly of?: 'the readme';
  /** From the top; left out: all that is seen. */
  readonly clip?: { readonly width: number; readonly height: number };
}

/** A picture of the workbench to look at, in `.cache/screenshots`. */
export async function shoot(page: Page, name: string, { of, clip }: Picture = {}): Promise<void> {
  // The caret blinks and lists settle: two pictures of one state should be alike.
  await page.waitForTimeout(700);
  const folder = join(root, of === 'the readme' && process.env['LOCKSTEP_SCREENSHOTS'] === '1' ? 'media/screenshots' : '.cache/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide', ...(clip === undefined ? {} : { clip: { x: 0, y: 0, ...clip } }) });
}

/** The same in both themes. */
export async function shootInBothThemes(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await useTheme(page, theme);
    await shoot(page, `${name}-${theme}`);
  }
}
