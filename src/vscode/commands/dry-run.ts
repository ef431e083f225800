import * as vscode from 'vscode';
import { requests, type DryRunAnswer, type MigrationAnswer, type Refusal } from '../../app/editor-protocol.ts';
import type { PageState } from '../../report/protocol.ts';
import { reportView } from '../../report/view-model.ts';
import { withServerProgress } from '../progress.ts';
import type { ReportPanels } from '../report-panel.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { probeWish, targetWish } from '../target-settings.ts';
import { commandScript } from '../targets.ts';

/** Dry runs under way; one for each migration at a time. */
export class DryRuns {
  readonly #client: Client;
  readonly #reports: ReportPanels;
  readonly #running = new Map<string, vscode.CancellationTokenSource>();

  constructor(client: Client, reports: ReportPanels) {
    this.#client = client;
    this.#reports = reports;
  }

  /** "Lockstep: Dry Run" on the up or the down of a migration. */
  async run(given: unknown, more: unknown): Promise<void> {
    const script = commandScript(given, more);
    if (script === null) {
      void vscode.window.showInformationMessage('Open the up or the down of a migration first; Lockstep then runs the pair.');
      return;
    }
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showInformationMessage('A dry run executes the SQL of this workspace. Trust the workspace first (command "Workspaces: Manage Workspace Trust").');
      return;
    }
    const migration = await ask(this.#client, requests.migration, script);
    if (migration.kind === 'refused') return showRefusal(migration);
    await this.#runOnce(migration);
  }

  /** Ends the run of a migration; its page says so. */
  cancel({ path, migration }: Pick<PageState, 'path' | 'migration'>): void {
    this.#running.get(keyOf(path, migration))?.cancel();
  }

  async #runOnce(migration: MigrationAnswer): Promise<void> {
    const key = keyOf(pathOf(migration), migration.id);
    // A second run of the same migration is a wish for newer results: the first one ends.
    this.#running.get(key)?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.#running.set(key, source);
    try {
      const answer = await this.#withProgress(migration, source);
      if (this.#running.get(key) === source) this.#reports.show(finalPage(migration, answer));
    } catch (error) {
      this.#reports.show({ kind: 'stopped', path: pathOf(migration), migration: migration.id, message: 'The dry run ended because of a bug in Lockstep or a crash of its language server.', next: 'Run it again; the output "Lockstep" has the details.' });
      throw error;
    } finally {
      if (this.#running.get(key) === source) this.#running.delete(key);
      source.dispose();
    }
  }

  #withProgress(migration: MigrationAnswer, source: vscode.CancellationTokenSource): Thenable<DryRunAnswer | Refusal> {
    const also = (message: string, percentage: number): void => this.#reports.show({ kind: 'running', path: pathOf(migration), migration: migration.id, message, fraction: percentage / 100 });
    return withServerProgress(this.#client, { title: `Dry run of ${migration.id}`, also }, (workDoneToken, cancellation) => {
      cancellation.onCancellationRequested(() => source.cancel());
      return ask(this.#client, requests.dryRun, { uri: migration.up, migration: migration.id, workDoneToken, target: targetWish(vscode.Uri.parse(migration.up)), ...probeWish(vscode.Uri.parse(migration.up)) }, source.token);
    });
  }
}

/** Several migrations can stand in one file. */
function keyOf(path: string, migration: string): string {
  return `${path}\n${migration}`;
}

function pathOf(migration: MigrationAnswer): string {
  return vscode.Uri.parse(migration.up).path;
}

function finalPage(migration: MigrationAnswer, answer: DryRunAnswer | Refusal): PageState {
  const shared = { path: pathOf(migration), migration: migration.id };
  if (answer.kind === 'report') return { kind: 'report', ...shared, view: reportView(answer.report) };
  return { kind: 'stopped', ...shared, message: answer.message, next: answer.next };
}
