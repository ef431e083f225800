import type { Connection } from 'vscode-languageserver';
import type { ChoosePort } from '../app/generated-copy.ts';
import { editorRequests, type AcceptGeneratedParams, type ChooseAnswer, type ChooseParams, type GenerateAnswer, type GenerateParams, type NewMigrationAnswer } from '../app/editor-protocol.ts';
import { acceptGenerated, generateFromSchema } from '../app/generate.ts';
import type { Ports } from '../app/ports.ts';
import { uriOf } from './documents.ts';
import { projectFolderAt } from './migrations.ts';
import { withProgress } from './progress.ts';
import type { Projects } from './projects.ts';

export interface GenerateWiring {
  readonly connection: Connection;
  readonly ports: Ports;
  readonly projects: Projects;
}

/** Generates a migration from the declared schema; the editor answers what the tool asks. */
export async function generateMigration({ connection, ports, projects }: GenerateWiring, params: GenerateParams, signal: AbortSignal): Promise<GenerateAnswer> {
  const place = await projectFolderAt(projects, ports.files, params.folder);
  const { target } = params;
  return withProgress(connection, { token: params.workDoneToken, title: `Generating ${params.name}` }, (progress) =>
    generateFromSchema(ports, { ...place, name: params.name, signal, progress, choose: editorChoice(connection), ...(target === undefined ? {} : { target }) }),
  );
}

/** Writes a generated migration that the user has accepted. */
export async function acceptMigration({ ports }: GenerateWiring, { up, down, ...generated }: AcceptGeneratedParams): Promise<NewMigrationAnswer> {
  await acceptGenerated(ports, generated);
  return { kind: 'created', up: { uri: uriOf(up), cursor: 0 }, down: down === null ? null : { uri: uriOf(down), cursor: 0 } };
}

/** An editor that cannot ask gives up, and the run ends as if cancelled. */
function editorChoice(connection: Connection): ChoosePort {
  return async (question) => {
    const params: ChooseParams = question;
    const answer = await connection.sendRequest<ChooseAnswer>(editorRequests.choose, params).catch(() => null);
    return answer?.index ?? null;
  };
}
