import * as vscode from 'vscode';
import { requests, type MoveAnswer, type MoveParams } from '../../app/editor-protocol.ts';
import { applyFileChanges } from '../file-changes.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { commandScript } from '../targets.ts';

/** "Lockstep: Renumber": the migration and those after it that are not merged get the numbers they would get today. */
export async function renumber(client: Client, given: unknown): Promise<void> {
  const answer = await plan(client, given, { kind: 'renumber' });
  if (answer === null) return;
  if (answer.changes.length === 0) {
    void vscode.window.showInformationMessage(`${answer.id} has the number already that it would get today.`);
    return;
  }
  // Where the order is a list of names, nothing is called otherwise.
  const last = `${answer.id} is now the last.`;
  await change(answer, answer.renamings.length === 0 ? last : answer.renamings.map(({ from, to }) => `${from} is now ${to}.`).join(' '));
}

/** "Lockstep: Rename Migration": another name under the same number, in both files and the bookkeeping. */
export async function renameMigration(client: Client, given: unknown, givenName: unknown): Promise<void> {
  const script = commandScript(given, undefined);
  const named = script === null ? null : await ask(client, requests.migration, script);
  if (named === null) return nothingOpen();
  if (named.kind === 'refused') return showRefusal(named);
  const name = typeof givenName === 'string' ? givenName : await vscode.window.showInputBox({ title: `Rename ${named.id}`, value: named.name, prompt: 'Number and order stay as they are.', ignoreFocusOut: true });
  if (name === undefined || name === named.name) return;
  const answer = await plan(client, given, { kind: 'rename', name });
  if (answer !== null) await change(answer, answer.renamings.map(({ from, to }) => `${from} is now ${to}.`).join(' '));
}

/** "Lockstep: Delete Migration": both sides and the bookkeeping, after one question. */
export async function deleteMigration(client: Client, given: unknown): Promise<void> {
  const answer = await plan(client, given, { kind: 'delete' });
  if (answer === null) return;
  const gone = answer.changes.filter(({ kind }) => kind === 'delete').map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  const chosen = await vscode.window.showWarningMessage(`Delete ${answer.id}?`, { modal: true, detail: `${gone.join(', ')}\n\nUndo in the editor or the explorer brings it back.` }, 'Delete');
  if (chosen === 'Delete') await change(answer, `${answer.id} is gone.`);
}

async function plan(client: Client, given: unknown, move: MoveParams['move']): Promise<MoveAnswer | null> {
  const script = commandScript(given, undefined);
  if (script === null) {
    nothingOpen();
    return null;
  }
  await vscode.workspace.saveAll(false);
  const answer = await ask(client, requests.move, { ...script, move });
  if (answer.kind !== 'refused') return answer;
  showRefusal(answer);
  return null;
}

function nothingOpen(): void {
  void vscode.window.showInformationMessage('Open the up or the down of the migration first.');
}

async function change(answer: MoveAnswer, done: string): Promise<void> {
  if (await applyFileChanges(answer.changes)) void vscode.window.showInformationMessage(done);
  else void vscode.window.showErrorMessage(`VS Code could not change the files of ${answer.id}; they are as they were.`);
}
