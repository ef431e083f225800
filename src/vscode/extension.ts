import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { captureSizes } from './commands/capture-sizes.ts';
import { importSquawk } from './commands/import-squawk.ts';
import { chooseTarget } from './commands/choose-target.ts';
import { DryRuns } from './commands/dry-run.ts';
import { drift } from './commands/drift.ts';
import { dryRunAll } from './commands/dry-run-all.ts';
import { Generations } from './commands/generate.ts';
import { completeDown, generateDown } from './commands/generate-down.ts';
import { deleteMigration, renameMigration, renumber } from './commands/move-migration.ts';
import { newMigration } from './commands/new-migration.ts';
import { openDifference } from './commands/open-difference.ts';
import { openOtherSide } from './commands/open-other-side.ts';
import { forgetConnection, setConnection } from './commands/set-connection.ts';
import { commandIds, reportViewType, type CommandId } from './contributions.ts';
import { NeonBranches } from './neon-branches.ts';
import { forgetNeonKey, setNeonKey } from './neon-key.ts';
import { ReportPanels } from './report-panel.ts';
import { guarded, type Client } from './requests.ts';
import { SchemaDiffs } from './schema-diff.ts';
import { Secrets } from './secrets.ts';

let client: Client | null = null;
let pages: ReportPanels | null = null;

/** Registers what VS Code shows and starts the language server without waiting for it. */
export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel('Lockstep', { log: true });
  // Its lines lead to the files: VS Code makes links of paths there.
  const histories = vscode.window.createOutputChannel('Lockstep: Whole History');
  const secrets = new Secrets(context.secrets);
  const started = startLater(context, output, secrets);
  client = started;
  const diffs = new SchemaDiffs();
  const reports = new ReportPanels(context, {
    rerun: ({ path, migration }) => void vscode.commands.executeCommand(commandIds.dryRun, vscode.Uri.file(path), { migration }),
    cancel: (state) => runs.cancel(state),
    openDiff: (view) => void diffs.open(view),
    decide: (path, decision) => void guarded(output, () => generations.decide(path, decision))(),
  });
  pages = reports;
  void reports.replaceOrphans();
  const runs = new DryRuns(started, reports);
  const generations = new Generations(started, reports);
  const neon = new NeonBranches(started);
  const commands: Readonly<Record<CommandId, (given?: unknown, more?: unknown) => Promise<void>>> = {
    [commandIds.newMigration]: (given, name) => newMigration(started, given, name),
    [commandIds.dryRun]: (given, more) => runs.run(given, more),
    [commandIds.dryRunAll]: (given) => dryRunAll(started, histories, given),
    [commandIds.openOtherSide]: (given, more) => openOtherSide(started, given, more),
    [commandIds.generateDown]: (given, more) => generateDown(started, given, more),
    [commandIds.completeDown]: (given, more) => completeDown(started, given, more),
    [commandIds.generateFromSchema]: (given, name) => generations.run(given, name),
    [commandIds.renumber]: (given) => renumber(started, given),
    [commandIds.renameMigration]: (given, name) => renameMigration(started, given, name),
    [commandIds.deleteMigration]: (given) => deleteMigration(started, given),
    [commandIds.openDifference]: (given, more) => openDifference(started, given, more),
    [commandIds.openSchemaDiff]: () => openActiveDiff(reports, diffs),
    [commandIds.showOutput]: () => Promise.resolve(output.show()),
    [commandIds.chooseTarget]: () => chooseTarget(started),
    [commandIds.captureSizes]: (given) => captureSizes(started, given),
    [commandIds.importSquawk]: () => importSquawk(started),
    [commandIds.drift]: (given) => drift(started, diffs, given),
    [commandIds.setConnection]: () => setConnection(secrets),
    [commandIds.forgetConnection]: () => forgetConnection(secrets),
    [commandIds.setNeonKey]: async () => {
      if (await setNeonKey(secrets)) neon.refresh();
    },
    [commandIds.forgetNeonKey]: () => forgetNeonKey(secrets),
    [commandIds.refreshNeonBranches]: () => Promise.resolve(neon.refresh()),
    [commandIds.deleteNeonBranch]: (given) => neon.delete(given),
  };
  context.subscriptions.push(
    output,
    histories,
    diffs,
    neon,
    vscode.window.registerWebviewPanelSerializer(reportViewType, reports),
    ...Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, guarded(output, run))),
  );
  started.catch((error: unknown) => {
    output.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    void vscode.window.showErrorMessage('The Lockstep language server did not start, so nothing is checked. The output "Lockstep" has the details.');
  });
}

/** Activation is over first: the editor does not wait for the client's library to load. */
async function startLater(context: vscode.ExtensionContext, output: vscode.LogOutputChannel, secrets: Secrets): Promise<LanguageClient> {
  await new Promise((resolve) => setImmediate(resolve));
  const { startClient } = await import('./client.ts');
  return startClient(context, output, secrets);
}

/** VS Code waits for this: the server ends with the window, and its children with it. */
export async function deactivate(): Promise<void> {
  await pages?.forgetPages();
  const started = await client?.catch(() => null);
  if (started?.isRunning() === true) await started.stop();
}

async function openActiveDiff(reports: ReportPanels, diffs: SchemaDiffs): Promise<void> {
  const view = reports.active();
  if (view === null) void vscode.window.showInformationMessage('Dry-run a migration first; its report leads to the schema diff.');
  else await diffs.open(view);
}
