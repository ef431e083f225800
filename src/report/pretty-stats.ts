import type { TableSize } from '../model/trace.ts';
import { displayWidth, padEnd, padStart, visible } from './display.ts';
import type { Terminal } from './terminal.ts';
import { bytes, count } from './wording.ts';

/** Table sizes as captured from a server, the largest first. */
export function prettyStats({ serverVersion, tables }: { readonly serverVersion: string; readonly tables: Readonly<Record<string, TableSize>> }, terminal: Terminal): string {
  const { bold, dim } = terminal.colors;
  const sizes = Object.entries(tables).sort(([, a], [, b]) => b.bytes + b.indexBytes - a.bytes - a.indexBytes);
  const rows = sizes.map(([name, size]) => [visible(name), size.rows.toLocaleString('en-US'), bytes(size.bytes), bytes(size.indexBytes)] as const);
  const heads = ['table', 'rows', 'size', 'indexes'] as const;
  const widths = heads.map((head, index) => Math.max(head.length, ...rows.map((row) => displayWidth(row[index] ?? ''))));
  const line = (texts: readonly string[]): string => `  ${texts.map((text, index) => (index === 0 ? padEnd : padStart)(text, widths[index] ?? 0)).join('  ')}`;
  return [bold(`${count(sizes.length, 'table')} on PostgreSQL ${serverVersion}`), dim(line(heads)), ...rows.map(line), ''].join('\n');
}
