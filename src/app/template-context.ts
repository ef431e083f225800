import { historyKeys, needsOf, replay } from '../dryrun/history.ts';
import type { Progress } from '../dryrun/plan.ts';
import { takeSnapshot } from '../dryrun/schema/snapshot.ts';
import type { Layout } from '../layouts/layout.ts';
import { UserError } from '../model/errors.ts';
import type { Side, TransactionMode } from '../model/migration.ts';
import { nothingKnown, type SchemaFacts } from '../model/schema.ts';
import { runnerOf, type OutsideTransaction, type ScriptRunner, type TemplateContext } from '../templates/define-template.ts';
import { schemaFromSnapshot } from '../templates/support/schema-from-snapshot.ts';
import { defaultTimeout, planDryRun, readTexts } from './dry-run.ts';
import { prepareToCheck } from './live-script.ts';
import type { Ports } from './ports.ts';
import type { MigrationFolder, Project } from './project.ts';
import { targetChoice, type TargetWish } from './target-choice.ts';

export interface TemplateRequest {
  readonly project: Project;
  readonly folder: MigrationFolder;
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  readonly target?: TargetWish;
}

/** What a template can know in a folder; `lacking` says why the schema is not known, null: it is. */
export interface KnownContext {
  readonly context: TemplateContext;
  readonly lacking: string | null;
}

/** Schemas by the history that leads to them: the questions of one template ask for the same one again and again. */
const known = new Map<string, SchemaFacts>();
const mostKnown = 8;

/** What was learnt of a folder as it was read: an answer is checked with every key. A folder that changes is read anew, as another object. */
const contexts = new WeakMap<MigrationFolder, KnownContext>();

/** What templates choose from: the schema that the history leads to, the configuration, and how the folder's tool runs scripts. */
export async function templateContext(ports: Pick<Ports, 'files' | 'targets' | 'now'>, request: TemplateRequest): Promise<KnownContext> {
  await prepareToCheck();
  const { folder } = request;
  const learnt = contexts.get(folder);
  if (learnt !== undefined) return learnt;
  const { schema, lacking } = await schemaOf(ports, request);
  const runners = { up: runner(folder, 'up'), down: runner(folder, 'down') };
  const context = { lacking, context: { schema, config: folder.config, runners, takenNames: folder.migrations.map(({ name }) => name) } };
  // What could not be had may be there the next time.
  if (lacking === null) contexts.set(folder, context);
  return context;
}

/** A history that does not run, and a target that cannot be had, leave the user to type names instead of choosing them. */
async function schemaOf({ files, targets }: Pick<Ports, 'files' | 'targets'>, { project, folder, signal, progress, target }: TemplateRequest): Promise<{ readonly schema: SchemaFacts; readonly lacking: string | null }> {
  const newest = folder.migrations.at(-1);
  if (newest === undefined) return { schema: nothingKnown, lacking: null };
  const located = { folder, migration: newest, side: 'up' } as const;
  try {
    const texts = await readTexts({ files }, { project, located, overrides: new Map(), signal, progress });
    const { history, migration } = planDryRun(located, texts, defaultTimeout);
    const steps = [...history, { id: migration.id, up: migration.up }];
    const key = (await historyKeys(steps)).at(-1) ?? '';
    const kept = known.get(key);
    if (kept !== undefined) return { schema: kept, lacking: null };
    const opened = await targets.of(targetChoice(folder.config, target)).open({ ...(await needsOf(steps, steps.map((each) => each.up))), statementTimeout: defaultTimeout, signal });
    try {
      await replay(opened, steps, progress);
      const schema = schemaFromSnapshot(await takeSnapshot(opened.session));
      const [oldest] = known.keys();
      if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest);
      known.set(key, schema);
      return { schema, lacking: null };
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'cancelled') throw error;
    return { schema: nothingKnown, lacking: error.message };
  }
}

/** Asks the layout by what it makes of a script that wants no transaction. */
function runner({ layout, config, path }: MigrationFolder, side: Side): ScriptRunner {
  const ordinary = modeWith(layout, { path, side, config, transaction: 'tool' });
  if (ordinary === null) return { tool: layout.title, outside: 'never' };
  const given = runnerOf(ordinary);
  if (given.outside !== 'never') return given;
  const marked = modeWith(layout, { path, side, config, transaction: 'none' });
  const outside: OutsideTransaction = marked?.kind === 'autocommit' ? 'marked' : marked?.kind === 'implicit' ? 'single statement' : 'never';
  return { ...given, outside };
}

interface Probe extends Pick<MigrationFolder, 'path' | 'config'> {
  readonly side: Side;
  readonly transaction: 'tool' | 'none';
}

function modeWith(layout: Layout, { path, side, config, transaction }: Probe): TransactionMode | null {
  const next = layout.next({ folder: { path, files: [], read: () => null }, name: 'probe', now: new Date(0), config, content: { up: 'SELECT 1;', down: 'SELECT 1;', transaction } });
  const place = side === 'up' ? next.up : (next.down ?? next.up);
  const file = next.changes.find((change) => change.path === place.path);
  return file?.kind === 'create' ? (layout.read(file.text, { path: file.path, id: next.id, side, config })?.mode ?? null) : null;
}
