import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { parsePageState, type PageState } from '../report/protocol.ts';

/**
 * The newest report of each migration, as files of the workspace's storage. VS Code saves what a page remembers only now and
 * then, so without them a window that is reloaded soon after a run would say that the run was interrupted.
 */
export class KeptReports {
  readonly #folder: vscode.Uri | null;
  #last: Promise<void> = Promise.resolve();

  /** Without a folder (no workspace is open) nothing is kept. */
  constructor(storage: vscode.Uri | undefined) {
    this.#folder = storage === undefined ? null : vscode.Uri.joinPath(storage, 'reports');
  }

  /** A run that began makes the report before it old, so it goes; what a run told stays until then. */
  follow(state: PageState): void {
    const file = this.#file(state.path);
    if (file === null) return;
    // One after the other: a deletion must not overtake the report that follows it. A disk that refuses costs the report after a reload alone.
    this.#last = this.#last.then(() => settle(file, state)).then(undefined, () => undefined);
  }

  /** The report of a migration that is newer than what its page remembers, or null. */
  async find(path: string): Promise<PageState | null> {
    const file = this.#file(path);
    return file === null ? null : read(file);
  }

  /** The newest report that fits: for a page of which VS Code has kept the title alone. */
  async findNewest(fits: (state: PageState) => boolean): Promise<PageState | null> {
    const folder = this.#folder;
    if (folder === null) return null;
    const names = await vscode.workspace.fs.readDirectory(folder).then((entries) => entries.map(([name]) => name), () => []);
    const kept = await Promise.all(names.map((name) => vscode.Uri.joinPath(folder, name)).map(async (file) => ({ state: await read(file), time: await timeOf(file) })));
    return kept.filter(({ state }) => state !== null && fits(state)).sort((a, b) => b.time - a.time)[0]?.state ?? null;
  }

  #file(path: string): vscode.Uri | null {
    const name = `${createHash('sha256').update(path).digest('hex')}.json`;
    return this.#folder === null ? null : vscode.Uri.joinPath(this.#folder, name);
  }
}

async function read(file: vscode.Uri): Promise<PageState | null> {
  try {
    return parsePageState(JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(file))));
  } catch {
    return null;
  }
}

async function timeOf(file: vscode.Uri): Promise<number> {
  return vscode.workspace.fs.stat(file).then(({ mtime }) => mtime, () => 0);
}

async function settle(file: vscode.Uri, state: PageState): Promise<void> {
  if (state.kind === 'report') await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(JSON.stringify(state)));
  else await vscode.workspace.fs.delete(file);
}
