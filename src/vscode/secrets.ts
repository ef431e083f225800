import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { editorRequests, type ChooseAnswer, type ChooseParams, type ConfirmServerAnswer, type ConfirmServerParams, type SecretAnswer, type SecretParams } from '../app/editor-protocol.ts';

/** Connections and keys in VS Code's SecretStorage, by the name of the environment variable that would hold them. */
export class Secrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async read(name: string): Promise<string | null> {
    return (await this.#storage.get(keyOf(name))) ?? null;
  }

  async keep(name: string, value: string): Promise<void> {
    await this.#storage.store(keyOf(name), value);
  }

  async forget(name: string): Promise<void> {
    await this.#storage.delete(keyOf(name));
  }
}

function keyOf(name: string): string {
  return `lockstep.${name}`;
}

/** Answers what the language server may ask while it opens a target. A window that is not trusted gives nothing away. */
export function answerServer(client: LanguageClient, secrets: Secrets): void {
  client.onRequest(editorRequests.secret, async ({ name }: SecretParams): Promise<SecretAnswer> => ({ value: vscode.workspace.isTrusted ? await secrets.read(name) : null }));
  client.onRequest(editorRequests.confirmServer, async ({ question, detail }: ConfirmServerParams): Promise<ConfirmServerAnswer> => {
    if (!vscode.workspace.isTrusted) return { confirmed: false };
    return { confirmed: (await vscode.window.showWarningMessage(question, { modal: true, detail }, useIt)) === useIt };
  });
  client.onRequest(editorRequests.choose, async ({ question, options }: ChooseParams): Promise<ChooseAnswer> => {
    const chosen = await vscode.window.showQuickPick(options.map((label, index) => ({ label: worded(label), index })), { title: 'drizzle-kit asks', placeHolder: question, ignoreFocusOut: true });
    return { index: chosen?.index ?? null };
  });
}

/** drizzle-kit's own words, without the marks that stand for them in a terminal: `+ name create column`. */
function worded(option: string): string {
  const [, mark, what = '', kind = ''] = /^([+~])\s+(.*?)\s+((?:create|rename) \w+)$/.exec(option) ?? [];
  return mark === undefined ? option : `${mark === '+' ? '$(add)' : '$(arrow-right)'} ${kind}: ${what}`;
}

const useIt = 'Use This Server';
