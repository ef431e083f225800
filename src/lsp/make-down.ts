import type { MakeDownAnswer, MakeDownParams } from '../app/editor-protocol.ts';
import { makeDown } from '../app/make-down.ts';
import { UserError } from '../model/errors.ts';
import { uriOf } from './documents.ts';
import { wishOf, type DryRunWiring } from './dry-run.ts';
import { placeOfScript } from './migrations.ts';
import { withProgress } from './progress.ts';

/** Generates the down of the migration that a file belongs to, from what the editor has unsaved. */
export async function generateDown(wiring: DryRunWiring, params: MakeDownParams, signal: AbortSignal): Promise<MakeDownAnswer> {
  const { connection, ports, documents } = wiring;
  const { project, located } = await placeOfScript(wiring, params);
  const path = located.migration.down?.path ?? located.migration.downPath;
  if (path === null) throw new UserError('migration-not-found', `${located.folder.layout.title} has no place for a down.`, 'Write the way back as a new migration.');
  const overrides = new Map(documents.all().map((document) => [document.path, document.text.getText()]));
  const down = await withProgress(connection, { token: params.workDoneToken, title: `Down of ${located.migration.id}` }, (progress) =>
    makeDown(ports, { project, located, overrides, signal, progress, ...wishOf(params), data: params.data === 'keep aside' ? params.data : 'lose' }),
  );
  return { kind: 'down', down, uri: uriOf(path), up: uriOf(located.migration.up.path) };
}
