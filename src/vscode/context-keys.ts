import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { notifications, type ScriptsParams } from '../app/editor-protocol.ts';
import { contextKeys } from './contributions.ts';

/** Keeps the lists behind `resourcePath in lockstep.scripts` current, so that buttons appear on migrations alone. */
export function followScripts(client: LanguageClient): vscode.Disposable {
  return client.onNotification(notifications.scripts, (params: ScriptsParams) => {
    void set(contextKeys.scripts, params.scripts);
    void set(contextKeys.folders, params.folders);
    void vscode.commands.executeCommand('setContext', contextKeys.neon, params.neon);
  });
}

function set(key: string, uris: readonly string[]): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', key, uris.map((uri) => vscode.Uri.parse(uri).fsPath));
}
