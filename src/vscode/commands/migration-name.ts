import * as vscode from 'vscode';
import { requests, type FolderChoice } from '../../app/editor-protocol.ts';
import { ask, type Client } from '../requests.ts';

export const namePrompt = 'What does it do? The next number or timestamp is added for you.';

/** The name of a new migration, judged while it is typed; null when the user gave up. */
export async function askName(client: Client, folder: FolderChoice, title: string): Promise<string | null> {
  const name = await vscode.window.showInputBox({
    title: `${title} in ${folder.label} (${folder.layout})`,
    prompt: namePrompt,
    placeHolder: 'add_currency_to_orders',
    ignoreFocusOut: true,
    validateInput: (value) => judgeName(client, folder, value),
  });
  return name === undefined ? null : name;
}

/** What is said of a name: which file it will give, or why it cannot be. */
export async function judgeName(client: Client, folder: FolderChoice, value: string): Promise<vscode.InputBoxValidationMessage> {
  if (value.trim() === '') return emptyName(value);
  const answer = await ask(client, requests.checkName, { folder: folder.uri, name: value });
  if ('kind' in answer) return { message: answer.message, severity: vscode.InputBoxValidationSeverity.Error };
  const preview = answer.preview === null ? '' : `Will write ${answer.preview}`;
  if (answer.verdict === 'accept') return { message: preview, severity: vscode.InputBoxValidationSeverity.Info };
  const severity = answer.verdict === 'warn' ? vscode.InputBoxValidationSeverity.Warning : vscode.InputBoxValidationSeverity.Error;
  const message = [answer.reason ?? '', answer.verdict === 'warn' ? preview : ''].filter((part) => part !== '').join(' — ');
  return { message, severity };
}

/** Nothing typed yet is no reproach, but it cannot be accepted either. */
function emptyName(value: string): vscode.InputBoxValidationMessage {
  return { message: value === '' ? 'Type what the migration does, e.g. add_currency_to_orders.' : 'A name needs letters or digits.', severity: vscode.InputBoxValidationSeverity.Error };
}
