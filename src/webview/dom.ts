export type Child = Node | string | null;

/** What is undefined is left out; the only function is `onclick`. */
export type Attributes = Readonly<Record<string, string | number | (() => void) | undefined>>;

/**
 * Builds an element. Strings become text nodes and attributes are set one by one, so a hostile table name is shown
 * as it is spelled and never parsed.
 */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener('click', value);
    else if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A component of `@vscode-elements/elements`, which is set up through attributes as any element. */
export function component(tag: `vscode-${string}`, attributes: Attributes, ...children: readonly Child[]): HTMLElement {
  // The tag map types only the tags that HTML itself knows.
  return h(tag as 'div', attributes, ...children);
}

/** Text for screen readers alone. */
export function unseen(text: string): HTMLElement {
  return h('span', { class: 'unseen' }, text);
}

export type IconName = 'pass' | 'warning' | 'error' | 'info';

/** A 16 × 16 drawing in the colour of its text; hidden from screen readers, which get the words beside it. */
export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  for (const [index, data] of paths[name].entries()) {
    const path = document.createElementNS(svgNamespace, 'path');
    path.setAttribute('d', data);
    path.setAttribute('class', index === 0 ? 'icon-shape' : 'icon-mark');
    svg.append(path);
  }
  return svg;
}

const svgNamespace = 'http://www.w3.org/2000/svg';

const circle = 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13z';

const paths: Readonly<Record<IconName, readonly string[]>> = {
  pass: [circle, 'M4.8 8.3l2.2 2.2l4.2-4.8'],
  warning: ['M8 1.8l6.6 12H1.4z', 'M8 6v4M8 11.6v.6'],
  error: [circle, 'M5.5 5.5l5 5M10.5 5.5l-5 5'],
  info: [circle, 'M8 7.2v4M8 4.6v.6'],
};
