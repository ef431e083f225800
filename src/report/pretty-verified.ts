import { visible, wrap } from './display.ts';
import { paintTone, type Terminal } from './terminal.ts';
import type { VerificationView } from './verify-words.ts';

/** What was looked at after the up; nothing where there is nothing to say. */
export function verifiedLines(view: VerificationView | undefined, terminal: Terminal): readonly string[] {
  if (view === undefined) return [];
  const { bold, dim } = terminal.colors;
  const text = (sentence: string): readonly string[] => wrap(visible(sentence), terminal.width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
  return [
    bold('What the up leaves'),
    ...(view.tenants === null ? [] : text(view.tenants)),
    ...view.lines.flatMap(({ tone, sentence, advice }) => [
      ...text(`${tone === 'bad' ? '✗' : tone === 'warn' ? '!' : '·'} ${sentence}`).map(paintTone(tone, terminal)),
      ...(advice === '' ? [] : wrap(visible(advice), terminal.width - 4).map((line) => dim(`    ${line}`))),
    ]),
  ];
}
