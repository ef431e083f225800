import { dryRunAll } from '../app/dry-run-all.ts';
import type { DryRunAllAnswer, DryRunParams } from '../app/editor-protocol.ts';
import { wishOf, type DryRunWiring } from './dry-run.ts';
import { knownFolder } from './migrations.ts';
import { withProgress } from './progress.ts';

/** Makes the round trip of every migration of a folder, with what the editor has unsaved. */
export async function runWholeHistory({ connection, ports, documents, projects }: DryRunWiring, params: DryRunParams, signal: AbortSignal): Promise<DryRunAllAnswer> {
  const found = await knownFolder(projects, params.uri);
  const overrides = new Map(documents.all().map((document) => [document.path, document.text.getText()]));
  const report = await withProgress(connection, { token: params.workDoneToken, title: 'Dry run of the whole history' }, (progress) =>
    dryRunAll(ports, { project: found.project, folders: [found.folder], since: null, overrides, signal, progress, ...wishOf(params) }),
  );
  return { kind: 'history', report };
}
