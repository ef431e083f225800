import type { CompleteDownAnswer, DryRunParams, MakeDownAnswer, MakeDownParams } from '../app/editor-protocol.ts';
import { completeDown } from '../app/complete-down.ts';
import type { DryRunRequest } from '../app/dry-run.ts';
import { makeDown } from '../app/make-down.ts';
import { UserError } from '../model/errors.ts';
import type { MadeDown } from '../model/made-down.ts';
import { uriOf } from './documents.ts';
import { wishOf, type DryRunWiring } from './dry-run.ts';
import { placeOfScript, type ScriptPlace } from './migrations.ts';
import { withProgress } from './progress.ts';

/** Generates the down of the migration that a file belongs to, from what the editor has unsaved. */
export async function generateDown(wiring: DryRunWiring, params: MakeDownParams, signal: AbortSignal): Promise<MakeDownAnswer> {
  const place = await placeOfScript(wiring, params);
  const data = params.data === 'keep aside' ? params.data : 'lose';
  return answer(place, await onPlace(wiring, { place, params, signal }, (request) => makeDown(wiring.ports, { ...request, data })));
}

/** Adds what the down of a migration misses, also what of it is unsaved. */
export async function completeMissing(wiring: DryRunWiring, params: DryRunParams, signal: AbortSignal): Promise<CompleteDownAnswer> {
  const place = await placeOfScript(wiring, params);
  const down = await onPlace(wiring, { place, params, signal }, (request) => completeDown(wiring.ports, request));
  return down === null ? { kind: 'nothing' } : answer(place, down);
}

interface Asked {
  readonly place: ScriptPlace;
  readonly params: DryRunParams;
  readonly signal: AbortSignal;
}

function onPlace<T>({ connection, documents }: DryRunWiring, { place: { project, located }, params, signal }: Asked, run: (request: DryRunRequest) => Promise<T>): Promise<T> {
  pathOfDown({ located });
  const overrides = new Map(documents.all().map((document) => [document.path, document.text.getText()]));
  return withProgress(connection, { token: params.workDoneToken, title: `Down of ${located.migration.id}` }, (progress) => run({ project, located, overrides, signal, progress, ...wishOf(params) }));
}

function answer({ located }: ScriptPlace, down: MadeDown): MakeDownAnswer {
  return { kind: 'down', down, uri: uriOf(pathOfDown({ located })), up: uriOf(located.migration.up.path) };
}

function pathOfDown({ located: { folder, migration } }: Pick<ScriptPlace, 'located'>): string {
  const path = migration.down?.path ?? migration.downPath;
  if (path === null) throw new UserError('migration-not-found', `${folder.layout.title} has no place for a down.`, 'Write the way back as a new migration.');
  return path;
}
