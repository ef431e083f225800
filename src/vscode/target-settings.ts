import * as vscode from 'vscode';
import type { TargetWish } from '../app/target-choice.ts';
import { targetKinds } from '../model/config.ts';
import { settings } from './contributions.ts';

/** What the user's settings say about the target of a file; `project` and anything unknown leave it to `lockstep.config.json`. */
export function targetWish(uri: vscode.Uri | null): TargetWish {
  const configuration = vscode.workspace.getConfiguration(undefined, uri);
  const kind = targetKinds.find((known) => known === configuration.get(settings.target));
  const engine = (['docker', 'podman'] as const).find((known) => known === configuration.get(settings.engine));
  return { ...(kind === undefined ? {} : { kind }), ...(engine === undefined ? {} : { engine }) };
}

/** Whether the user wants the contention probe in the dry runs of a file. */
export function probeWish(uri: vscode.Uri): { readonly probe?: 'on' } {
  return vscode.workspace.getConfiguration(undefined, uri).get(settings.probe) === true ? { probe: 'on' } : {};
}

/** Writes the choice where the user has made one before, else into the user's own settings: which target one has is not the team's business. */
export async function keepTarget(uri: vscode.Uri | null, kind: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(undefined, uri);
  const known = configuration.inspect(settings.target);
  const scope = known?.workspaceFolderValue !== undefined ? vscode.ConfigurationTarget.WorkspaceFolder : known?.workspaceValue !== undefined ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update(settings.target, kind, scope);
}
