import type { OpenDifferenceAnswer, OpenDifferenceParams } from '../app/difference-protocol.ts';
import { openDifference, type OpenedDifference } from '../app/open-difference.ts';
import { uriOf } from './documents.ts';
import { wishOf, type DryRunWiring } from './dry-run.ts';
import { knownFolder, placeOfScript } from './migrations.ts';
import { withProgress } from './progress.ts';

/** Plans what restores a merged migration and does in a new one what its edit did; the editor does it. */
export async function planDifference(wiring: DryRunWiring, params: OpenDifferenceParams, signal: AbortSignal): Promise<OpenDifferenceAnswer> {
  const { connection, ports, projects } = wiring;
  const { gone, name = null } = params;
  const place = gone === undefined ? await placeOfScript(wiring, params).then(({ project, located: { folder, migration } }) => ({ project, folder, id: migration.id })) : { ...(await knownFolder(projects, params.uri)), id: gone };
  const { made, ...difference } = await withProgress(connection, { token: params.workDoneToken, title: `The difference of ${place.id}` }, (progress) =>
    openDifference(ports, { ...place, name, signal, progress, ...wishOf(params) }),
  );
  const file = ({ path, cursor }: NonNullable<OpenedDifference['made']>['up']): { readonly uri: string; readonly cursor: number } => ({ uri: uriOf(path), cursor });
  return { kind: 'difference', ...difference, made: made === null ? null : { kind: 'created', up: file(made.up), down: made.down === null ? null : file(made.down) }, id: made?.id ?? null };
}
