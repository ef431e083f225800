import { inReverse, type Undone } from '../down/generate.ts';
import { downHeading } from '../down/heading.ts';
import { withLines, writeDown } from '../down/write.ts';
import type { Plan, PlannedScript } from '../dryrun/plan.ts';
import { judgeRoundTrip, type RoundTrip } from '../dryrun/round-trip.ts';
import { dryRun } from '../dryrun/run.ts';
import { downHeader } from '../layouts/header.ts';
import type { Config } from '../model/config.ts';
import type { MadeDown, UndoneStatement } from '../model/made-down.ts';
import type { TransactionMode } from '../model/migration.ts';
import { UserError } from '../model/errors.ts';
import { lineAt } from '../model/span.ts';
import { quoteLiteral } from '../sql/names.ts';
import { parseScript } from '../sql/script.ts';
import type { Target } from '../dryrun/targets/target.ts';
import { swappedSnapshots, writeSwapped } from './drizzle-down.ts';
import { keepingOf, rehearseKept } from './keep-aside.ts';
import { planDryRun, readTexts, targetOf, type DryRunRequest } from './dry-run.ts';
import { prepareToCheck } from './live-script.ts';
import type { Ports } from './ports.ts';
import { part, rehearseUp, type Undoing } from './rehearse-up.ts';

/** What a down is asked for. */
export interface MakeDownRequest extends DryRunRequest {
  /** `keep aside`: the up is rewritten so that it puts aside what it would lose. */
  readonly data?: 'lose' | 'keep aside';
}

/**
 * Writes the down of a migration from what the catalog was before each of its statements. Every inverse is tried right after
 * its statement, and the whole pair makes a round trip in the end. Rejects with a UserError: those of a dry run, and
 * `history-failed` when the up itself does not run.
 */
export async function makeDown(ports: Pick<Ports, 'files' | 'processes' | 'targets' | 'now'>, request: MakeDownRequest): Promise<MadeDown> {
  await prepareToCheck();
  const { located: { folder, migration } } = request;
  const texts = await readTexts(ports, request);
  const given = planDryRun(request.located, texts, request.statementTimeout ?? 30_000);
  const { layout } = folder;
  const { separator } = layout;
  const path = migration.down?.path ?? migration.downPath;
  const existing = path === null ? null : (texts.get(path) ?? null);
  const mode = downMode(request, { path, existing });
  const target = targetOf(ports, request);
  const first = await rehearseUp(target, given, { ...request, mode });
  const keeping = keepingOf(given, first, separator);
  const second = request.data === 'keep aside' && keeping.rewritten !== null ? await rehearseKept(target, { plan: given, keeping, first, fileOf: upFile(request, given.migration.up) }, { ...request, mode }) : null;
  const { undone } = second ?? first;
  const plan = second?.plan ?? given;
  const header = downHeader({ id: migration.id, name: migration.name, now: ports.now() });
  const begin = opening(mode, folder.config);
  const write = (said: readonly string[]): string => writeDown(undone, { header, said, separator, opening: begin });
  const prove = (text: string): Promise<Proof> => proven(target, { plan, down: plannedDown(text, { path: path ?? `the down of ${migration.id}`, mode, separator }) }, request);
  const own = await prove(write([]));
  const swapped = second === null ? await swappedSnapshots(ports, request.located, request.signal) : null;
  const reasons = inReverse(undone).flatMap(({ inverse }) => (inverse.kind === 'exact' ? [] : [inverse.reason]));
  const writeTool = (said: readonly string[]): string => (swapped === null ? '' : writeSwapped(swapped, { header: withLines(header, said), opening: begin, reasons }));
  const tool = swapped === null ? null : await prove(writeTool([]));
  const isTool = tool !== null && isAsGood(tool.round, own.round);
  const { round: { verdict, leftovers, losses, remainders }, server } = isTool ? tool : own;
  const statements = inReverse(undone).map((each) => told(each, plan.migration.up));
  const isFree = existing === null || given.migration.down === null;
  const said = downHeading({ undone, mode, verdict, notes: second?.kept.notes ?? [], server });
  const sql = isTool ? writeTool(said) : write(said);
  const text = path === null ? sql : layout.write(second?.kept.path === path ? second.kept.text : existing, { path, id: migration.id, side: 'down', sql });
  return { migration: migration.id, path, existing, isFree, text, statements, verdict, leftovers, losses, remainders, kept: second?.kept ?? null, keepable: keeping.words, notKept: request.data === 'keep aside' ? keeping.refused : [] };
}

