import * as vscode from 'vscode';
import type { Secrets } from './secrets.ts';

/** Name of the key among the secrets, as Neon's own command line calls it in the environment. */
const keyName = 'NEON_API_KEY';

/** "Lockstep: Set Neon API Key": keeps it in SecretStorage; true when there is a new one. */
export async function setNeonKey(secrets: Secrets): Promise<boolean> {
  const key = await vscode.window.showInputBox({
    title: 'Neon API key',
    prompt: 'Made in the Neon console. A key that is limited to one project is enough, and the safest.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (/^[\x21-\x7e]+$/.test(text.trim()) ? null : 'A key has neither spaces nor line breaks.'),
  });
  if (key === undefined) return false;
  await secrets.keep(keyName, key.trim());
  void vscode.window.showInformationMessage("The Neon API key is kept in VS Code's secret storage.");
  return true;
}

/** "Lockstep: Forget Neon API Key". */
export async function forgetNeonKey(secrets: Secrets): Promise<void> {
  await secrets.forget(keyName);
  void vscode.window.showInformationMessage('VS Code no longer knows a Neon API key.');
}
