import picocolors from 'picocolors';
import type { Severity } from '../model/finding.ts';
import type { Tone } from './wording.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Where a text report goes. */
export interface Terminal {
  readonly colors: Colors;
  /** In columns. */
  readonly width: number;
  /** Paths below this folder are shown relative to it. */
  readonly root: string;
}

/** A terminal that is none: a file, a pipe, a golden file. */
export const plainTerminal: Terminal = { colors: picocolors.createColors(false), width: 100, root: '' };

export function colors(wanted: 'coloured' | 'plain'): Colors {
  return picocolors.createColors(wanted === 'coloured');
}

export function shortPath(path: string, terminal: Terminal): string {
  const root = terminal.root.endsWith('/') ? terminal.root : `${terminal.root}/`;
  return path.startsWith(root) ? path.slice(root.length) : path;
}

export function paintSeverity(severity: Severity, { colors: c }: Terminal): (text: string) => string {
  return { error: c.red, warning: c.yellow, information: c.cyan }[severity];
}

export function paintTone(tone: Tone | 'quiet' | 'unknown', { colors: c }: Terminal): (text: string) => string {
  return { good: c.green, warn: c.yellow, bad: c.red, plain: asIs, quiet: c.dim, unknown: c.dim }[tone];
}

function asIs(text: string): string {
  return text;
}
