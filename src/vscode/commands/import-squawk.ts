import * as vscode from 'vscode';
import { requests } from '../../app/editor-protocol.ts';
import { ask, showRefusal, type Client } from '../requests.ts';

/** "Lockstep: Import squawk Configuration": a `lockstep.config.json` beside the `.squawk.toml`, shown at once. */
export async function importSquawk(client: Client): Promise<void> {
  const found = await vscode.workspace.findFiles('**/.squawk.toml', '**/node_modules/**');
  const chosen = found.length > 1 ? await choose(found) : found[0];
  if (found.length > 1 && chosen === undefined) return;
  const answer = await ask(client, requests.importSquawk, { uri: chosen?.toString() ?? null });
  if (answer.kind === 'refused') return showRefusal(answer);
  await vscode.window.showTextDocument(vscode.Uri.file(answer.path));
}

async function choose(found: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  return (await vscode.window.showQuickPick(items, { title: 'Import squawk configuration', placeHolder: 'Which one?' }))?.uri;
}
