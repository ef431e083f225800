import * as vscode from 'vscode';
import { requests, type FolderChoice, type NewMigrationAnswer } from '../../app/editor-protocol.ts';
import type { TakingOut } from '../../app/from-template.ts';
import { applyFileChanges } from '../file-changes.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { chooseTemplate, fillTemplate, type ChosenTemplate } from './from-template.ts';
import { askName } from './migration-name.ts';
import { commandTarget } from '../targets.ts';

/**
 * "Lockstep: New Migration": asks for the folder if it must, for a template and its answers or for a name, then opens up and down
 * side by side. A key binding or a task can give the name as the second argument; nothing is asked then, and the files are blank.
 */
export async function newMigration(client: Client, given: unknown, givenName: unknown): Promise<void> {
  const folder = await chooseFolder(client, commandTarget(given), 'New Migration');
  if (folder === null) return;
  const template = typeof givenName === 'string' ? blank : await chooseTemplate(client, folder);
  if (template === null) return;
  if (template.id !== blank.id) return newFromTemplate(client, folder, template);
  const name = typeof givenName === 'string' ? givenName : await askName(client, folder, 'New Migration');
  if (name === null) return;
  const answer = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Writing ${name}`, cancellable: true }, (_progress, token) =>
    ask(client, requests.newMigration, { folder: folder.uri, name }, token),
  );
  if (answer.kind === 'refused') return showRefusal(answer);
  await openPair(answer);
}

const blank: ChosenTemplate = { id: 'blank', title: 'Blank' };

/** The first of the migrations is opened; the others wait for their release. */
async function newFromTemplate(client: Client, folder: FolderChoice, template: ChosenTemplate): Promise<void> {
  const written = await fillTemplate(client, folder, template);
  const [first, ...later] = written?.created ?? [];
  if (written === null || first === undefined) return;
  await openPair({ kind: 'created', ...first });
  if (later.length > 0) offerUndo(`${String(later.length + 1)} migrations were written. Each says at its top what has to be deployed before it runs.`, written.undo);
}

const undoButton = 'Undo All';

/** The command ends without waiting for a click. */
function offerUndo(message: string, undo: TakingOut): void {
  void vscode.window.showInformationMessage(message, undoButton).then((chosen) => (chosen === undoButton ? takeOut(undo) : undefined));
}

/** All of them or none: what somebody has worked on since stays, and so do the others. */
async function takeOut({ changes, written }: TakingOut): Promise<void> {
  for (const { path, text } of written) {
    const document = await Promise.resolve(vscode.workspace.openTextDocument(vscode.Uri.file(path))).catch(() => null);
    if (document?.getText() === text && !document.isDirty) continue;
    void vscode.window.showWarningMessage(`${vscode.workspace.asRelativePath(path)} has been changed since, so nothing was taken out. “Lockstep: Delete Migration” takes out one migration.`);
    return;
  }
  if (await applyFileChanges(changes)) void vscode.window.showInformationMessage('They are gone, with what the tool keeps of them. Undo in the explorer brings them back.');
  else void vscode.window.showErrorMessage('VS Code could not take them out; all files are as they were.');
}

/** The folder of the active editor or the clicked one wins; one folder needs no question. */
export async function chooseFolder(client: Client, near: vscode.Uri | null, title: string): Promise<FolderChoice | null> {
  const answer = await ask(client, requests.folders, { uri: near?.toString() ?? null });
  if (answer.kind === 'refused') {
    showRefusal(answer);
    return null;
  }
  const sure = answer.choices.find((choice) => choice.preferred) ?? (answer.choices.length === 1 ? answer.choices[0] : undefined);
  if (sure !== undefined) return sure;
  const picked = await vscode.window.showQuickPick(
    answer.choices.map((choice) => ({ label: choice.label, description: `${choice.layout} · ${choice.migrations} ${choice.migrations === 1 ? 'migration' : 'migrations'}`, choice })),
    { title, placeHolder: 'Which folder of migrations?', matchOnDescription: true },
  );
  return picked?.choice ?? null;
}

/** The up on the left with the focus, the down on the right, each with the cursor where typing starts; one file opens once, at its up. */
export async function openPair(answer: NewMigrationAnswer): Promise<void> {
  const column = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.One;
  const up = await openAt(answer.up, { viewColumn: column, preview: false });
  if (answer.down === null || answer.down.uri === answer.up.uri) return;
  await openAt(answer.down, { viewColumn: vscode.ViewColumn.Beside, preview: false, preserveFocus: true });
  await vscode.window.showTextDocument(up.document, { viewColumn: up.viewColumn ?? column, preview: false });
}

async function openAt(file: { readonly uri: string; readonly cursor: number }, options: vscode.TextDocumentShowOptions): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.parse(file.uri)), options);
  const position = editor.document.positionAt(file.cursor);
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(new vscode.Range(position, position));
  return editor;
}
