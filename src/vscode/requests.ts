import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Refusal, RequestName, RequestTypes } from '../app/editor-protocol.ts';
import { commandIds } from './contributions.ts';

/** The language server's client once it has started; the extension is active before that. */
export type Client = Promise<LanguageClient>;

/** Asks the language server. A refusal is an answer; only a bug or a dead server rejects. */
export async function ask<R extends RequestName>(client: Client, name: R, params: RequestTypes[R]['params'], token?: vscode.CancellationToken): Promise<RequestTypes[R]['answer'] | Refusal> {
  const started = await client;
  // The library takes a token that is undefined for a second parameter.
  return token === undefined ? started.sendRequest(name, params) : started.sendRequest(name, params, token);
}

/** Tells the user what can be mended and how; a cancelled run needs no words. The command ends without waiting for a click. */
export function showRefusal(refusal: Refusal): void {
  if (refusal.code === 'cancelled') return;
  void vscode.window.showErrorMessage([refusal.message, refusal.next].filter((part) => part !== '').map(sentence).join(' '));
}

/** Wraps a command so that a bug reaches the user with a way to the details, and never as VS Code's bare error text. */
export function guarded<A extends readonly unknown[]>(output: vscode.LogOutputChannel, run: (...given: A) => Promise<void>): (...given: A) => Promise<void> {
  return async (...given) => {
    try {
      await run(...given);
    } catch (error) {
      if (error instanceof vscode.CancellationError) return;
      output.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      void offerOutput(`Lockstep failed because of a bug of its own: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

async function offerOutput(message: string): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(message, 'Show Output');
  if (chosen !== undefined) await vscode.commands.executeCommand(commandIds.showOutput);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
