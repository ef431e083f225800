import * as vscode from 'vscode';
import { isRecord } from '../model/record.ts';

/** A report page by what it is called and what it is of. */
export interface OpenPage {
  readonly path: string;
  readonly migration: string;
}

/**
 * Which report pages this extension host has open, kept where the next one finds it. When a host is killed, VS Code keeps the
 * tabs of its pages and starts another host, which is told nothing of them: their buttons lead nowhere, and a run that they show
 * goes on for ever. A reload of the window is something else: VS Code then brings the pages back itself.
 */
export class OpenPages {
  readonly #state: vscode.Memento;
  readonly #open = new Map<string, OpenPage>();

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  opened(page: OpenPage): void {
    this.#open.set(page.path, page);
    void this.#keep();
  }

  closed(path: string): void {
    this.#open.delete(path);
    void this.#keep();
  }

  /** For a host that ends in peace: what it leaves is not orphaned. */
  async forget(): Promise<void> {
    this.#open.clear();
    await this.#keep();
  }

  /** The pages that another host of this same window had open when it ended without a word. */
  orphans(): readonly OpenPage[] {
    const kept: unknown = this.#state.get(key);
    if (!isRecord(kept) || kept['session'] !== vscode.env.sessionId || !Array.isArray(kept['pages'])) return [];
    return kept['pages'].flatMap((page: unknown) => {
      if (!isRecord(page)) return [];
      const { path, migration } = page;
      return typeof path === 'string' && typeof migration === 'string' ? [{ path, migration }] : [];
    });
  }

  async #keep(): Promise<void> {
    await this.#state.update(key, { session: vscode.env.sessionId, pages: [...this.#open.values()] });
  }
}

const key = 'lockstep.openPages';
