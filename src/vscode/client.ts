import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, TransportKind, WorkDoneProgress, type ErrorHandler, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';
import { editorNotifications, programPatterns, type InitializationOptions } from '../app/editor-protocol.ts';
import { followScripts } from './context-keys.ts';
import { sqlLanguages } from './contributions.ts';
import { answerServer, withoutSecrets, type Secrets } from './secrets.ts';

/**
 * Starts the language server and gives its client. The server is a process of its own: nothing is parsed in the extension host.
 * This file is loaded after activation, because the client's library takes longer to load than all the rest of the extension.
 */
export async function startClient(context: vscode.ExtensionContext, output: vscode.LogOutputChannel, secrets: Secrets): Promise<LanguageClient> {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.cjs').fsPath;
  const server: ServerOptions = {
    run: { module, transport: TransportKind.ipc, options: { execArgv: [roomForTrees] } },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: [roomForTrees, '--nolazy', '--inspect=6009'] } },
  };
  const initializationOptions: InitializationOptions = { docs: vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules').toString(), commands: true, scripts: true, trusted: vscode.workspace.isTrusted };
  const options: LanguageClientOptions = {
    documentSelector: [...sqlLanguages.map((language) => ({ scheme: 'file', language })), ...['**/*.sql', ...programPatterns].map((pattern) => ({ scheme: 'file', pattern }))],
    diagnosticCollectionName: 'lockstep',
    outputChannel: withoutSecrets(output, secrets),
    initializationOptions,
    errorHandler: restarting(),
    markdown: { isTrusted: false, supportHtml: false },
  };
  const client = new LanguageClient('lockstep', 'Lockstep', server, options);
  context.subscriptions.push(followScripts(client));
  answerServer(client, secrets);
  await client.start();
  context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(() => void client.sendNotification(editorNotifications.trusted)));
  return client;
}

/** What the server tells of a request that carries this token. */
export function onWorkDone(client: LanguageClient, token: string, listener: (message: string, percentage: number | null) => void): vscode.Disposable {
  return client.onProgress(WorkDoneProgress.type, token, (value) => {
    if (value.kind !== 'end') listener(value.message ?? '', value.percentage ?? null);
  });
}

const mostRestarts = 4;
const withinMilliseconds = 3 * 60 * 1000;

/** Starts a crashed server again and says so; one that keeps crashing is left alone. */
function restarting(): ErrorHandler {
  let restarts: number[] = [];
  return {
    error: (error) => ({ action: ErrorAction.Continue, message: `The connection to the Lockstep language server failed: ${error.message}` }),
    closed: () => {
      const now = Date.now();
      restarts = [...restarts.filter((time) => now - time < withinMilliseconds), now];
      if (restarts.length > mostRestarts) {
        return { action: CloseAction.DoNotRestart, message: 'The Lockstep language server keeps crashing and stays off. Reload the window to try again; the output "Lockstep" has the details.' };
      }
      // The client's library would only log it.
      void vscode.window.showWarningMessage('The Lockstep language server crashed and was started again. Nothing was lost; the output "Lockstep" has the details.');
      return { action: CloseAction.Restart, handled: true };
    },
  };
}

/** Parse trees are many small objects that live for a moment: with room for the young generation (MB) they are collected at once instead of copied twice. */
const roomForTrees = '--max-semi-space-size=64';
