import type { CodeLine } from '../report/view-code.ts';
import type { ReportView, ScriptPane } from '../report/view-model.ts';
import { h, unseen } from './dom.ts';
import { reveal } from './host.ts';
import { quiet, section, type Section } from './section.ts';

/** The two scripts side by side, findings and errors underlined. */
export function sqlSection(view: ReportView): Section {
  const panes = view.scripts.map(pane);
  const missing = view.scripts.some((script) => script.side === 'down') ? null : quiet('This migration has no down.');
  return section({ id: 'sql', title: 'SQL', count: null }, h('div', { class: 'panes' }, ...panes), missing);
}

function pane(script: ScriptPane): HTMLElement {
  const name = script.path.split('/').at(-1) ?? script.path;
  const lines = script.lines.map((line) => codeLine(line, script));
  return h('figure', { class: 'pane' }, h('figcaption', {}, h('b', {}, script.title), h('span', { title: script.path }, name)), h('div', { class: 'code', role: 'list', 'aria-label': `${script.title}: ${name}` }, ...lines));
}

function codeLine(line: CodeLine, script: ScriptPane): HTMLElement {
  const { notes, statement, number } = line;
  const tone = notes[0]?.tone;
  const text = line.segments.map((segment) => (segment.mark === null ? segment.text : h('span', { class: `mark mark-${segment.mark}` }, segment.text)));
  const gutter =
    statement === null
      ? h('span', { class: 'line-number', 'aria-hidden': 'true' }, String(number))
      : h('button', { class: 'link line-number', type: 'button', 'aria-label': `Show line ${number} in the editor`, onclick: () => reveal({ path: script.path, span: statement, line: number }) }, String(number));
  return h(
    'div',
    { role: 'listitem', class: `code-line${tone === undefined ? '' : ` noted noted-${tone}`}`, title: notes.map((note) => note.text).join('\n') || undefined },
    gutter,
    h('code', {}, ...text),
    notes.length === 0 ? null : unseen(` ${notes.map((note) => `${note.tone}: ${note.text}`).join('. ')}`),
  );
}
