import { CodeLensRefreshRequest, type Connection } from 'vscode-languageserver';
import { gapWords } from './code-lenses.ts';
import type { Checks } from './checks.ts';

/** Editors ask for the lenses of a document again when it is typed in, but not when its other side is: then they have to be told. */
export class LensRefresh {
  readonly #connection: Connection;
  /** What was last answered, by path. */
  readonly #shown = new Map<string, string>();
  #isDue = false;
  /** Whether the editor wants to be told. */
  isWanted = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  answered(path: string, checks: Checks): void {
    if (this.isWanted) this.#shown.set(path, gapWords(path, checks));
  }

  /** The other side of a document was typed in; nothing happens where its lenses stay as they are. */
  otherChanged(path: string, checks: Checks): void {
    const shown = this.#shown.get(path);
    if (shown !== undefined && shown !== gapWords(path, checks)) this.askAgain();
  }

  closed(path: string): void {
    this.#shown.delete(path);
  }

  /** Once for everything that changes in the same turn. */
  askAgain(): void {
    if (!this.isWanted || this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      // An editor that ends meanwhile answers nobody.
      this.#connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    });
  }
}
