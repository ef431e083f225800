import type { ReportView } from '../report/view-model.ts';
import { h, icon, type IconName } from './dom.ts';
import { section, type Section } from './section.ts';

/** What was looked at after the up: at most one section, none where there is nothing to say. */
export function verifySections({ verification }: ReportView): readonly Section[] {
  if (verification === undefined) return [];
  const { lines, tenants } = verification;
  const list = h('ul', { class: 'findings' }, ...lines.map((line) => {
    const { severity, sign } = looks[line.tone];
    return h('li', { class: `finding finding-${severity}` }, icon(sign), h('div', {}, h('p', {}, line.sentence), line.advice === '' ? null : h('p', { class: 'evidence' }, line.advice)));
  }));
  return [section({ id: 'verified', title: 'What the up leaves', count: lines.length }, tenants === null ? null : h('p', {}, tenants), lines.length === 0 ? null : list)];
}

const looks = {
  bad: { severity: 'error', sign: 'error' },
  warn: { severity: 'warning', sign: 'warning' },
  plain: { severity: 'information', sign: 'info' },
} as const satisfies Record<string, { readonly severity: string; readonly sign: IconName }>;
