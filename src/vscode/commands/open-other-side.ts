import * as vscode from 'vscode';
import { requests } from '../../app/editor-protocol.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { commandTarget, show } from '../targets.ts';

/** "Lockstep: Open the Other Side": up ↔ down. A down that is missing opens as a new file, on disk only once it is saved. */
export async function openOtherSide(client: Client, given: unknown): Promise<void> {
  const uri = commandTarget(given);
  if (uri === null) {
    void vscode.window.showInformationMessage('Open the up or the down of a migration first; Lockstep then opens the other one.');
    return;
  }
  const answer = await ask(client, requests.otherSide, { uri: uri.toString() });
  if (answer.kind === 'refused') return showRefusal(answer);
  const other = vscode.Uri.parse(answer.uri);
  const isActive = vscode.window.activeTextEditor?.document.uri.toString() === uri.toString();
  await show(answer.exists ? other : other.with({ scheme: 'untitled' }), { viewColumn: isActive ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active, preview: false });
}
