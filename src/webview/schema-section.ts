import type { DiffRow, DiffSegment } from '../report/line-diff.ts';
import type { DiffBlock, ReportView } from '../report/view-model.ts';
import { h, unseen, type Child } from './dom.ts';
import { notes, quiet, section, type Section } from './section.ts';

/** What the up changed in the catalog, before and after side by side. */
export function schemaSection(view: ReportView): Section {
  const ran = view.legs.some((leg) => leg.leg === 'up' && leg.outcome === 'done');
  const none = quiet(ran ? 'The up changes nothing in the schema.' : 'The up did not run to its end, so there is no schema to compare.');
  const content = view.changes.length === 0 ? none : diffBlocks(view.changes, { before: 'Before', after: 'After the up' });
  return section({ id: 'schema', title: 'Schema', count: view.changes.length }, content, ...asides(view.asides));
}

/** What the comparison leaves out, and what others say of the schema; folded, because the answer stands above. */
function asides({ notCompared, opinion }: ReportView['asides']): readonly Child[] {
  const left = h('details', {}, h('summary', {}, `Not compared (${notCompared.length})`), notes(notCompared));
  const said = opinion === null ? null : h('details', { class: 'opinion' }, h('summary', {}, opinion.title), h('pre', { tabindex: 0 }, opinion.text));
  return [notCompared.length === 0 ? null : left, said];
}

/** Objects one below the other, each with its two definitions side by side. */
export function diffBlocks(blocks: readonly DiffBlock[], titles: { readonly before: string; readonly after: string }): HTMLElement {
  const head = h('div', { class: 'diff-titles', 'aria-hidden': 'true' }, h('span', {}, titles.before), h('span', {}, titles.after));
  return h('div', { class: 'diff' }, head, ...blocks.map((block) => diffBlock(block, titles)));
}

function diffBlock(block: DiffBlock, titles: { readonly before: string; readonly after: string }): HTMLElement {
  const sign = { added: '+', removed: '−', altered: '~' }[block.change];
  const heading = h('h3', { class: `change change-${block.change}` }, h('span', { class: 'sign', 'aria-hidden': 'true' }, sign), unseen(`${block.change} `), h('span', { class: 'kind' }, block.kind), ' ', h('code', {}, block.name));
  const head = h('tr', { class: 'unseen' }, h('th', { scope: 'col' }, titles.before), h('th', { scope: 'col' }, titles.after));
  const table = h('table', { class: 'sides' }, h('thead', {}, head), h('tbody', {}, ...block.rows.map(diffRow)));
  return h('div', { class: 'diff-block' }, heading, table);
}

function diffRow(row: DiffRow): HTMLElement {
  return h('tr', {}, side(row.before, row.kind === 'same' ? 'same' : 'removed'), side(row.after, row.kind === 'same' ? 'same' : 'added'));
}

function side(segments: readonly DiffSegment[] | null, kind: 'same' | 'removed' | 'added'): HTMLElement {
  if (segments === null) return h('td', { class: 'gap' });
  const parts = segments.map((segment) => (segment.changed && kind !== 'same' ? h('span', { class: 'changed' }, segment.text) : segment.text));
  return h('td', { class: kind }, kind === 'same' ? null : unseen(`${kind}: `), h('code', {}, ...parts));
}
