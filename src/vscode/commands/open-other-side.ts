import * as vscode from 'vscode';
import { requests, type OtherSideAnswer } from '../../app/editor-protocol.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { commandScript, show } from '../targets.ts';

/** "Lockstep: Open the Other Side": up ↔ down. A down that is missing opens as a new file, on disk only once it is saved; in a file with both sides the cursor goes to the other section. */
export async function openOtherSide(client: Client, given: unknown, more: unknown): Promise<void> {
  const script = commandScript(given, more);
  if (script === null) {
    void vscode.window.showInformationMessage('Open the up or the down of a migration first; Lockstep then opens the other one.');
    return;
  }
  const answer = await ask(client, requests.otherSide, script);
  if (answer.kind === 'refused') return showRefusal(answer);
  if (answer.at !== undefined) return goToSection(answer, answer.at);
  const other = vscode.Uri.parse(answer.uri);
  const isActive = vscode.window.activeTextEditor?.document.uri.toString() === vscode.Uri.parse(script.uri).toString();
  await show(answer.exists ? other : other.with({ scheme: 'untitled' }), { viewColumn: isActive ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active, preview: false });
}

/** A section that is missing is added to the document, which is not saved, so that one undo takes it back. */
async function goToSection({ uri, text }: OtherSideAnswer, at: NonNullable<OtherSideAnswer['at']>): Promise<void> {
  const editor = await show(vscode.Uri.parse(uri), { viewColumn: vscode.ViewColumn.Active, preview: false });
  const { document } = editor;
  if (text !== undefined) await editor.edit((edit) => edit.replace(new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)), text));
  const position = new vscode.Position(at.line, at.character);
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
