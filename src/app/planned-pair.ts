import type { Plan } from '../dryrun/plan.ts';
import type { Migration } from '../model/migration.ts';
import { planDryRun, readTexts, type DryRunRequest } from './dry-run.ts';
import type { Ports } from './ports.ts';
import type { Located, MigrationFolder } from './project.ts';

export interface PlannedPair {
  readonly pair: Plan['migration'];
  /** Of the pair, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** One migration ready to run, without those before it: where many are planned, each is read and parsed once. */
export async function plannedPair(ports: Pick<Ports, 'files'>, request: Omit<DryRunRequest, 'located'>, { folder, migration }: { readonly folder: MigrationFolder; readonly migration: Migration }): Promise<PlannedPair> {
  const alone: Located = { folder: { ...folder, migrations: [migration] }, migration, side: 'up' };
  const texts = await readTexts(ports, { ...request, located: alone });
  return { pair: planDryRun(alone, texts, 0).migration, texts };
}
