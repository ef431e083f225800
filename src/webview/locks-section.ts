import type { LockBar, LocksView } from '../report/view-locks.ts';
import type { WaitsView, WaitView } from '../report/view-waits.ts';
import type { LegView, ReportView } from '../report/view-model.ts';
import { h, unseen, type Child } from './dom.ts';
import { folded, legTabs, notes, quiet, section, type Section } from './section.ts';
import { rowButton, table, type Column, type Row } from './table.ts';

/** The lock timeline: a table for everyone, whose last column draws when each lock was held. */
export function locksSection(view: ReportView): Section {
  const waits = view.legs.find((leg) => leg.leg === 'up')?.locks.waits.length ?? 0;
  const panels = view.legs.map((leg) => ({ title: leg.title, note: leg.duration, content: legLocks(leg) }));
  return section({ id: 'locks', title: 'Locks', count: waits }, panels.length === 0 ? quiet('Nothing ran.') : legTabs(panels));
}

function legLocks(leg: LegView): readonly Child[] {
  const { waits, harmless, who } = leg.locks;
  const first = waits.slice(0, mostLocks);
  const shown = waits.length === 0 ? quiet('No lock that a running application would have to wait for.') : timeline(`Locks of ${leg.title}`, first, leg.locks);
  const locks = (amount: number): string => `${amount} ${amount === 1 ? 'lock' : 'locks'}`;
  const rest = folded(`${locks(waits.length - first.length)} held no longer than these`, () => timeline(`More locks of ${leg.title}`, waits.slice(mostLocks), leg.locks));
  const quietOnes = folded(`${locks(harmless.length)} that nobody waits for`, () => timeline(`Harmless locks of ${leg.title}`, harmless, leg.locks));
  return [shown, waits.length > first.length ? rest : null, ...waiting(leg.title, who), harmless.length === 0 ? null : quietOnes, notes([...leg.locks.notes, ...(who.note === '' ? [] : [who.note])])];
}

/** The longest come first; hundreds more would only hide them. */
const mostLocks = 60;

/** Who would wait for what, and what the probe's sessions really waited. */
function waiting(title: string, { rows, isProbed }: WaitsView): readonly Child[] {
  if (rows.length === 0) return [];
  const heads = ['Relation', 'SELECT would wait', 'INSERT, UPDATE, DELETE would wait', ...(isProbed ? ['Reader really waited', 'Writer really waited'] : [])];
  const columns = heads.map((head, index): Column => ({ title: head, class: index === 0 ? 'relation' : 'wait' }));
  const cells = (wait: WaitView): readonly Child[] => [h('code', {}, wait.relation), wait.reads || '–', wait.writes || '–', ...(isProbed ? [wait.reader || '–', wait.writer || '–'] : [])];
  const who = table(`Who would wait during ${title}`, columns, rows.slice(0, mostLocks).map((wait): Row => ({ place: null, cells: cells(wait) })));
  return [h('h3', { class: 'who' }, 'Who would wait'), h('div', { class: 'locks waits' }, who)];
}

function timeline(caption: string, bars: readonly LockBar[], view: LocksView): HTMLElement {
  const columns: readonly Column[] = [
    { title: '#', class: 'number' },
    { title: 'Relation', class: 'relation' },
    { title: 'Lock', class: 'mode' },
    { title: 'Blocks', class: 'blocks' },
    { title: 'Held', class: 'number held' },
    { title: 'Timeline', class: 'track-cell', head: axis(view) },
  ];
  return h('div', { class: 'locks' }, table(caption, columns, bars.map((bar) => row(bar, view))));
}

function row(bar: LockBar, view: LocksView): Row {
  const tone = { 'reads and writes': 'bad', writes: 'warn', nothing: 'quiet' }[bar.blocks];
  return {
    place: bar.place,
    cells: [
      rowButton(String(bar.statement), bar.place, `Statement ${bar.statement}, line ${bar.place.line}: show in the editor`),
      h('span', {}, h('code', { title: `${bar.relationKind} ${bar.relation}` }, bar.relation), bar.via === '' ? null : h('span', { class: 'via' }, bar.via)),
      h('span', { class: `chip tone-${tone}` }, bar.mode),
      bar.blocks,
      bar.held,
      track(bar, view, tone),
    ],
  };
}

function track(bar: LockBar, view: LocksView, tone: string): HTMLElement {
  const fill = h('span', { class: `bar tone-${tone}` });
  fill.style.setProperty('left', percent(bar.from));
  fill.style.setProperty('width', percent(bar.width));
  const lines = view.ticks.map((tick) => gridLine(tick.at));
  return h('div', { class: 'track', title: `${bar.mode} on ${bar.relation}, held ${bar.when}` }, ...lines, fill, unseen(bar.when));
}

function axis(view: LocksView): HTMLElement {
  const labels = view.ticks
    .filter((tick) => tick.at < 0.96)
    .map((tick) => {
      const label = h('span', { class: 'tick' }, tick.label);
      label.style.setProperty('left', percent(tick.at));
      return label;
    });
  return h('div', { class: 'axis' }, unseen('Timeline'), h('div', { 'aria-hidden': 'true' }, ...labels));
}

function gridLine(at: number): HTMLElement {
  const line = h('span', { class: 'grid-line' });
  line.style.setProperty('left', percent(at));
  return line;
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(2)}%`;
}
