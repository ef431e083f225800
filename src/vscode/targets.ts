import * as vscode from 'vscode';
import type { ScriptParams, ScriptPosition } from '../app/editor-protocol.ts';
import { isRecord } from '../model/record.ts';
import type { Span } from '../model/span.ts';

/** What a command was called on: an explorer entry, an editor title, a CodeLens, or the active editor. */
export function commandTarget(given: unknown): vscode.Uri | null {
  if (given instanceof vscode.Uri) return given;
  if (typeof given === 'string') return vscode.Uri.parse(given);
  return activeUri();
}

/** The script that a command was called on; where several stand in one file, the cursor or the CodeLens says which. */
export function commandScript(given: unknown, more: unknown): ScriptParams | null {
  const uri = commandTarget(given);
  if (uri === null) return null;
  if (isRecord(more) && typeof more['migration'] === 'string') return { uri: uri.toString(), migration: more['migration'] };
  const at = positionFrom(more) ?? cursorIn(uri);
  return { uri: uri.toString(), ...(at === null ? {} : { at }) };
}

/** VS Code's menus put something else there. */
function positionFrom(given: unknown): ScriptPosition | null {
  if (!isRecord(given)) return null;
  const { line, character } = given;
  return typeof line === 'number' && typeof character === 'number' ? { line, character } : null;
}

function cursorIn(uri: vscode.Uri): ScriptPosition | null {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.toString() !== uri.toString()) return null;
  const { line, character } = editor.selection.active;
  return { line, character };
}

/** An editor that opens is told of a little later than its tab. */
function activeUri(): vscode.Uri | null {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = vscode.window.activeTextEditor?.document.uri ?? (tab instanceof vscode.TabInputText ? tab.uri : null);
  return uri !== null && uri.scheme === 'file' ? uri : null;
}

/** Shows a document where it already is, else in the given column. */
export async function show(uri: vscode.Uri, options: vscode.TextDocumentShowOptions): Promise<vscode.TextEditor> {
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
  const place = visible?.viewColumn === undefined ? options : { ...options, viewColumn: visible.viewColumn };
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), place);
}

/** Selects a span of a file in an editor, where the file is already visible if it is. */
export async function reveal(path: string, span: Span): Promise<void> {
  const editor = await show(vscode.Uri.file(path), { viewColumn: vscode.ViewColumn.One, preview: false });
  const range = new vscode.Range(editor.document.positionAt(span.start), editor.document.positionAt(span.end));
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
