import type { Target } from '../report/view-target.ts';
import { h, type Child } from './dom.ts';
import { reveal } from './host.ts';

export interface Column {
  readonly title: string;
  readonly class?: string;
  /** What stands in the head instead of the title, such as the timeline's axis. */
  readonly head?: Child;
}

export interface Row {
  readonly class?: string;
  readonly place: Target | null;
  readonly cells: readonly Child[];
  /** A line below the row, over all its columns. */
  readonly below?: Child;
}

/**
 * A table whose rows lead to the editor: by a click anywhere, or by the button in the row; the arrow keys go from row
 * to row. The roles are spelled out because narrow pages lay the rows out as cards, and Chromium drops the
 * semantics of a table whose `display` changes.
 */
export function table(caption: string, columns: readonly Column[], rows: readonly Row[]): HTMLElement {
  const head = h('tr', { role: 'row' }, ...columns.map((column) => h('th', { role: 'columnheader', scope: 'col', class: column.class }, column.head ?? column.title)));
  const element = h(
    'table',
    { role: 'table' },
    h('caption', { class: 'unseen' }, caption),
    h('thead', { role: 'rowgroup' }, head),
    h('tbody', { role: 'rowgroup' }, ...rows.flatMap((row) => rowNodes(row, columns))),
  );
  element.addEventListener('keydown', (event) => moveByArrow(element, event));
  return element;
}

/** The button that stands for its row on the keyboard. */
export function rowButton(label: Child, place: Target, description: string): HTMLElement {
  return h('button', { class: 'link row-button', type: 'button', title: `Show line ${place.line}`, 'aria-label': description, onclick: () => reveal(place) }, label);
}

function rowNodes(row: Row, columns: readonly Column[]): readonly Node[] {
  const { place } = row;
  const cells = row.cells.map((cell, index) => h('td', { role: 'cell', class: columns[index]?.class, 'data-label': columns[index]?.title ?? '' }, cell));
  const main = h('tr', { role: 'row', class: `${row.class ?? ''}${place === null ? '' : ' leads'}` }, ...cells);
  if (place !== null) main.addEventListener('click', (event) => clicked(event, place));
  if (row.below == null) return [main];
  return [main, h('tr', { role: 'row', class: 'below' }, h('td', { role: 'cell', colspan: columns.length }, row.below))];
}

/** The button answers for itself, and a click that ends a selection of text is no wish to leave. */
function clicked(event: MouseEvent, place: Target): void {
  const onButton = event.target instanceof Element && event.target.closest('button, summary, a') !== null;
  if (!onButton && window.getSelection()?.isCollapsed !== false) reveal(place);
}

function moveByArrow(element: HTMLElement, event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const buttons = [...element.querySelectorAll<HTMLElement>('.row-button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const next = buttons[at + step];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
