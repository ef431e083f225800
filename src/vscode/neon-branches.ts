import * as vscode from 'vscode';
import { requests, type NeonBranchView } from '../app/editor-protocol.ts';
import { neonViewId } from './contributions.ts';
import { ask, showRefusal, type Client } from './requests.ts';

/** The view "Neon Branches": what Lockstep made and has not deleted yet. It asks Neon only while somebody looks at it. */
export class NeonBranches implements vscode.TreeDataProvider<NeonBranchView>, vscode.Disposable {
  readonly #client: Client;
  readonly #view: vscode.TreeView<NeonBranchView>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(client: Client) {
    this.#client = client;
    this.#view = vscode.window.createTreeView(neonViewId, { treeDataProvider: this });
    this.#view.onDidChangeVisibility(({ visible }) => {
      if (visible) this.refresh();
    });
  }

  refresh(): void {
    this.#changed.fire();
  }

  async getChildren(parent?: NeonBranchView): Promise<NeonBranchView[]> {
    if (parent !== undefined) return [];
    if (!vscode.workspace.isTrusted) return this.#nothing('A window that is not trusted asks Neon nothing.');
    const answer = await ask(this.#client, requests.neonBranches, {});
    if (answer.kind === 'refused') return this.#nothing(`${answer.message} ${answer.next}`);
    if (answer.lacking !== null) return this.#nothing(answer.lacking);
    return answer.branches.length === 0 ? this.#nothing('Lockstep has no branch there.') : this.#listed(answer.branches);
  }

  getTreeItem(branch: NeonBranchView): vscode.TreeItem {
    const item = new vscode.TreeItem(branch.name);
    const expiry = branch.expiresAt === null ? 'does not expire' : `expires ${fromNow(branch.expiresAt)}`;
    item.id = branch.id;
    item.description = `made ${fromNow(branch.createdAt)}, ${expiry}${branch.inUse ? ', in use' : ''}`;
    item.tooltip = `${branch.purpose} · ${branch.id} in project ${branch.project}`;
    item.iconPath = new vscode.ThemeIcon(branch.inUse ? 'sync' : 'git-branch');
    item.contextValue = 'branch';
    return item;
  }

  /** "Delete Branch" on an entry. */
  async delete(given: unknown): Promise<void> {
    const branch = isBranch(given) ? given : this.#view.selection[0];
    if (branch === undefined) return;
    const detail = `${branch.inUse ? 'A dry run may be using it right now, and would fail. ' : ''}It was made for a ${branch.purpose} ${fromNow(branch.createdAt)}. Its parent stays as it is.`;
    if ((await vscode.window.showWarningMessage(`Delete the Neon branch ${branch.name}?`, { modal: true, detail }, deleteIt)) !== deleteIt) return;
    const answer = await ask(this.#client, requests.deleteNeonBranch, { project: branch.project, id: branch.id });
    if (answer.kind === 'refused') showRefusal(answer);
    this.refresh();
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }

  #nothing(reason: string): NeonBranchView[] {
    this.#view.message = reason;
    return [];
  }

  #listed(branches: readonly NeonBranchView[]): NeonBranchView[] {
    // VS Code shows no line above the list for an empty message.
    this.#view.message = '';
    return [...branches];
  }
}

const deleteIt = 'Delete Branch';

/** What VS Code hands to a command of the view is what getChildren gave it. */
function isBranch(given: unknown): given is NeonBranchView {
  return typeof given === 'object' && given !== null && 'id' in given && 'project' in given;
}

const units = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]] as const;

/** "5 minutes ago", "in 2 hours", "now". */
function fromNow(time: string): string {
  const distance = Date.parse(time) - Date.now();
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const [unit, length] = units.find(([, milliseconds]) => Math.abs(distance) >= milliseconds) ?? ['second', Infinity];
  return words.format(Math.round(distance / length), unit);
}
