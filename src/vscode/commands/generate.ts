import * as vscode from 'vscode';
import { requests, type GenerateAnswer } from '../../app/editor-protocol.ts';
import { reportView } from '../../report/view-model.ts';
import { withServerProgress } from '../progress.ts';
import type { ReportPanels } from '../report-panel.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { targetWish } from '../target-settings.ts';
import { commandTarget } from '../targets.ts';
import { askName } from './migration-name.ts';
import { chooseFolder, openPair } from './new-migration.ts';

type Made = Exclude<GenerateAnswer, { readonly kind: 'nothing' }>;

/** Migrations that were generated and wait for a decision, by the path of the up that they would get. */
export class Generations {
  readonly #client: Client;
  readonly #reports: ReportPanels;
  readonly #waiting = new Map<string, Made>();

  constructor(client: Client, reports: ReportPanels) {
    this.#client = client;
    this.#reports = reports;
  }

  /** "Lockstep: Generate from Schema": what the declared schema asks for, with its down and a dry run, on a page that offers to write it. */
  async run(given: unknown, givenName: unknown): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showInformationMessage('Generating runs the schema and the drizzle-kit of this workspace. Trust the workspace first (command "Workspaces: Manage Workspace Trust").');
      return;
    }
    const folder = await chooseFolder(this.#client, commandTarget(given), 'Generate from Schema');
    if (folder === null) return;
    const name = typeof givenName === 'string' ? givenName : await askName(this.#client, folder, 'Generate from Schema');
    if (name === null) return;
    await vscode.workspace.saveAll(false);
    const answer = await withServerProgress(this.#client, { title: `Generating ${name}` }, (workDoneToken, cancellation) =>
      ask(this.#client, requests.generate, { folder: folder.uri, name, workDoneToken, target: targetWish(vscode.Uri.parse(folder.uri)) }, cancellation),
    );
    if (answer.kind === 'refused') return showRefusal(answer);
    if (answer.kind === 'nothing') {
      void vscode.window.showInformationMessage('The schema declares nothing that the migrations do not have.');
      return;
    }
    this.#waiting.set(answer.up.path, answer);
    const files = answer.changes.flatMap((change) => (change.kind === 'create' || change.kind === 'replace' ? [vscode.workspace.asRelativePath(change.path)] : []));
    this.#reports.show({ kind: 'report', path: answer.up.path, migration: answer.id, view: reportView(answer.report), proposal: { files } });
  }

  /** The page's two buttons. */
  async decide(path: string, decision: 'accept' | 'discard'): Promise<void> {
    const made = this.#waiting.get(path);
    if (made === undefined) return;
    if (decision === 'accept') {
      const { changes, basis, up, down } = made;
      const answer = await ask(this.#client, requests.acceptGenerated, { changes, basis, up: up.path, down: down?.path ?? null });
      if (answer.kind === 'refused') return showRefusal(answer);
      this.#reports.show({ kind: 'report', path, migration: made.id, view: reportView(made.report) });
      await openPair(answer);
    } else {
      this.#reports.close(path);
    }
    this.#waiting.delete(path);
  }
}
