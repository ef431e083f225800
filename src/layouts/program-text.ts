import { tokens } from '../sql/tokens.ts';

/** The white space at the beginning of the line of an offset. */
export function indentAt(text: string, at: number): string {
  const line = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, at))?.[0] ?? '';
}

/** What one level of a file is indented by. */
export function indentUnit(text: string): string {
  if (/^\t/m.test(text)) return '\t';
  const widths = [...text.matchAll(/^( +)\S/gm)].map(([, spaces = '']) => spaces.length).filter((width) => width > 1);
  return ' '.repeat(widths.length > 0 && widths.every((width) => width % 4 === 0) ? 4 : 2);
}

/** Lines of SQL at another indentation; what stands in a literal that goes over several lines stays. */
export function reindented(sql: string, indent: string): string {
  const lines = sql.split('\n');
  const fixed = linesInTokens(sql);
  const free = lines.map((line, index) => ({ line, isFree: index > 0 && !fixed.has(index) })).filter(({ line, isFree }) => isFree && line.trim() !== '');
  const least = Math.min(...free.map(({ line }) => /^[ \t]*/.exec(line)?.[0].length ?? 0));
  return lines
    .map((line, index) => {
      if (fixed.has(index)) return line;
      const own = index === 0 ? line : line.slice(Number.isFinite(least) ? least : 0);
      return own.trim() === '' ? '' : indent + own;
    })
    .join('\n');
}

/** Lines that begin inside a literal or a comment. */
function linesInTokens(sql: string): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { start, end } of tokens(sql)) {
    const first = lineOf(sql, start);
    for (let line = first + 1; line <= lineOf(sql, end); line += 1) found.add(line);
  }
  return found;
}

function lineOf(text: string, at: number): number {
  let line = 0;
  for (let from = text.indexOf('\n'); from >= 0 && from < at; from = text.indexOf('\n', from + 1)) line += 1;
  return line;
}
