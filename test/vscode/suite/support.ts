import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';

/** The workspace that the suite runs in: a copy of the examples, as one monorepo. */
export function workspaceFile(...parts: readonly string[]): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('the suite needs a workspace');
  return vscode.Uri.joinPath(folder.uri, ...parts);
}

/** Writes a file that the editor does not have open yet. */
export function writeFile(parts: readonly string[], text: string): vscode.Uri {
  const uri = workspaceFile(...parts);
  mkdirSync(dirname(uri.fsPath), { recursive: true });
  writeFileSync(uri.fsPath, text);
  return uri;
}

export async function open(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
}

/** Replaces the whole text as typing would: through the editor. */
export async function type(editor: vscode.TextEditor, text: string): Promise<void> {
  const { document } = editor;
  const whole = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  if (!(await editor.edit((edit) => edit.replace(whole, text)))) throw new Error('the editor refused the text');
}

/** Waits until the editor's state gives an answer. */
export function until<T>(look: () => T | undefined, what: string): Promise<T> {
  return untilCalled(() => Promise.resolve(look()), what);
}

/** The same where the editor has to be asked by a command. */
export async function untilCalled<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits for a diagnostic by its rule or SQLSTATE. */
export function diagnostic(uri: vscode.Uri, code: string): Promise<vscode.Diagnostic> {
  return until(() => vscode.languages.getDiagnostics(uri).find((each) => codeOf(each) === code), `${code} in ${uri.path}`);
}

export function codes(uri: vscode.Uri): readonly string[] {
  return vscode.languages.getDiagnostics(uri).map(codeOf);
}

export function codeOf(diagnostic: vscode.Diagnostic): string {
  return String(typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code);
}

/** Throws away what was typed and closes everything. */
export async function closeAll(): Promise<void> {
  for (const editor of vscode.window.visibleTextEditors) {
    if (!editor.document.isDirty) continue;
    await vscode.window.showTextDocument(editor.document, editor.viewColumn);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

export const extensionId = 'lockstep.lockstep';

export function pathInWorkspace(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri, false);
}

