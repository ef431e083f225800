import * as vscode from 'vscode';
import { requests } from '../../app/editor-protocol.ts';
import { historyIsClean, summarySentence } from '../../report/history-report.ts';
import { prettyHistory } from '../../report/pretty-history.ts';
import { plainTerminal } from '../../report/terminal.ts';
import { withServerProgress } from '../progress.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { targetWish } from '../target-settings.ts';
import { commandTarget } from '../targets.ts';
import { chooseFolder } from './new-migration.ts';

/** "Lockstep: Dry Run Whole History": every pair of a folder in order, a line for each in an output of its own, the sum as a message. */
export async function dryRunAll(client: Client, output: vscode.OutputChannel, given: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showInformationMessage('A dry run executes the SQL of this workspace. Trust the workspace first (command "Workspaces: Manage Workspace Trust").');
    return;
  }
  const folder = await chooseFolder(client, commandTarget(given), 'Dry Run Whole History');
  if (folder === null) return;
  const target = targetWish(vscode.Uri.parse(folder.uri));
  const answer = await withServerProgress(client, { title: `Dry run of ${folder.label}` }, (workDoneToken, cancellation) =>
    ask(client, requests.dryRunAll, { uri: folder.uri, workDoneToken, target }, cancellation),
  );
  if (answer.kind === 'refused') return showRefusal(answer);
  const { report } = answer;
  // Whole paths, because of those VS Code makes links: no path lies below this root.
  output.replace(prettyHistory(report, { ...plainTerminal, root: '//' }));
  output.show(true);
  const message = `${summarySentence(report)}.`;
  if (historyIsClean(report, 'warning')) void vscode.window.showInformationMessage(message);
  else void vscode.window.showWarningMessage(message);
}
