import { UserError } from '../model/errors.ts';
import type { CatalogState, LegName, LegTrace, Observed, TableSizes, TargetInfo, Trace } from '../model/trace.ts';
import { fillTables } from './fill/fill.ts';
import { needsOf, replay } from './history.ts';
import { runLeg } from './leg.ts';
import { startObserver } from './observe/observer.ts';
import { startProbe } from './observe/probe.ts';
import { measurePace, readSizes, workedOn } from './observe/sizes.ts';
import type { Plan, PlannedScript, RunOptions } from './plan.ts';
import { takeFingerprints, takeSequences } from './schema/fingerprints.ts';
import { takePositions } from './schema/positions.ts';
import { notCompared, takeSnapshot } from './schema/snapshot.ts';
import { DatabaseError, type OpenTarget, type SecondSession, type Session, type Target } from './targets/target.ts';

/**
 * One dry run: opens the target, brings it to where the history ends, makes up rows, then runs up, down and up again as far
 * as they go, looking at catalog and rows between them. Rejects with a UserError when the target or the history fails, or
 * when it is cancelled; what PostgreSQL says of the migration itself is part of the trace.
 */
export async function dryRun(target: Target, plan: Plan, options: RunOptions): Promise<Trace> {
  return prepared(target, plan, options, async (opened, readiness) => {
    const tell: Tell = (message, part) => { options.progress({ message, fraction: 0.55 + 0.45 * part }); };
    const { realData } = opened.capabilities;
    // Before the legs: what they drop is gone afterwards.
    const sizes: TableSizes | undefined = realData ? { source: 'target', capturedAt: null, tables: await readSizes(opened.session) } : options.sizes;
    const runs = await runLegs(opened, plan, { tell, afterUp: options.afterUp, probe: options.probe });
    return { target: await described(opened), ...readiness, ...runs, ...(await scaled(opened, runs, sizes)) };
  });
}

/** The target, with what the run leaves on it. */
async function described(opened: OpenTarget): Promise<TargetInfo> {
  const { info } = opened.capabilities;
  const left = (await opened.leftBehind?.()) ?? null;
  return left === null ? info : { ...info, notes: [...(info.notes ?? []), left] };
}

/** How large the tables are that the legs worked on, and how fast the target is where those sizes are another server's. */
async function scaled({ session, capabilities }: OpenTarget, { legs }: Pick<Trace, 'legs'>, sizes: TableSizes | undefined): Promise<Pick<Trace, 'sizes' | 'pace'>> {
  const touched = workedOn(legs);
  const tables = Object.entries(sizes?.tables ?? {}).filter(([table]) => touched.has(table));
  if (sizes === undefined || tables.length === 0) return {};
  const pace = capabilities.realData ? null : await measurePace(session);
  return { sizes: { ...sizes, tables: Object.fromEntries(tables) }, ...(pace === null ? {} : { pace }) };
}

type Readiness = Pick<Trace, 'history' | 'unfilled'>;

/** Opens the target, brings it to where the history ends with rows in its tables, and closes it after `use`. */
export async function prepared<T>(target: Target, plan: Plan, { signal, progress }: RunOptions, use: (opened: OpenTarget, readiness: Readiness) => Promise<T>): Promise<T> {
  const started = performance.now();
  progress({ message: 'Starting PostgreSQL', fraction: 0 });
  const opened = await target.open({
    ...(await needsOf(plan.history, scriptsOf(plan))),
    planned: { history: plan.history, migration: plan.migration },
    statementTimeout: plan.statementTimeout,
    signal,
  });
  try {
    const { cached } = await replay(opened, plan.history, ({ message, fraction }) => { progress({ message, fraction: 0.1 + 0.4 * fraction }); });
    const history = { migrations: plan.history.length, cached, duration: performance.now() - started };
    progress({ message: 'Making up rows', fraction: 0.5 });
    const unfilled = opened.capabilities.realData ? [] : await fillTables(opened.session);
    return await use(opened, { history, unfilled });
  } finally {
    await opened.close();
  }
}

function scriptsOf({ history, migration }: Plan): readonly PlannedScript[] {
  return [...history.map((each) => each.up), migration.up, ...(migration.down === null ? [] : [migration.down])];
}