/** A statement of the up as the user is told of it. */
export function told({ placed, inverse }: Undone, up: PlannedScript): UndoneStatement {
  return { line: lineAt(up.text, placed.start), sql: placed.statement.text, kind: inverse.kind, reason: inverse.kind === 'exact' ? null : inverse.reason };
}

/** Up, down and up again with this down. */
export async function proven(target: Target, { plan, down }: { readonly plan: Plan; readonly down: PlannedScript | null }, { signal, progress }: Pick<DryRunRequest, 'signal' | 'progress'>): Promise<Proof> {
  const trace = await dryRun(target, { ...plan, migration: { ...plan.migration, down } }, { signal, progress: part(progress, 0.6) });
  return { round: judgeRoundTrip(trace), server: trace.target.serverVersion };
}

/** How the tool is going to run the down, which may not be there yet: a file can say so for all that it holds. */
function downMode({ located: { folder, migration } }: MakeDownRequest, { path, existing }: { readonly path: string | null; readonly existing: string | null }): TransactionMode {
  const place = { path: path ?? migration.up.path, id: migration.id, side: 'down' as const };
  const { layout, config } = folder;
  const text = existing !== null && layout.read(existing, { ...place, config }) !== null ? existing : layout.write(existing, { ...place, sql: 'SELECT 1;\n' });
  const mode = layout.read(text, { ...place, config })?.mode;
  if (mode === undefined) throw new UserError('layout-broken', `${place.path} has no place for a down that ${layout.title} would find.`, 'Mend the file, then generate the down again.');
  return mode;
}

function upFile({ located: { folder, migration } }: MakeDownRequest, up: PlannedScript): (sql: string) => string {
  const { file } = up;
  return (sql) => (file === undefined ? sql : folder.layout.write(file.text, { path: up.path, id: migration.id, side: 'up', sql: `${sql.trim()}\n` }));
}

interface Proof {
  readonly round: RoundTrip;
  readonly server: string;
}

/** The tool's own statements are taken where they leave no more than ours. */
function isAsGood(tool: RoundTrip, own: RoundTrip): boolean {
  const left = ({ leftovers, losses, remainders, upAgainDifferences }: RoundTrip): readonly number[] => [leftovers.length, losses.length, remainders.length, upAgainDifferences.length];
  const limits = left(own);
  return (tool.verdict === own.verdict || tool.verdict === 'exact') && left(tool).every((count, index) => count <= (limits[index] ?? 0));
}

/** What leads back, statement by statement, before it is written down. */
export async function undo(target: Target, plan: Plan, undoing: Undoing & { readonly config?: Config }): Promise<readonly Undone[]> {
  return (await rehearseUp(target, plan, undoing)).undone;
}

/** The lock_timeout that the policies ask of a script, unless the runner sets it. */
export function opening(mode: TransactionMode, config: Config): readonly string[] {
  if (config.runnerLockTimeout !== null || config.rules['lock-timeout-missing'] === 'off') return [];
  return [`SET ${mode.kind === 'autocommit' ? '' : 'LOCAL '}lock_timeout = ${quoteLiteral(config.lockTimeout)}`];
}

function plannedDown(text: string, { path, mode, separator }: { readonly path: string; readonly mode: TransactionMode; readonly separator: string | null }): PlannedScript | null {
  const { statements } = parseScript(text, { separator });
  return statements.length === 0 ? null : { path, text, statements, mode };
}
