import '@vscode-elements/elements/dist/vscode-badge/index.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import './page.css';
import { type PageState, parsePageMessage } from '../report/protocol.ts';
import { keep, keptState, send } from './host.ts';
import { reportPage } from './report-page.ts';
import { runningPage } from './running-page.ts';
import { stoppedPage } from './stopped-page.ts';

/** The page: it shows one state at a time and asks for the first when it is ready. */
const page = required('page');
const announcer = required('announcer');

let running: ReturnType<typeof runningPage> | null = null;

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = parsePageMessage(event.data);
  if (message === null) return;
  keep(message.state);
  show(message.state);
});

const kept = keptState();
if (kept !== null) show(kept);
send({ type: 'ready' });

function show(state: PageState): void {
  page.setAttribute('aria-busy', String(state.kind === 'running'));
  if (state.kind === 'running') {
    // Progress changes the page in place, so that the focus stays on Cancel.
    if (running === null) {
      running = runningPage(state);
      page.replaceChildren(...running.nodes);
    }
    running.update(state);
    announce(state.message);
    return;
  }
  running = null;
  page.replaceChildren(...(state.kind === 'report' ? reportPage(state.view, state.proposal ?? null) : stoppedPage(state)));
  announce(state.kind === 'report' ? `Dry run of ${state.migration}: ${state.view.verdict.headline}` : state.message);
}

/** Only a change is announced: a screen reader would repeat a text that is set again. */
function announce(text: string): void {
  if (announcer.textContent !== text) announcer.textContent = text;
}

function required(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element;
}
