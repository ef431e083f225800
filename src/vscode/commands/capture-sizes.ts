import * as vscode from 'vscode';
import { requests } from '../../app/editor-protocol.ts';
import { defaultConfig } from '../../model/config.ts';
import { withServerProgress } from '../progress.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { commandTarget } from '../targets.ts';

/** "Lockstep: Capture Table Sizes": reads how large a server's tables are, into the file that dry runs estimate from. */
export async function captureSizes(client: Client, given: unknown): Promise<void> {
  const variable = await vscode.window.showInputBox({
    title: 'Capture table sizes from a server',
    prompt: 'The name of its connection: an environment variable, or one that "Set the Connection of the Server Target" keeps. The server is only read.',
    value: defaultConfig.url.environmentVariable,
    ignoreFocusOut: true,
    validateInput: (text) => (/^[A-Za-z_]\w*$/.test(text) ? null : 'A name of letters, digits and underscores.'),
  });
  if (variable === undefined) return;
  const uri = commandTarget(given)?.toString() ?? null;
  const answer = await withServerProgress(client, { title: 'Reading table sizes' }, (_, cancellation) => ask(client, requests.captureStats, { uri, variable }, cancellation));
  if (answer.kind === 'refused') return showRefusal(answer);
  const open = 'Open';
  // The command is done; whether someone looks at the file is their own affair.
  void vscode.window.showInformationMessage(`Sizes of ${String(answer.tables)} tables were captured.`, open).then((chosen) => (chosen === open ? vscode.window.showTextDocument(vscode.Uri.file(answer.path)) : undefined));
}
