import type { Confirmation } from '../model/report.ts';
import type { FindingView, ReportView } from '../report/view-model.ts';
import { h, icon, unseen, type IconName } from './dom.ts';
import { reveal } from './host.ts';
import { quiet, section, type Section } from './section.ts';

/** The findings of both scripts, with the run's word on each. */
export function findingsSection(view: ReportView): Section {
  const content = view.findings.length === 0 ? quiet('No rule found anything in the two scripts.') : h('ul', { class: 'findings' }, ...view.findings.map(finding));
  return section({ id: 'findings', title: 'Findings', count: view.findings.length }, content);
}

function finding(found: FindingView): HTMLElement {
  const { severity, confirmation, place, side, rule } = found;
  const icons = { error: 'error', warning: 'warning', information: 'info' } as const satisfies Record<string, IconName>;
  const words: Readonly<Record<Confirmation, string>> = { confirmed: 'confirmed by the run', withdrawn: 'withdrawn by the run', 'not observed': 'not decided by the run' };
  const where = h('button', { class: 'link', type: 'button', onclick: () => reveal(place) }, `${side}, line ${place.line}`);
  const confirmed = h('span', { class: `chip confirmation-${confirmation.replace(' ', '-')}` }, words[confirmation]);
  return h(
    'li',
    { class: `finding finding-${severity} judged-${confirmation.replace(' ', '-')}` },
    icon(icons[severity]),
    h(
      'div',
      {},
      h('p', { class: 'finding-head' }, unseen(`${severity}: `), h('b', {}, rule), where, confirmed),
      h('p', {}, found.message),
      found.evidence === '' ? null : h('p', { class: 'evidence' }, found.evidence),
    ),
  );
}
