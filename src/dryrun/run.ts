import type { Statement } from '../model/statement.ts';
import type { CatalogState, LegName, LegTrace, Trace } from '../model/trace.ts';
import { createdExtensions } from './boundaries.ts';
import { fillTables } from './fill/fill.ts';
import { historyKeys, replay } from './history.ts';
import { runLeg } from './leg.ts';
import { startObserver } from './observe/observer.ts';
import type { Plan, PlannedScript, RunOptions } from './plan.ts';
import { takeFingerprints, takeSequences } from './schema/fingerprints.ts';
import { takeSnapshot } from './schema/snapshot.ts';
import { serverWideStatements } from './server-wide.ts';
import type { OpenTarget, Session, Target } from './targets/target.ts';

/**
 * One dry run: opens the target, brings it to where the history ends, makes up rows, then runs up, down and up again as far
 * as they go, looking at catalog and rows between them. Rejects with a UserError when the target or the history fails, or
 * when it is cancelled; what PostgreSQL says of the migration itself is part of the trace.
 */
export async function dryRun(target: Target, plan: Plan, options: RunOptions): Promise<Trace> {
  return prepared(target, plan, options, async (opened, readiness) => {
    const tell: Tell = (message, part) => { options.progress({ message, fraction: 0.55 + 0.45 * part }); };
    const runs = await runLegs(opened, plan, { tell, afterUp: options.afterUp });
    return { target: opened.capabilities.info, ...readiness, ...runs };
  });
}

type Readiness = Pick<Trace, 'history' | 'unfilled'>;

/** Opens the target, brings it to where the history ends with rows in its tables, and closes it after `use`. */
export async function prepared<T>(target: Target, plan: Plan, { signal, progress }: RunOptions, use: (opened: OpenTarget, readiness: Readiness) => Promise<T>): Promise<T> {
  const started = performance.now();
  progress({ message: 'Starting PostgreSQL', fraction: 0 });
  const statements = statementsOf(plan);
  const opened = await target.open({
    extensions: [...new Set(createdExtensions(statements))],
    serverWide: serverWideStatements(statements),
    startFrom: [...(await historyKeys(plan.history))].reverse(),
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

function statementsOf({ history, migration }: Plan): readonly Statement[] {
  const scripts = [...history.map((each) => each.up), migration.up, ...(migration.down === null ? [] : [migration.down])];
  return scripts.flatMap((script) => script.statements.map((each) => each.statement));
}

export type Runs = Pick<Trace, 'legs' | 'before' | 'afterUp' | 'afterDown' | 'afterUpAgain'>;
type Tell = (message: string, part: number) => void;

/** Up, down and up again on a database that stands where the history ends, rows included; `part` is 0 to 1 of it. */
export async function runLegs({ session }: OpenTarget, { migration: { up, down } }: Pick<Plan, 'migration'>, watch: { readonly tell: Tell; readonly afterUp: RunOptions['afterUp'] }): Promise<Runs> {
  const { tell } = watch;
  tell('Reading the catalog', 0);
  const before = await readState(session);
  const stop = (legs: readonly LegTrace[], states: Partial<Runs> = {}): Runs => ({ legs, before, afterUp: null, afterDown: null, afterUpAgain: null, ...states });
  const first = await leg(session, 'up', up, tell);
  if (first.outcome === 'failed') return stop([first]);
  const afterUp = await readState(session);
  await watch.afterUp?.(session, { before, afterUp });
  if (down === null) return stop([first], { afterUp });
  const back = await leg(session, 'down', down, tell);
  if (back.outcome === 'failed') return stop([first, back], { afterUp });
  const afterDown = await readState(session);
  const second = await leg(session, 'up again', up, tell);
  if (second.outcome === 'failed') return stop([first, back, second], { afterUp, afterDown });
  return stop([first, back, second], { afterUp, afterDown, afterUpAgain: await readState(session) });
}

const legStart: Readonly<Record<LegName, number>> = { up: 0.1, down: 0.4, 'up again': 0.7 };

async function leg(session: Session, name: LegName, script: PlannedScript, tell: Tell): Promise<LegTrace> {
  const observer = await startObserver(session);
  const count = script.statements.length;
  const onStatement = (index: number): void => {
    tell(`Running the ${name}: statement ${String(index + 1)} of ${String(count)}`, legStart[name] + (0.3 * index) / count);
  };
  return runLeg(session, { leg: name, script, observer, onStatement });
}

/** Catalog, rows and sequences as they are now, outside a transaction. */
export async function readState(session: Session): Promise<CatalogState> {
  // As a new connection would find it: no settings, roles or temporary tables left over from the leg.
  await session.query('DISCARD ALL');
  const snapshot = await takeSnapshot(session);
  return { snapshot, rows: await takeFingerprints(session), sequences: await takeSequences(session) };
}
