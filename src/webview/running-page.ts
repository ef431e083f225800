import type { PageState } from '../report/protocol.ts';
import { component, h } from './dom.ts';
import { send } from './host.ts';

export type RunningState = Extract<PageState, { kind: 'running' }>;

/** Progress and a way to stop. */
export function runningPage(first: RunningState): { readonly nodes: readonly Node[]; readonly update: (state: RunningState) => void } {
  const message = h('p', { class: 'progress-message' });
  const bar = component('vscode-progress-bar', { 'aria-label': `Dry run of ${first.migration}` });
  const cancel = component('vscode-button', { secondary: '', onclick: () => send({ type: 'cancel' }) }, 'Cancel');
  const update = (state: RunningState): void => {
    message.textContent = state.message;
    bar.setAttribute('value', String(Math.round(state.fraction * 100)));
  };
  const heading = h('h1', {}, h('span', {}, 'Dry run of ', h('code', {}, first.migration)));
  return { nodes: [h('div', { class: 'notice' }, heading, bar, message, h('div', { class: 'actions' }, cancel))], update };
}
