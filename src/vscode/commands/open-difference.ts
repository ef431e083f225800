import * as vscode from 'vscode';
import { requests, type ScriptParams } from '../../app/editor-protocol.ts';
import { isRecord } from '../../model/record.ts';
import { applyFileChanges } from '../file-changes.ts';
import { withServerProgress } from '../progress.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { targetWish } from '../target-settings.ts';
import { commandScript, commandTarget } from '../targets.ts';
import { openPair } from './new-migration.ts';

/** "Lockstep: Open a New Migration with the Difference": a merged migration is put back, and what its edit changed becomes a pair of its own. */
export async function openDifference(client: Client, given: unknown, more: unknown): Promise<void> {
  const script = asked(given, more);
  if (script === null) {
    void vscode.window.showInformationMessage('Open the up of the merged migration first.');
    return;
  }
  await vscode.workspace.saveAll(false);
  const uri = vscode.Uri.parse(script.uri);
  const answer = await withServerProgress(client, { title: 'What the edit changed' }, (workDoneToken, cancellation) => ask(client, requests.openDifference, { ...script, workDoneToken, target: targetWish(uri) }, cancellation));
  if (answer.kind === 'refused') return showRefusal(answer);
  if (!(await applyFileChanges(answer.changes))) {
    void vscode.window.showErrorMessage(`VS Code could not change the files of ${answer.restored}; they are as they were.`);
    return;
  }
  if (answer.made !== null) await openPair(answer.made);
  tell([`${answer.restored} is as it was merged${answer.id === null ? ', and there is nothing for a new migration to do' : `; ${answer.id} does what the edit did`}.`, ...answer.notes], answer.notes.length);
}

/** A merged migration that is gone has no file to be called on: its folder and its id are given. */
function asked(given: unknown, more: unknown): (ScriptParams & { readonly gone?: string }) | null {
  const folder = commandTarget(given);
  if (folder !== null && isRecord(more) && typeof more['gone'] === 'string') return { uri: folder.toString(), gone: more['gone'] };
  return commandScript(given, more);
}

function tell(sentences: readonly string[], notes: number): void {
  const message = sentences.join(' ');
  void (notes === 0 ? vscode.window.showInformationMessage(message) : vscode.window.showWarningMessage(message));
}
