import * as vscode from 'vscode';
import { requests, type FolderChoice, type NameAnswer, type NewMigrationAnswer, type Refusal } from '../../app/editor-protocol.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { chooseTemplate, fillTemplate } from './from-template.ts';
import { commandTarget } from '../targets.ts';

/**
 * "Lockstep: New Migration": asks for the folder if it must, for a template and its answers or for a name, then opens up and down
 * side by side. A key binding or a task can give the name as the second argument; nothing is asked then, and the files are blank.
 */
export async function newMigration(client: Client, given: unknown, givenName: unknown): Promise<void> {
  const folder = await chooseFolder(client, commandTarget(given), 'New Migration');
  if (folder === null) return;
  const template = typeof givenName === 'string' ? 'blank' : await chooseTemplate(client, folder);
  if (template === null) return;
  if (template !== 'blank') return newFromTemplate(client, folder, template);
  const name = typeof givenName === 'string' ? givenName : await askName(client, folder, 'New Migration');
  if (name === null) return;
  const answer = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Writing ${name}`, cancellable: true }, (_progress, token) =>
    ask(client, requests.newMigration, { folder: folder.uri, name }, token),
  );
  if (answer.kind === 'refused') return showRefusal(answer);
  await openPair(answer);
}

/** The first of the migrations is opened; the others wait for their release. */
async function newFromTemplate(client: Client, folder: FolderChoice, template: string): Promise<void> {
  const written = await fillTemplate(client, folder, template);
  const [first, ...later] = written?.created ?? [];
  if (first === undefined) return;
  await openPair({ kind: 'created', ...first });
  if (later.length > 0) void vscode.window.showInformationMessage(`${String(later.length + 1)} migrations were written. Each says at its top what has to be deployed before it runs.`);
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

export async function askName(client: Client, folder: FolderChoice, title: string): Promise<string | null> {
  const name = await vscode.window.showInputBox({
    title: `${title} in ${folder.label} (${folder.layout})`,
    prompt: 'What does it do? The next number or timestamp is added for you.',
    placeHolder: 'add_currency_to_orders',
    ignoreFocusOut: true,
    validateInput: async (value) => (value.trim() === '' ? emptyName(value) : nameMessage(await ask(client, requests.checkName, { folder: folder.uri, name: value }))),
  });
  return name === undefined ? null : name;
}

/** Nothing typed yet is no reproach, but it cannot be accepted either. */
function emptyName(value: string): vscode.InputBoxValidationMessage {
  return { message: value === '' ? 'Type what the migration does, e.g. add_currency_to_orders.' : 'A name needs letters or digits.', severity: vscode.InputBoxValidationSeverity.Error };
}

function nameMessage(answer: NameAnswer | Refusal): vscode.InputBoxValidationMessage {
  if ('kind' in answer) return { message: answer.message, severity: vscode.InputBoxValidationSeverity.Error };
  const preview = answer.preview === null ? '' : `Will write ${answer.preview}`;
  if (answer.verdict === 'accept') return { message: preview, severity: vscode.InputBoxValidationSeverity.Info };
  const severity = answer.verdict === 'warn' ? vscode.InputBoxValidationSeverity.Warning : vscode.InputBoxValidationSeverity.Error;
  const message = [answer.reason ?? '', answer.verdict === 'warn' ? preview : ''].filter((part) => part !== '').join(' — ');
  return { message, severity };
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
