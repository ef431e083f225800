import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { editorRequests, type ChooseAnswer, type ChooseParams, type ConfirmServerAnswer, type ConfirmServerParams, type SecretAnswer, type SecretParams } from '../app/editor-protocol.ts';

/** Connections and keys in VS Code's SecretStorage, by the name of the environment variable that would hold them. */
export class Secrets {
  readonly #storage: vscode.SecretStorage;
  /** What was read, as it can stand in a text. */
  readonly #read = new Set<string>();

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async read(name: string): Promise<string | null> {
    const value = (await this.#storage.get(keyOf(name))) ?? null;
    if (value !== null && value !== '') for (const form of formsOf(value)) this.#read.add(form);
    return value;
  }

  /** The text without any secret that was read. */
  hide(text: string): string {
    return [...this.#read].sort((a, b) => b.length - a.length).reduce((hidden, secret) => hidden.replaceAll(secret, '…'), text);
  }

  async keep(name: string, value: string): Promise<void> {
    await this.#storage.store(keyOf(name), value);
  }

  async forget(name: string): Promise<void> {
    await this.#storage.delete(keyOf(name));
  }
}

/** As it is, and as JSON has it; of a connection also its password alone. */
function formsOf(value: string): readonly string[] {
  const password = URL.canParse(value) ? new URL(value).password : '';
  return [value, JSON.stringify(value).slice(1, -1), ...(password.length < shortestPassword ? [] : [password])];
}

/** A shorter one is found in every other word. */
const shortestPassword = 6;

/** An output to which no secret gets: the client's library writes every message there when its user traces them, answers with secrets included. */
export function withoutSecrets(output: vscode.LogOutputChannel, secrets: Secrets): vscode.LogOutputChannel {
  return new Proxy(output, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...given: readonly unknown[]): unknown => Reflect.apply(member, target, given.map((each) => (typeof each === 'string' ? secrets.hide(each) : each)));
    },
  });
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
