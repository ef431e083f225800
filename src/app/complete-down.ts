import { completeDown as completingEdits, lackingIn, type Missing } from '../analysis/complete-down.ts';
import { commentsOf } from '../down/write.ts';
import type { Undone } from '../down/generate.ts';
import { applyEdits, type Edit } from '../model/edit.ts';
import { UserError } from '../model/errors.ts';
import type { MadeDown } from '../model/made-down.ts';
import { isAsWritten } from '../model/source.ts';
import { parseScript } from '../sql/script.ts';
import { planDryRun, readTexts, targetOf, type DryRunRequest } from './dry-run.ts';
import { pathOfSide } from './lint-input.ts';
import { editsInFile, gapLive, openLive, prepareToCheck, type DownGap, type LiveScript } from './live-script.ts';
import { makeDown, proven, told } from './make-down.ts';
import type { Ports } from './ports.ts';
import { rehearseUp } from './rehearse-up.ts';

/**
 * Adds to a down what it misses of its up: the inverse of each such statement, where the order of the up wants it. What somebody wrote stays.
 * A down that is missing or without statements is generated whole; null when nothing is missing. Rejects with the UserErrors of `makeDown`, and
 * `script-unreadable` where the file cannot be added to.
 */
export async function completeDown(ports: Pick<Ports, 'files' | 'processes' | 'targets' | 'now'>, request: DryRunRequest): Promise<MadeDown | null> {
  await prepareToCheck();
  const { located, project, signal, progress } = request;
  const texts = await readTexts(ports, request);
  const [up, down] = (['up', 'down'] as const).map((side): LiveScript | null => {
    const text = texts.get(pathOfSide(located.migration, side) ?? '');
    return text === undefined ? null : openLive(text, { project, located: { ...located, side } });
  });
  if (down?.reading == null || down.script.statements.length === 0) return makeDown(ports, request);
  const gap = up == null ? null : gapLive(up, { other: down, now: ports.now() });
  if (gap === null || up == null) return null;
  const plan = planDryRun(located, texts, request.statementTimeout ?? 30_000);
  const target = targetOf(ports, request);
  const { undone } = await rehearseUp(target, plan, { signal, progress, mode: down.reading.mode });
  const added = missingOf(gap, undone);
  const path = pathOfSide(located.migration, 'down') ?? '';
  const text = completed(down, { up, added, path });
  const { migration: { down: whole } } = planDryRun(located, new Map([...texts, [path, text]]), 0);
  const { round: { verdict, leftovers, losses, remainders } } = await proven(target, { plan, down: whole }, request);
  const statements = [...added].reverse().map((each) => told(each, plan.migration.up));
  return { migration: located.migration.id, path, existing: down.text, isFree: false, text, statements, verdict, leftovers, losses, remainders, kept: null, keepable: [], notKept: [] };
}

function missingOf({ missed }: DownGap, undone: readonly Undone[]): readonly Undone[] {
  const indexes = new Set(missed.map(({ statement }) => statement));
  return undone.filter(({ placed }) => indexes.has(placed.index));
}

interface Adding {
  readonly up: LiveScript;
  readonly added: readonly Undone[];
  readonly path: string;
}

/** The whole file of the down, with what was missing. */
function completed({ script, reading, text }: LiveScript, { up, added, path }: Adding): string {
  const missing = added.map((each): Missing => ({ undoes: each.placed.index, comments: commentsOf(each), statements: each.inverse.kind === 'impossible' ? [] : lackingIn(script, parseScript(each.inverse.statements.map((sql) => `${sql};`).join('\n'))) }));
  const isPlain = reading === null || (isAsWritten(reading.source) && reading.mark === undefined);
  const edits = completingEdits({ up: up.script.statements, down: script, missing, style: isPlain ? 'lines' : 'bare' });
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const placed = edits.map((edit) => (reading === null ? [edit] : editsInFile([edit], reading)));
  if (placed.includes(null)) throw new UserError('script-unreadable', `${path} is written so that nothing can be added to its down.`, 'Write the missing statements by hand, or let Generate Down write the whole down.');
  return applyEdits(text, placed.flatMap((each) => each ?? []).map((edit): Edit => ({ ...edit, text: edit.text.replaceAll(/\r?\n/g, newline) })));
}
