import { type PageState, parsePageState, stateToKeep, type WebviewMessage } from '../report/protocol.ts';
import type { Target } from '../report/view-target.ts';

/** What VS Code gives to a page (webview API, `acquireVsCodeApi`). */
interface VsCodeApi {
  postMessage(message: WebviewMessage): void;
  getState(): unknown;
  setState(state: PageState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

export function send(message: WebviewMessage): void {
  api.postMessage(message);
}

/** Asks the editor to show a place. */
export function reveal(place: Target): void {
  send({ type: 'reveal', path: place.path, span: place.span });
}

export function keptState(): PageState | null {
  return parsePageState(api.getState());
}

export function keep(state: PageState): void {
  api.setState(stateToKeep(state));
}
