import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from '../report/html.ts';
import { parsePageState, parseWebviewMessage, viewPaths, type PageMessage, type PageState, type WebviewMessage } from '../report/protocol.ts';
import type { ReportView } from '../report/view-model.ts';
import { reportViewType } from './contributions.ts';
import { KeptReports } from './kept-reports.ts';
import { OpenPages, type OpenPage } from './open-pages.ts';
import { reveal } from './targets.ts';

/** What the buttons of the page lead to. */
export interface ReportActions {
  rerun(state: PageState): void;
  cancel(state: PageState): void;
  openDiff(view: ReportView): void;
  /** What was generated is written, or forgotten. */
  decide(path: string, decision: 'accept' | 'discard'): void;
}

interface ShownReport {
  readonly panel: vscode.WebviewPanel;
  state: PageState;
}

/** The report pages that are open, one for each migration; VS Code brings them back after a reload. */
export class ReportPanels implements vscode.WebviewPanelSerializer {
  readonly #shown = new Map<string, ShownReport>();
  readonly #extensionUri: vscode.Uri;
  readonly #kept: KeptReports;
  readonly #pages: OpenPages;
  readonly #actions: ReportActions;

  constructor(context: vscode.ExtensionContext, actions: ReportActions) {
    this.#extensionUri = context.extensionUri;
    this.#kept = new KeptReports(context.storageUri);
    this.#pages = new OpenPages(context.workspaceState);
    this.#actions = actions;
  }

  /** Puts a page that answers in the place of each that a killed extension host left: with its report, or saying that its run is gone. */
  async replaceOrphans(): Promise<void> {
    for (const orphan of this.#pages.orphans()) {
      const tab = tabOf(orphan);
      const state = (await this.#kept.find(orphan.path)) ?? interrupted(orphan);
      // Whatever VS Code has brought back itself is no orphan.
      if (tab === null || this.#shown.has(orphan.path) || !(await vscode.window.tabGroups.close(tab, true))) continue;
      this.#open(state, tab.group.viewColumn);
    }
  }

  /** For the end of a host that is not killed. */
  async forgetPages(): Promise<void> {
    await this.#pages.forget();
  }

  /** Shows a state on the migration's page, opening one beside the editor when there is none. */
  show(state: PageState): void {
    const shown = this.#shown.get(state.path) ?? this.#open(state);
    shown.state = state;
    shown.panel.title = titleOf(state);
    if (state.kind === 'report' && !shown.panel.visible) shown.panel.reveal(undefined, true);
    if (state.kind !== 'report' || state.proposal === undefined) this.#kept.follow(state);
    void this.#post(shown);
  }

  /** Closes a page, as when what it proposed is not wanted. */
  close(path: string): void {
    this.#shown.get(path)?.panel.dispose();
  }

  /** The report on the page that has the focus, or null. */
  active(): ReportView | null {
    const shown = [...this.#shown.values()].find((each) => each.panel.active);
    return shown?.state.kind === 'report' ? shown.state.view : null;
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, remembered: unknown): Promise<void> {
    const state = await this.#lastState(panel.title, parsePageState(remembered));
    if (state === null) panel.dispose();
    else this.#adopt(panel, state);
  }

  /** VS Code keeps a page that has just opened before it keeps what the page remembers: then there is its title alone. */
  async #lastState(title: string, remembered: PageState | null): Promise<PageState | null> {
    if (remembered === null) return this.#kept.findNewest((state) => titleOf(state) === title);
    return (await this.#kept.find(remembered.path)) ?? remembered;
  }

  #open(state: PageState, viewColumn = vscode.ViewColumn.Beside): ShownReport {
    const panel = vscode.window.createWebviewPanel(reportViewType, titleOf(state), { viewColumn, preserveFocus: true });
    return this.#adopt(panel, state);
  }

  #adopt(panel: vscode.WebviewPanel, state: PageState): ShownReport {
    const dist = vscode.Uri.joinPath(this.#extensionUri, 'dist');
    const shown: ShownReport = { panel, state };
    this.#shown.set(state.path, shown);
    this.#pages.opened({ path: state.path, migration: state.migration });
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon.png');
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.onDidDispose(() => {
      this.#shown.delete(state.path);
      this.#pages.closed(state.path);
    });
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const parsed = parseWebviewMessage(message);
      if (parsed !== null) void this.#act(shown, parsed);
    });
    panel.webview.html = pageHtml({
      cspSource: panel.webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.js')).toString(),
      style: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.css')).toString(),
      title: titleOf(state),
    });
    return shown;
  }

  async #act(shown: ShownReport, message: WebviewMessage): Promise<void> {
    const { state } = shown;
    if (message.type === 'ready') await this.#post(shown);
    if (message.type === 'rerun') this.#actions.rerun(state);
    if (message.type === 'cancel') this.#actions.cancel(state);
    if (state.kind !== 'report') return;
    if (message.type === 'openDiff') this.#actions.openDiff(state.view);
    if (state.proposal !== undefined && (message.type === 'accept' || message.type === 'discard')) this.#actions.decide(state.path, message.type);
    // What is not written yet cannot be opened.
    if (state.proposal !== undefined) return;
    // The page can ask only for files of the report that it was given.
    if (message.type === 'reveal' && viewPaths(state.view).includes(message.path)) await reveal(message.path, message.span);
  }

  async #post(shown: ShownReport): Promise<void> {
    const message: PageMessage = { type: 'show', state: shown.state };
    await shown.panel.webview.postMessage(message);
  }
}

/** VS Code puts words of its own before the type that an extension gave. */
function tabOf(page: OpenPage): vscode.Tab | null {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.find(({ input, label }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(reportViewType) && label === titleOf(page)) ?? null;
}

function interrupted({ path, migration }: OpenPage): PageState {
  return { kind: 'stopped', path, migration, message: 'The dry run was interrupted: VS Code’s extension host, which ran it, ended and was started again.', next: 'Your files are untouched, and the next run clears away what this one left. Run it again.' };
}

function titleOf(state: Pick<PageState, 'migration'>): string {
  return `Dry Run: ${state.migration}`;
}
