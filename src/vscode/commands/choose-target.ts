import * as vscode from 'vscode';
import { requests, type TargetsAnswer } from '../../app/editor-protocol.ts';
import type { TargetKind } from '../../model/config.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { keepTarget, targetWish } from '../target-settings.ts';
import { commandTarget } from '../targets.ts';

interface Choice extends vscode.QuickPickItem {
  readonly value: TargetKind | 'project';
}

/** "Lockstep: Choose Target": every target with what it lacks, and the project's own choice. */
export async function chooseTarget(client: Client): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showInformationMessage('A dry run executes the SQL of this workspace. Trust the workspace first (command "Workspaces: Manage Workspace Trust").');
    return;
  }
  const uri = commandTarget(undefined);
  const wish = targetWish(uri);
  const answer = await ask(client, requests.targets, { uri: uri?.toString() ?? null, target: wish });
  if (answer.kind === 'refused') return showRefusal(answer);
  const chosen = await vscode.window.showQuickPick(choicesOf(answer, wish.kind ?? 'project'), { title: 'Where dry runs happen', placeHolder: 'Lockstep never touches a database that it did not make itself', matchOnDetail: true });
  if (chosen === undefined) return;
  await keepTarget(uri, chosen.value);
  const [place] = titles[chosen.value === 'project' ? answer.project : chosen.value];
  void vscode.window.setStatusBarMessage(`$(beaker) Dry runs happen here now: ${place}`, shownFor);
}

/** Milliseconds. */
const shownFor = 8000;

const titles: Readonly<Record<TargetKind, readonly [label: string, detail: string]>> = {
  embedded: ['Embedded PostgreSQL', 'Nothing to install; one session, PostgreSQL 18, made-up rows'],
  container: ['Container', 'Docker or Podman, your own major version and image; a second session watches'],
  neon: ['Neon branch', 'Real rows on a throw-away branch of your project'],
  url: ['Server', 'A scratch database on a server of yours, made and dropped'],
};

function choicesOf({ project, choices }: TargetsAnswer, current: TargetKind | 'project'): readonly Choice[] {
  const mark = (value: Choice['value'], label: string): string => `${value === current ? '$(check) ' : ''}${label}`;
  const [named] = titles[project];
  return [
    { value: 'project', label: mark('project', 'As the project says'), description: named, detail: 'target in lockstep.config.json, else the embedded PostgreSQL' },
    ...choices.map(({ kind, lacking }): Choice => {
      const [label, detail] = titles[kind];
      return { value: kind, label: mark(kind, label), ...(lacking === null ? {} : { description: '$(warning) not ready' }), detail: lacking ?? detail };
    }),
  ];
}
