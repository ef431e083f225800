import type { LockBar, LocksView } from '../report/view-locks.ts';
import type { LegView, ReportView } from '../report/view-model.ts';
import { h, unseen, type Child } from './dom.ts';
import { legTabs, notes, quiet, section, type Section } from './section.ts';
import { rowButton, table, type Column, type Row } from './table.ts';

/** The lock timeline: a table for everyone, whose last column draws when each lock was held. */
export function locksSection(view: ReportView): Section {
  const waits = view.legs.find((leg) => leg.leg === 'up')?.locks.waits.length ?? 0;
  const panels = view.legs.map((leg) => ({ title: leg.title, note: leg.duration, content: legLocks(leg) }));
  return section({ id: 'locks', title: 'Locks', count: waits }, panels.length === 0 ? quiet('Nothing ran.') : legTabs(panels));
}

function legLocks(leg: LegView): readonly Child[] {
  const { waits, harmless } = leg.locks;
  const shown = waits.length === 0 ? quiet('No lock that a running application would have to wait for.') : timeline(`Locks of ${leg.title}`, waits, leg.locks);
  const folded = h('details', {}, h('summary', {}, `${harmless.length} ${harmless.length === 1 ? 'lock' : 'locks'} that nobody waits for`), timeline(`Harmless locks of ${leg.title}`, harmless, leg.locks));
  return [shown, harmless.length === 0 ? null : folded, notes(leg.locks.notes)];
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
      h('code', { title: `${bar.relationKind} ${bar.relation}` }, bar.relation),
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
