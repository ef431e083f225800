import * as vscode from 'vscode';
import { defaultConfig } from '../../model/config.ts';
import type { Secrets } from '../secrets.ts';

/** "Lockstep: Set the Connection of the Server Target": keeps it in SecretStorage, under the name that `lockstep.config.json` gives it. */
export async function setConnection(secrets: Secrets): Promise<void> {
  const name = await askName('Keep a connection');
  if (name === undefined) return;
  const value = await vscode.window.showInputBox({
    title: `Connection for ${name}`,
    prompt: 'postgres://user:password@host:5432/database. Its database is only connected to; dry runs make and drop their own beside it.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (isConnection(text) ? null : 'It begins with postgres:// and names a host.'),
  });
  if (value === undefined) return;
  await secrets.keep(name, value.trim());
  void vscode.window.showInformationMessage(`The connection ${name} is kept in VS Code's secret storage.`);
}

/** "Lockstep: Forget the Connection of the Server Target". */
export async function forgetConnection(secrets: Secrets): Promise<void> {
  const name = await askName('Forget a connection');
  if (name === undefined) return;
  await secrets.forget(name);
  void vscode.window.showInformationMessage(`VS Code no longer knows the connection ${name}.`);
}

function askName(title: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: 'Its name: url.environmentVariable of lockstep.config.json',
    value: defaultConfig.url.environmentVariable,
    validateInput: (text) => (/^[A-Za-z_]\w*$/.test(text) ? null : 'A name of letters, digits and underscores.'),
  });
}

function isConnection(text: string): boolean {
  return URL.canParse(text.trim()) && /^postgres(ql)?:$/.test(new URL(text.trim()).protocol);
}
