import * as vscode from 'vscode';
import type { FileChange } from '../model/file-change.ts';

/** Makes all changes as one step that the user can undo, and saves what they write. False when VS Code refused; nothing has changed then. */
export async function applyFileChanges(changes: readonly FileChange[]): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  const written: vscode.Uri[] = [];
  for (const change of changes) {
    const uri = vscode.Uri.file(change.path);
    if (change.kind === 'delete') edit.deleteFile(uri, { recursive: true, ignoreIfNotExists: true });
    else if (change.kind === 'create') edit.createFile(uri, { contents: new TextEncoder().encode(change.text) });
    else {
      const to = change.kind === 'move' ? vscode.Uri.file(change.to) : uri;
      const document = change.text === undefined ? null : await vscode.workspace.openTextDocument(uri);
      if (change.kind === 'move') edit.renameFile(uri, to);
      if (document === null || change.text === undefined) continue;
      edit.set(to, wholeText(document, change.text));
      written.push(to);
    }
  }
  if (!(await vscode.workspace.applyEdit(edit))) return false;
  for (const uri of written) await (await vscode.workspace.openTextDocument(uri)).save();
  return true;
}

/** An editor writes every line end of a document alike, and keeps those it has unless it is told. */
function wholeText(document: vscode.TextDocument, text: string): vscode.TextEdit[] {
  const whole = vscode.TextEdit.replace(new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)), text);
  const ends = text.includes('\r\n') ? vscode.EndOfLine.CRLF : vscode.EndOfLine.LF;
  return !text.includes('\n') || document.eol === ends ? [whole] : [whole, vscode.TextEdit.setEndOfLine(ends)];
}