export type Runs = Pick<Trace, 'legs' | 'before' | 'afterUp' | 'afterDown' | 'afterUpAgain' | 'foreignDiff'>;
type Tell = (message: string, part: number) => void;

/** What surrounds the legs of one run. */
interface Surroundings extends Pick<RunOptions, 'afterUp' | 'probe'> {
  readonly tell: Tell;
}

/** Up, down and up again on a database that stands where the history ends, rows included; `part` is 0 to 1 of it. */
export async function runLegs(opened: OpenTarget, { migration: { up, down } }: Pick<Plan, 'migration'>, around: Surroundings): Promise<Runs> {
  const { session } = opened;
  around.tell('Reading the catalog', 0);
  const before = await readState(session);
  const stop = (legs: readonly LegTrace[], states: Partial<Runs> = {}): Runs => ({ legs, before, afterUp: null, afterDown: null, afterUpAgain: null, ...states });
  const first = await watchedLeg(opened, 'up', up, around);
  if (first.outcome === 'failed') return stop([first]);
  const afterUp = await readState(session);
  await around.afterUp?.(session, { before, afterUp });
  const foreign = opened.foreignDiff === undefined ? {} : { foreignDiff: await opened.foreignDiff() };
  if (down === null) return stop([first], { afterUp, ...foreign });
  const back = await watchedLeg(opened, 'down', down, around);
  if (back.outcome === 'failed') return stop([first, back], { afterUp, ...foreign });
  const afterDown = await readState(session);
  const second = await watchedLeg(opened, 'up again', up, around);
  if (second.outcome === 'failed') return stop([first, back, second], { afterUp, afterDown, ...foreign });
  return stop([first, back, second], { afterUp, afterDown, afterUpAgain: await readState(session), ...foreign });
}

const legStart: Readonly<Record<LegName, number>> = { up: 0.1, down: 0.4, 'up again': 0.7 };

/** One leg, with a second session that watches it where the target has one, and with the probe's sessions beside the first up. */
async function watchedLeg(opened: OpenTarget, name: LegName, script: PlannedScript, { tell, probe }: Surroundings): Promise<LegTrace> {
  const { secondSession } = opened.capabilities;
  const second: Observed<SecondSession> = opened.connect === undefined
    ? { kind: 'unavailable', reason: secondSession.kind === 'unavailable' ? secondSession.reason : 'No second session watched it.' }
    : { kind: 'measured', value: await opened.connect() };
  try {
    const isProbed = name === 'up' && probe === 'on';
    const observer = await startObserver(opened.session, { second, company: isProbed && second.kind === 'measured' ? 'probed' : 'alone' });
    const count = script.statements.length;
    const onStatement = (index: number): void => {
      tell(`Running the ${name}: statement ${String(index + 1)} of ${String(count)}`, legStart[name] + (0.3 * index) / count);
    };
    const run = (): Promise<LegTrace> => runLeg(opened.session, { leg: name, script, observer, onStatement });
    return await (isProbed ? probed(opened, script, run) : run());
  } finally {
    if (second.kind === 'measured') await second.value.close();
  }
}

async function probed(opened: OpenTarget, script: PlannedScript, run: () => Promise<LegTrace>): Promise<LegTrace> {
  const probe = await startProbe(opened, script);
  try {
    const leg = await run();
    return { ...leg, probe: await probe.stop() };
  } catch (error) {
    // What ended the leg ended the probe as well, and is what the user has to hear.
    await probe.stop().catch(() => null);
    throw error;
  }
}

/** Catalog, rows and sequences as they are now, outside a transaction. */
export async function readState(session: Session): Promise<CatalogState> {
  // As a new connection would find it: no settings, roles or temporary tables left over from the leg.
  await session.reset();
  const snapshot = await takeSnapshot(session);
  try {
    return { snapshot, rows: await takeFingerprints(session), sequences: await takeSequences(session), positions: await takePositions(session), notCompared: await notCompared(session) };
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.sqlstate !== insufficientPrivilege) throw error;
    throw new UserError('target-failed', `The role of the connection may not read all that a round trip compares: ${error.message}.`, 'Use a role that owns the tables and sequences, or is a member of pg_read_all_data.');
  }
}

/** SQLSTATE of a refused access (manual, appendix A). A target that begins with somebody's data can hold what belongs to others. */
const insufficientPrivilege = '42501';
