import type { Config } from '../model/config.ts';
import type { SqlFinding } from '../model/finding.ts';
import type { Side, TransactionMode } from '../model/migration.ts';
import type { TableSizes } from '../model/trace.ts';
import type { AsRead, EditedSince, ScriptContext } from '../rules/define-rule.ts';
import { nameKey } from '../sql/names.ts';
import type { SqlScript } from '../sql/script.ts';
import { activeRules, type ActiveRules } from './active-rules.ts';
import { dynamicOf, openBlocks } from './blocks.ts';
import { checkScript } from './check-script.ts';
import { pastOf, type Past } from './known-schema.ts';
import { suppress } from './suppress.ts';
import { blockers, lockWindows } from './lock-windows.ts';
import { betweenStatements, commentsAbove, Timeline, type TimelineInput } from './timeline.ts';
import { toFindings } from './to-finding.ts';

/** Everything that a verdict on one script depends on. Pure data: equal inputs give equal findings. */
export interface LintInput {
  readonly script: SqlScript;
  readonly side: Side;
  /** As in ScriptContext; left out: it has none. */
  readonly name?: string;
  /** How the tool runs it; null for a file that belongs to no layout. */
  readonly mode: TransactionMode | null;
  readonly config: Config;
  /** Whether the migration has a down; null for a file that belongs to no layout. */
  readonly downState: ScriptContext['down'];
  /** Where the down belongs when it is missing; null when the layout has no place for one. */
  readonly downPath: string | null;
  /** Left out: the down has a file of its own. */
  readonly downIn?: ScriptContext['downIn'];
  readonly otherSide: SqlScript | null;
  /** What the ups before this script lead to; a down's own up is the last of them. Without it rules about types say "may". */
  readonly past?: Past;
  /** The day of the check, `2026-11-20`: suppressions can end. */
  readonly today: string;
  /** Left out: the file is the script, and its tool reads it as it stands. */
  readonly asRead?: AsRead;
  /** How large the tables are, as far as the project knows; left out: it does not. */
  readonly sizes?: TableSizes | null;
  /** How it differs from what the main branch has; left out: not at all, as far as anybody knows. */
  readonly edited?: EditedSince;
}

const asItStands: AsRead = { unchecked: [], problems: [] };

/**
 * All findings of one script in the order of its text, suppressions applied. Cheap after a keystroke: what was said of a script
 * before `editScript` is kept where the edit cannot change it.
 */
export function lint(input: LintInput): readonly SqlFinding[] {
  const rules = activeRules(input);
  const findings = [...scriptFindings(input, rules), ...statementFindings(input, rules)];
  return suppress(findings, input, rules).slice().sort((a, b) => a.span.start - b.span.start);
}

/** The static SQL of DO blocks is checked along with the statements of the script. */
function statementFindings(input: LintInput, rules: ActiveRules): readonly SqlFinding[] {
  const opened = openBlocks(input.script);
  // What the other side makes in a block is made by it as well.
  const otherSide = input.otherSide === null ? null : (openBlocks(input.otherSide)?.script ?? input.otherSide);
  if (opened === null) return checkScript({ ...timelineInput(input), otherSide }, rules);
  const findings = checkScript({ ...timelineInput(input), script: opened.script, otherSide }, rules);
  return findings.map((finding) => (finding.statement === null ? finding : { ...finding, statement: opened.written[finding.statement] ?? null }));
}

/** The script's own story, standing before its first statement. */
export function timelineOf(input: LintInput): Timeline {
  return new Timeline(timelineInput(input));
}

function timelineInput(input: LintInput): TimelineInput {
  return { script: input.script, side: input.side, mode: input.mode, config: input.config, otherSide: input.otherSide, past: input.past ?? pastOf([]) };
}

function scriptFindings(input: LintInput, rules: ActiveRules): readonly SqlFinding[] {
  const { script, config, side, downPath, downState: down } = input;
  const first = script.statements[0];
  let timeline: Timeline | null = null;
  const context: ScriptContext = {
    config, side, name: input.name ?? null, downPath, down, mode: input.mode, statements: script.statements, text: script.text,
    otherSide: input.otherSide?.statements ?? null,
    tableAfter: (name) => (timeline ??= timelineOf(input)).tableAfter(nameKey(name)),
    blockers: () => blockers(timelineInput(input)),
    between: betweenStatements(script),
    leadStart: ({ index }) => commentsAbove(script, index),
    lockWindows: () => lockWindows(timelineInput(input)),
    asRead: withBlocks(input.asRead ?? asItStands, script),
    edited: input.edited ?? null,
    psql: !script.text.includes('\\') ? [] : script.comments.flatMap(({ kind, start, end }) => (kind === 'psql' || kind === 'rows' ? [{ kind, span: { start, end } }] : [])),
    downIn: input.downIn ?? 'its own file',
    firstStatement: first === undefined ? null : { start: first.start, end: first.start + first.statement.text.length },
  };
  return rules.script.flatMap((rule) => rule.check(context).flatMap((match) => toFindings({ rule, match, statement: null }, 0, null, rules)));
}

function withBlocks(asRead: AsRead, script: SqlScript): AsRead {
  const dynamic = dynamicOf(script);
  return dynamic.length === 0 ? asRead : { ...asRead, unchecked: [...asRead.unchecked, ...dynamic] };
}
