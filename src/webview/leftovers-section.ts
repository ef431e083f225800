import type { ReportView } from '../report/view-model.ts';
import { h, icon } from './dom.ts';
import { diffBlocks } from './schema-section.ts';
import { quiet, section, type Section } from './section.ts';

/** What the down did not bring back: lost rows and values, what it left in tables and sequences, then the objects that differ. */
export function leftoversSection(view: ReportView): Section {
  const { losses, remainders, leftovers, upAgain } = view;
  const count = losses.length + remainders.length + leftovers.length + upAgain.length;
  const sentences = [...losses.map((loss) => loss.sentence), ...remainders];
  const lost = h('ul', { class: 'losses' }, ...sentences.map((sentence) => h('li', {}, icon('error'), h('span', {}, sentence))));
  return section(
    { id: 'leftovers', title: 'What the down did not bring back', count: view.roundTrip ? count : null },
    count === 0 ? quiet(view.roundTrip ? 'Nothing is missing: schema and rows are as they were before the up.' : 'Not known, because no down ran to its end.') : null,
    sentences.length === 0 ? null : lost,
    leftovers.length === 0 ? null : diffBlocks(leftovers, { before: 'Before the up', after: 'After the down' }),
    upAgain.length === 0 ? null : h('p', {}, 'After the second up, the schema is not what it was after the first:'),
    upAgain.length === 0 ? null : diffBlocks(upAgain, { before: 'After the first up', after: 'After the second up' }),
    view.unfilled.length === 0 ? null : h('p', { class: 'quiet' }, 'These tables had no rows, so no loss could show in them:'),
    view.unfilled.length === 0 ? null : h('ul', { class: 'notes' }, ...view.unfilled.map(({ table, reason }) => h('li', {}, h('code', {}, table), `: ${reason}`))),
  );
}
