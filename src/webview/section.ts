import { component, h, type Child } from './dom.ts';

/** A titled part of the page; `count` is what its badge says. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly count: number | null;
  readonly element: HTMLElement;
}

export function section(head: Omit<Section, 'element'>, ...content: readonly Child[]): Section {
  const heading = `${head.id}-heading`;
  return { ...head, element: h('section', { id: head.id, 'aria-labelledby': heading }, h('h2', { id: heading }, head.title), ...content) };
}

export function quiet(text: string): HTMLElement {
  return h('p', { class: 'quiet' }, text);
}

/** Footnotes: why something could not be observed. */
export function notes(lines: readonly string[]): HTMLElement | null {
  return lines.length === 0 ? null : h('ul', { class: 'notes' }, ...lines.map((line) => h('li', {}, line)));
}

/** Folded content that is built when it is opened for the first time: a thousand rows cost nothing until someone wants them. */
export function folded(summary: string, build: () => Node): HTMLElement {
  const element = h('details', {}, h('summary', {}, summary));
  element.addEventListener('toggle', () => element.append(build()), { once: true });
  return element;
}

/** One panel for each leg; a single leg needs no tabs. */
export function legTabs(panels: readonly { readonly title: string; readonly note: string; readonly content: readonly Child[] }[]): HTMLElement {
  const only = panels[0];
  if (panels.length === 1 && only !== undefined) return h('div', { class: 'leg' }, ...only.content);
  const headers = panels.map(({ title, note }) => component('vscode-tab-header', { slot: 'header' }, title, h('span', { class: 'tab-note' }, note)));
  return component('vscode-tabs', {}, ...headers, ...panels.map(({ content }) => component('vscode-tab-panel', {}, ...content)));
}
