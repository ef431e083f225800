import * as vscode from 'vscode';
import type { DriftSide } from '../../app/drift.ts';
import { requests, type FolderChoice, type TargetsAnswer } from '../../app/editor-protocol.ts';
import { driftDocument } from '../../report/drift-document.ts';
import { withServerProgress } from '../progress.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import type { SchemaDiffs } from '../schema-diff.ts';
import { targetWish } from '../target-settings.ts';
import { commandTarget } from '../targets.ts';
import { chooseFolder } from './new-migration.ts';

/** "Lockstep: Drift": what a server, a Neon branch or the declared schema has that the history has not, as DDL in a read-only document. */
export async function drift(client: Client, documents: SchemaDiffs, given: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showInformationMessage('Drift is found by executing the SQL of this workspace. Trust the workspace first (command "Workspaces: Manage Workspace Trust").');
    return;
  }
  const folder = await chooseFolder(client, commandTarget(given), title);
  if (folder === null) return;
  const targets = await ask(client, requests.targets, { uri: folder.uri });
  if (targets.kind === 'refused') return showRefusal(targets);
  const other = await chooseSide(folder, targets);
  if (other === undefined) return;
  const target = targetWish(vscode.Uri.parse(folder.uri));
  const answer = await withServerProgress(client, { title: `Drift of ${folder.label}` }, (workDoneToken, cancellation) =>
    ask(client, requests.drift, { uri: folder.uri, workDoneToken, other, target }, cancellation),
  );
  if (answer.kind === 'refused') return showRefusal(answer);
  const { report } = answer;
  if (report.differences.length === 0) void vscode.window.showInformationMessage(`${report.other.title.replace(/^t/, 'T')} is what the history of ${folder.label} yields.`);
  else await documents.openText(`Drift of ${folder.label}.sql`, driftDocument(report, folder.label));
}

const title = 'Drift';

interface Choice extends vscode.QuickPickItem {
  readonly side: () => Thenable<DriftSide | undefined>;
}

async function chooseSide({ layout, label }: FolderChoice, { choices, connection, branch }: TargetsAnswer): Promise<DriftSide | undefined> {
  const lacking = choices.find(({ kind }) => kind === 'neon')?.lacking ?? null;
  const items: readonly Choice[] = [
    { label: 'Server', description: connection, detail: 'A database by the name of its connection; it is only read', side: () => askServer(connection) },
    { label: 'Neon branch', ...(lacking === null ? { description: branch ?? 'the default branch' } : { description: '$(warning) not ready' }), detail: lacking ?? 'A branch of your project by its own compute; it is only read, and none is made', side: () => askBranch(branch) },
    ...(layout === 'Drizzle' ? [{ label: 'Declared schema', detail: 'What drizzle-kit makes of the schema files', side: () => Promise.resolve({ kind: 'declared' } as const) }] : []),
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: `${title}: what is compared with the history of ${label}?` });
  return chosen?.side();
}

async function askServer(connection: string): Promise<DriftSide | undefined> {
  const variable = await vscode.window.showInputBox({
    title: `${title}: the server`,
    prompt: 'The name of its connection: an environment variable, or one that "Set the Connection of the Server Target" keeps. The server is only read.',
    value: connection,
    ignoreFocusOut: true,
    validateInput: (text) => (/^[A-Za-z_]\w*$/.test(text) ? null : 'A name of letters, digits and underscores.'),
  });
  return variable === undefined ? undefined : { kind: 'server', variable };
}

async function askBranch(branch: string | null): Promise<DriftSide | undefined> {
  const named = await vscode.window.showInputBox({
    title: `${title}: the Neon branch`,
    prompt: 'Its name or id; empty for the default branch of the project.',
    value: branch ?? '',
    ignoreFocusOut: true,
    validateInput: (text) => (/\s/.test(text.trim()) ? 'A name without spaces.' : null),
  });
  if (named === undefined) return undefined;
  return { kind: 'neon', branch: named.trim() === '' ? null : named.trim() };
}
