import type { PageState } from '../report/protocol.ts';
import { component, h, icon } from './dom.ts';
import { send } from './host.ts';

/** The run did not come to a report: what happened, and what to do next. */
export function stoppedPage(state: Extract<PageState, { kind: 'stopped' }>): readonly Node[] {
  const again = component('vscode-button', { onclick: () => send({ type: 'rerun' }) }, 'Run Again');
  return [
    h(
      'div',
      { class: 'notice' },
      h('h1', {}, icon('warning'), h('span', {}, 'No dry run of ', h('code', {}, state.migration))),
      h('p', { class: 'stopped-message' }, state.message),
      state.next === '' ? null : h('p', { class: 'next' }, state.next),
      h('div', { class: 'actions' }, again),
    ),
  ];
}
