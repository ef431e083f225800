import type { Proposal } from '../report/protocol.ts';
import type { Fact, FailureView, ReportView } from '../report/view-model.ts';
import { component, h, icon, type IconName, unseen } from './dom.ts';
import { findingsSection } from './findings-section.ts';
import { reveal, send } from './host.ts';
import { leftoversSection } from './leftovers-section.ts';
import { locksSection } from './locks-section.ts';
import { schemaSection } from './schema-section.ts';
import type { Section } from './section.ts';
import { sqlSection } from './sql-section.ts';
import { verifySections } from './verify-section.ts';
import { statementsSection } from './statements-section.ts';

/** The whole report, verdict first. */
export function reportPage(view: ReportView, proposal: Proposal | null): readonly Node[] {
  const sections = [sqlSection(view), schemaSection(view), ...verifySections(view), locksSection(view), statementsSection(view), leftoversSection(view), findingsSection(view)];
  return [...(proposal === null ? [] : [proposed(proposal)]), verdict(view, proposal), factList(view.facts), contents(sections), ...sections.map((section) => section.element)];
}

/** What is about to be written, and the two ways to go on. */
function proposed({ files }: Proposal): Node {
  return h(
    'section',
    { class: 'proposal', 'aria-label': 'Generated migration' },
    h('p', {}, h('b', {}, 'This migration is not written yet. '), 'Accepting it writes ', ...files.flatMap((file, index) => [index === 0 ? '' : ', ', h('code', {}, file)]), '.'),
    h('div', { class: 'actions' }, component('vscode-button', { onclick: () => send({ type: 'accept' }) }, 'Write the Migration'), component('vscode-button', { secondary: '', onclick: () => send({ type: 'discard' }) }, 'Discard')),
  );
}

function verdict(view: ReportView, proposal: Proposal | null): Node {
  const { tone, headline, reasons } = view.verdict;
  const icons: Readonly<Record<typeof tone, IconName>> = { good: 'pass', warn: 'warning', bad: 'error', plain: 'info' };
  const diff = component('vscode-button', { secondary: '', onclick: () => send({ type: 'openDiff' }) }, 'Open Schema Diff');
  return h(
    'header',
    { class: `verdict tone-${tone}` },
    h('p', { class: 'circumstances' }, 'Dry run of ', h('code', {}, view.migration), ` · ${view.circumstances}`),
    h('h1', {}, icon(icons[tone]), h('span', {}, headline)),
    view.asides.notes.length === 0 ? null : h('ul', { class: 'reasons quiet' }, ...view.asides.notes.map((note) => h('li', {}, note))),
    reasons.length === 0 || view.failure !== null ? null : h('ul', { class: 'reasons' }, ...reasons.map((reason) => h('li', {}, reason))),
    view.failure === null ? null : failureBox(view.failure),
    h('div', { class: 'actions' }, proposal === null ? component('vscode-button', { onclick: () => send({ type: 'rerun' }) }, 'Run Again') : null, view.changes.length === 0 ? null : diff),
  );
}

function failureBox(failure: FailureView): Node {
  const { error, place, title } = failure;
  const more = [
    { label: 'Detail', text: error.detail },
    { label: 'Hint', text: error.hint },
  ];
  return h(
    'div',
    { class: 'failure' },
    h('p', { class: 'failure-message' }, error.message),
    ...more.map(({ label, text }) => (text === null ? null : h('p', { class: 'failure-more' }, h('b', {}, `${label}: `), text))),
    h('p', { class: 'failure-place' }, `SQLSTATE ${error.sqlstate} · `, h('button', { class: 'link', type: 'button', onclick: () => reveal(place) }, `${title}, line ${place.line}`)),
  );
}

function factList(facts: readonly Fact[]): Node {
  const items = facts.map((fact) =>
    h('div', { class: `fact tone-${fact.tone}` }, h('dt', {}, fact.label), h('dd', { class: 'value' }, fact.value), h('dd', { class: 'note', title: fact.note }, fact.note)),
  );
  return h('dl', { class: 'facts' }, ...items);
}

function contents(sections: readonly Section[]): Node {
  const links = sections.map(({ id, title, count }) =>
    h('li', {}, h('a', { href: `#${id}` }, title), count === null ? null : component('vscode-badge', { variant: 'counter', 'aria-hidden': 'true' }, String(count)), count === null ? null : unseen(` (${count})`)),
  );
  return h('nav', { 'aria-label': 'Parts of the report' }, h('ul', {}, ...links));
}
