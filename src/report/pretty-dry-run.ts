import type { DryRunReport } from '../model/report.ts';
import { displayWidth, oneLine, padEnd, padStart, truncate, visible, wrap } from './display.ts';
import { paintSeverity, paintTone, shortPath, type Terminal } from './terminal.ts';
import { verifiedLines } from './pretty-verified.ts';
import type { LockBar } from './view-locks.ts';
import { reportView, type DiffBlock, type FindingView, type LegView, type ReportView } from './view-model.ts';
import type { StatementRow, StatementsView } from './view-statements.ts';
import type { WaitsView, WaitView } from './view-waits.ts';
import { count, type Tone } from './wording.ts';

/** What one dry run tells, verdict first; the same words as on the page. */
export function prettyDryRun(report: DryRunReport, terminal: Terminal): string {
  const view = reportView(report);
  const sections = [
    verdict(view, terminal),
    ...view.legs.filter((leg) => leg.leg !== 'up again' || leg.outcome === 'failed').map((leg) => legSection(leg, pathOf(view, leg), terminal)),
    changesSection('Schema after the up', view.changes, terminal),
    asides(view, terminal),
    verifiedLines(view.verification, terminal),
    leftovers(view, terminal),
    changesSection('What the second up made differently', view.upAgain, terminal),
    findings(view, terminal),
    closing(view, terminal),
  ];
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const marks: Readonly<Record<Tone, string>> = { good: '✓', warn: '!', bad: '✗', plain: '·' };

function verdict(view: ReportView, terminal: Terminal): readonly string[] {
  const { bold, dim } = terminal.colors;
  const { tone, headline, reasons } = view.verdict;
  const paint = paintTone(tone, terminal);
  return [
    `${paint(marks[tone])} ${paint(bold(headline))}`,
    dim(`  ${visible(view.migration)} · ${view.circumstances}`),
    ...view.asides.notes.flatMap((note) => indent(wrap(visible(note), terminal.width - 2), 2)).map(dim),
    ...reasons.flatMap((reason) => indent(wrap(visible(reason), terminal.width - 2), 2)),
    ...(view.failure === null ? [] : failureLines(view, terminal)),
  ];
}

function failureLines(view: ReportView, terminal: Terminal): readonly string[] {
  if (view.failure === null) return [];
  const { error, place } = view.failure;
  const { blue, dim } = terminal.colors;
  return [
    `  ${blue('-->')} ${visible(shortPath(place.path, terminal))}:${place.line}`,
    ...(error.detail === null ? [] : [`  ${dim('detail:')} ${visible(error.detail)}`]),
    ...(error.hint === null ? [] : [`  ${dim('hint:')} ${visible(error.hint)}`]),
  ];
}

function pathOf(view: ReportView, leg: LegView): string {
  const side = leg.leg === 'down' ? 'down' : 'up';
  return view.scripts.find((script) => script.side === side)?.path ?? '';
}

function legSection(leg: LegView, path: string, terminal: Terminal): readonly string[] {
  const { bold, dim } = terminal.colors;
  const { rows, notes } = leg.statements;
  const { note } = leg.locks.who;
  const head = `${bold(leg.title)} ${dim(`· ${leg.duration} · ${visible(shortPath(path, terminal))}`)}`;
  if (rows.length === 0) return [head, dim('  no statement')];
  const footnotes = [...new Set([...notes, ...leg.locks.notes, ...(note === '' ? [] : [note])])].flatMap((text) => indent(wrap(visible(text), terminal.width - 2), 2));
  return [head, ...statementTable(leg.statements, terminal), ...footnotes.map(dim), ...lockLines(leg, terminal), ...probeLines(leg.locks.who, terminal)];
}

function statementTable({ rows: all, highlights }: StatementsView, terminal: Terminal): readonly string[] {
  const { dim } = terminal.colors;
  const rows = highlights ?? all;
  const cells = [
    { title: 'line', text: (row: StatementRow) => String(row.place.line) },
    { title: 'time', text: (row: StatementRow) => (row.outcome === 'skipped' ? 'not run' : row.time) },
    { title: 'result', text: (row: StatementRow) => truncate(visible(row.result), 24) },
    { title: 'WAL', text: (row: StatementRow) => (row.wal.tone === 'unknown' ? '–' : row.wal.text) },
  ];
  const widths = cells.map(({ title, text }) => Math.max(title.length, ...rows.map((row) => text(row).length)));
  const line = (texts: readonly string[]): string => texts.map((text, index) => padStart(text, widths[index] ?? 0)).join('  ');
  const indentation = widths.reduce((sum, width) => sum + width + 2, 2);
  const room = Math.max(24, terminal.width - indentation);
  return [
    dim(`  ${line(cells.map(({ title }) => title))}  statement`),
    ...rows.flatMap((row) => [`  ${line(cells.map(({ text }) => text(row)))}  ${sqlText(row, room, terminal)}`, ...effects(row, room, terminal).map((text) => ' '.repeat(indentation) + text)]),
    ...(highlights === null ? [] : [dim(`  … these ${count(rows.length, 'statement')} of ${all.length} stand out; --format json has them all`)]),
  ];
}

function sqlText(row: StatementRow, room: number, terminal: Terminal): string {
  const text = truncate(row.sql, room);
  const { dim, red } = terminal.colors;
  return { done: text, failed: red(text), skipped: dim(text) }[row.outcome];
}

/** What the statement did, below it: one line for each kind of thing. */
function effects(row: StatementRow, room: number, terminal: Terminal): readonly string[] {
  const { dim, red } = terminal.colors;
  const observed = [
    { before: '', cell: row.locks },
    { before: 'rewrites ', cell: row.rewrites },
    { before: 'scans ', cell: row.scans },
  ];
  return [
    ...observed.filter(({ cell }) => cell.text !== '' && cell.tone !== 'unknown').map(({ before, cell }) => paintTone(cell.tone === 'plain' ? 'quiet' : cell.tone, terminal)(truncate(before + visible(cell.text), room))),
    ...row.remarks.flatMap((remark) => wrap(oneLine(remark), room)).map(dim),
    ...row.notices.flatMap((notice) => wrap(`notice: ${oneLine(notice)}`, room)).map(dim),
    ...(row.error === null ? [] : wrap(`${oneLine(row.error.message)} (SQLSTATE ${row.error.sqlstate})`, room).map(red)),
  ];
}

function lockLines(leg: LegView, terminal: Terminal): readonly string[] {
  const { waits } = leg.locks;
  const { dim } = terminal.colors;
  if (waits.length === 0) return [dim('  no lock that a running application would have to wait for')];
  const columns = [
    { title: 'held', text: (bar: LockBar) => bar.held, pad: padStart },
    { title: 'blocks', text: (bar: LockBar) => bar.blocks, pad: padEnd },
    { title: 'lock', text: (bar: LockBar) => bar.mode, pad: padEnd },
    { title: 'relation', text: (bar: LockBar) => truncate(visible(bar.via === '' ? bar.relation : `${bar.relation}, ${bar.via}`), 48), pad: padEnd },
  ];
  const widths = columns.map(({ title, text }) => Math.max(title.length, ...waits.map((bar) => displayWidth(text(bar)))));
  const line = (texts: readonly string[]): string => `  ${columns.map(({ pad }, index) => pad(texts[index] ?? '', widths[index] ?? 0)).join('  ')}`;
  const room = Math.max(0, terminal.width - widths.reduce((sum, width) => sum + width + 2, 4));
  const drawn = (bar: LockBar): string => (room < 10 ? '' : `  ${barText(bar, Math.min(room, 40))}`);
  const more = waits.length > mostLocks ? [dim(`  … and ${waits.length - mostLocks} more, held no longer`)] : [];
  return [dim(line(columns.map(({ title }) => title))), ...waits.slice(0, mostLocks).map((bar) => paintTone(bar.blocks === 'writes' ? 'warn' : 'bad', terminal)(line(columns.map(({ text }) => text(bar))) + drawn(bar))), ...more];
}

/** Of locks, the longest come first, and nobody reads hundreds. */
const mostLocks = 40;

/** What the contention probe's sessions really waited. */
function probeLines({ rows, isProbed }: WaitsView, terminal: Terminal): readonly string[] {
  if (!isProbed) return [];
  const columns = [
    { title: 'reader waited', text: (row: WaitView) => row.reader },
    { title: 'writer waited', text: (row: WaitView) => row.writer },
    { title: 'relation', text: (row: WaitView) => row.relation },
  ];
  const probed = rows.filter(({ reader, writer }) => reader !== '' || writer !== '');
  const widths = columns.map(({ title, text }) => Math.max(title.length, ...probed.map((row) => displayWidth(visible(text(row))))));
  const line = (texts: readonly string[]): string => `  ${texts.map((text, index) => padEnd(visible(text), widths[index] ?? 0)).join('  ').trimEnd()}`;
  return [terminal.colors.dim(line(columns.map(({ title }) => title))), ...probed.map((row) => line(columns.map(({ text }) => text(row))))];
}

function barText(bar: LockBar, room: number): string {
  const from = Math.min(room - 1, Math.floor(bar.from * room));
  const width = Math.max(1, Math.min(room - from, Math.round(bar.width * room)));
  return `${'·'.repeat(from)}${'█'.repeat(width)}${'·'.repeat(room - from - width)}`;
}

/** What the comparison leaves out, a second opinion on it, and what the estimates rest on. */
function asides({ asides: { notCompared, opinion }, estimateNote }: ReportView, terminal: Terminal): readonly string[] {
  const { bold, dim } = terminal.colors;
  const wrapped = (text: string): readonly string[] => indent(wrap(visible(text), terminal.width - 2), 2).map(dim);
  return [
    ...(notCompared.length === 0 ? [] : [bold('Not compared'), ...notCompared.flatMap(wrapped)]),
    ...(opinion === null ? [] : [bold(visible(opinion.title)), ...opinion.text.trimEnd().split('\n').map((text) => `  ${visible(text)}`)]),
    ...(estimateNote === null ? [] : wrapped(estimateNote)),
  ];
}

function changesSection(title: string, blocks: readonly DiffBlock[], terminal: Terminal): readonly string[] {
  if (blocks.length === 0) return [];
  return [terminal.colors.bold(title), ...blocks.flatMap((block) => changeLines(block, terminal))];
}

function changeLines(block: DiffBlock, terminal: Terminal): readonly string[] {
  const { dim, green, red, yellow } = terminal.colors;
  const sign = { added: green('+'), removed: red('-'), altered: yellow('~') }[block.change];
  const head = `  ${sign} ${dim(block.kind)} ${visible(block.name)}`;
  const lines = block.rows.flatMap((row) => {
    const before = row.before?.map((part) => part.text).join('') ?? '';
    const after = row.after?.map((part) => part.text).join('') ?? '';
    if (row.kind === 'same') return [dim(`      ${visible(before)}`)];
    return [...(row.before === null ? [] : [red(`    - ${visible(before)}`)]), ...(row.after === null ? [] : [green(`    + ${visible(after)}`)])];
  });
  return [head, ...lines];
}

function leftovers(view: ReportView, terminal: Terminal): readonly string[] {
  const { bold, dim, red } = terminal.colors;
  if (view.losses.length + view.remainders.length + view.leftovers.length === 0) return [];
  return [
    bold('What the down did not bring back'),
    ...view.losses.map((loss) => red(`  - ${visible(loss.sentence)}`)),
    ...view.remainders.map((sentence) => red(`  + ${visible(sentence)}`)),
    ...view.leftovers.flatMap((block) => changeLines(block, terminal)),
    ...view.unfilled.map(({ table, reason }) => dim(`  ${visible(table)} had no rows: ${visible(reason)}`)),
  ];
}

function findings(view: ReportView, terminal: Terminal): readonly string[] {
  if (view.findings.length === 0) return [];
  return [terminal.colors.bold('Findings'), ...view.findings.flatMap((found) => findingLines(found, terminal))];
}

function findingLines(found: FindingView, terminal: Terminal): readonly string[] {
  const { dim, green } = terminal.colors;
  const paint = found.confirmation === 'withdrawn' ? green : paintSeverity(found.severity, terminal);
  const words = { confirmed: 'confirmed', withdrawn: 'withdrawn', 'not observed': 'not decided' }[found.confirmation];
  const head = `  ${paint(padEnd(words, 11))} ${found.rule} ${dim(`${found.side}, line ${found.place.line}`)}`;
  const story = found.evidence === '' || found.confirmation === 'not observed' ? found.message : found.evidence;
  return [head, ...indent(wrap(oneLine(story), terminal.width - 14), 14).map(dim)];
}

function closing(view: ReportView, terminal: Terminal): readonly string[] {
  const { dim } = terminal.colors;
  const confirmed = view.findings.filter((found) => found.confirmation === 'confirmed').length;
  const paint = paintTone(view.verdict.tone, terminal);
  return [`${paint(view.verdict.headline)} ${dim(`· ${count(confirmed, 'finding')} confirmed`)}`];
}

function indent(lines: readonly string[], by: number): readonly string[] {
  return lines.map((line) => ' '.repeat(by) + line);
}
