import { needsOf, replay } from '../dryrun/history.ts';
import type { PastMigration } from '../dryrun/plan.ts';
import type { OpenTarget } from '../dryrun/targets/target.ts';
import { UserError } from '../model/errors.ts';
import { defaultTimeout, type DryRunRequest } from './dry-run.ts';
import { plannedPair } from './planned-pair.ts';
import type { Ports } from './ports.ts';
import type { MigrationFolder } from './project.ts';
import { targetChoice } from './target-choice.ts';

type HistoryRequest = Pick<DryRunRequest, 'project' | 'signal' | 'progress' | 'target'> & { readonly folder: MigrationFolder };

/** Every migration of a folder, ready to run; `overrides` are texts that the disk does not have, by path. */
export async function historySteps(ports: Pick<Ports, 'files'>, request: HistoryRequest, overrides: ReadonlyMap<string, string> = new Map()): Promise<readonly PastMigration[]> {
  const steps: PastMigration[] = [];
  for (const migration of request.folder.migrations) steps.push((await plannedPair(ports, { ...request, overrides }, { folder: request.folder, migration })).pair);
  return steps;
}

interface Use<T> {
  readonly steps: readonly PastMigration[];
  readonly use: (opened: OpenTarget) => Promise<T>;
}

/** Runs `use` on a scratch database where the steps are applied. Rejects with a UserError when it cannot be had, and where a step fails. */
export async function atEndOf<T>({ targets }: Pick<Ports, 'targets'>, { folder, target, signal, progress }: HistoryRequest, { steps, use }: Use<T>): Promise<{ readonly value: T; readonly on: string }> {
  const needs = await needsOf(steps, steps.map((each) => each.up));
  const opened = await targets.of(targetChoice(folder.config, target)).open({ ...needs, statementTimeout: defaultTimeout, signal });
  try {
    if (opened.capabilities.realData) throw new UserError('target-lacks', 'The history has to be replayed from nothing, and this target brings a database with data.', 'Choose the embedded PostgreSQL, a container or a server for it.');
    await replay(opened, steps, ({ message, fraction }) => { progress({ message, fraction: 0.1 + 0.8 * fraction }); });
    return { value: await use(opened), on: opened.capabilities.info.title };
  } finally {
    await opened.close();
  }
}
