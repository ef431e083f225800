import type { MoveAnswer, MoveParams } from '../app/editor-protocol.ts';
import { planDelete, planRename, planRenumber, type MovePlan, type MoveRequest } from '../app/renumber.ts';
import { placeOfScript, type CreationWiring, type ScriptWiring } from './migrations.ts';

/** Plans what gives a migration another number or name, or takes it out; the editor does it. */
export async function moveMigration(wiring: CreationWiring & ScriptWiring, { move, ...script }: MoveParams, signal: AbortSignal): Promise<MoveAnswer> {
  const { located: { folder, migration } } = await placeOfScript(wiring, script);
  const { ports } = wiring;
  const request: MoveRequest = { folder, migration, signal };
  const plan = (): Promise<MovePlan> => (move.kind === 'renumber' ? planRenumber(ports, request) : move.kind === 'rename' ? planRename(ports, request, move.name) : planDelete(ports, request));
  return { kind: 'moves', id: migration.id, ...(await plan()) };
}
