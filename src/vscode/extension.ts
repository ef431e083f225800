import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { createClient } from './client.ts';
import { DryRuns } from './commands/dry-run.ts';
import { newMigration } from './commands/new-migration.ts';
import { openOtherSide } from './commands/open-other-side.ts';
import { followScripts } from './context-keys.ts';
import { commandIds, reportViewType, type CommandId } from './contributions.ts';
import { ReportPanels } from './report-panel.ts';
import { guarded } from './requests.ts';
import { SchemaDiffs } from './schema-diff.ts';

let client: LanguageClient | null = null;

/** Registers what VS Code shows and starts the language server without waiting for it. */
export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel('Lockstep', { log: true });
  const started = createClient(context, output);
  client = started;
  const diffs = new SchemaDiffs();
  const reports = new ReportPanels(context.extensionUri, {
    rerun: (path) => void vscode.commands.executeCommand(commandIds.dryRun, vscode.Uri.file(path)),
    cancel: (path) => runs.cancel(path),
    openDiff: (view) => void diffs.open(view),
  });
  const runs = new DryRuns(started, reports);
  const commands: Readonly<Record<CommandId, (given?: unknown, more?: unknown) => Promise<void>>> = {
    [commandIds.newMigration]: (given, name) => newMigration(started, given, name),
    [commandIds.dryRun]: (given) => runs.run(given),
    [commandIds.openOtherSide]: (given) => openOtherSide(started, given),
    [commandIds.openSchemaDiff]: () => openActiveDiff(reports, diffs),
    [commandIds.showOutput]: () => Promise.resolve(output.show()),
  };
  context.subscriptions.push(
    output,
    diffs,
    followScripts(started),
    vscode.window.registerWebviewPanelSerializer(reportViewType, reports),
    ...Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, guarded(output, run))),
  );
  started.start().catch((error: unknown) => {
    output.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    void vscode.window.showErrorMessage('The Lockstep language server did not start, so nothing is checked. The output "Lockstep" has the details.');
  });
}

/** VS Code waits for this: the server ends with the window, and its children with it. */
export async function deactivate(): Promise<void> {
  if (client?.isRunning() === true) await client.stop();
}

async function openActiveDiff(reports: ReportPanels, diffs: SchemaDiffs): Promise<void> {
  const view = reports.active();
  if (view === null) void vscode.window.showInformationMessage('Dry-run a migration first; its report leads to the schema diff.');
  else await diffs.open(view);
}
