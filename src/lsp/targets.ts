import type { Connection } from 'vscode-languageserver';
import { editorRequests, type ConfirmServerAnswer, type ConfirmServerParams, type SecretAnswer, type SecretParams, type TargetsAnswer, type TargetsParams } from '../app/editor-protocol.ts';
import type { ConfirmPort, Ports, SecretPort } from '../app/ports.ts';
import { targetChoice } from '../app/target-choice.ts';
import { defaultConfig, targetKinds, type Config } from '../model/config.ts';
import { pathOf } from './documents.ts';
import { folderOf, type Projects } from './projects.ts';

/** Every kind of target with what it lacks here and now. */
export async function availableTargets({ projects, ports }: { readonly projects: Projects; readonly ports: Ports }, { uri, target }: TargetsParams): Promise<TargetsAnswer> {
  const config = await configAt(projects, uri);
  const choices = await Promise.all(targetKinds.map(async (kind) => ({ kind, lacking: await ports.targets.lacking(targetChoice(config, { ...target, kind })) })));
  return { kind: 'targets', project: config.target, choices, connection: config.url.environmentVariable, branch: config.neon.parentBranch };
}

async function configAt(projects: Projects, uri: string | null): Promise<Config> {
  const path = uri === null ? null : pathOf(uri);
  const place = path === null ? null : await projects.placeOf(path);
  if (place !== null && path !== null) return (folderOf(place.project, path) ?? place.project).config;
  return (await projects.all())[0]?.config ?? defaultConfig;
}

/** What the editor keeps for its user; an editor that keeps nothing leaves it to the environment. */
export function editorSecrets(connection: Connection, environment: SecretPort): SecretPort {
  return {
    async read(name) {
      const params: SecretParams = { name };
      const answer = await connection.sendRequest<SecretAnswer>(editorRequests.secret, params).catch(() => null);
      return answer?.value ?? environment.read(name);
    },
  };
}

/** Asks the user in the editor's own dialog, or in the protocol's where the editor has none. Silence means no. */
export function editorConfirm(connection: Connection): ConfirmPort {
  return async ({ question, detail }) => {
    const params: ConfirmServerParams = { question, detail };
    const answer = await connection.sendRequest<ConfirmServerAnswer>(editorRequests.confirmServer, params).catch(() => null);
    if (answer !== null) return answer.confirmed;
    const chosen = await connection.window.showWarningMessage(`${question} ${detail}`, { title: useIt }).catch(() => undefined);
    // The protocol's word for closing the message without an answer is null.
    return chosen?.title === useIt;
  };
}

const useIt = 'Use This Server';
