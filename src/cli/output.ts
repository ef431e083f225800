import { truncate, visible } from '../report/display.ts';
import { colors, type Terminal } from '../report/terminal.ts';
import type { Progress } from '../dryrun/plan.ts';

/** Results go to standard output, everything else to standard error, so that a report can be piped. */
export interface Output {
  readonly terminal: Terminal;
  result(text: string): void;
  /** A line for people: what is being done, what went wrong. */
  status(text: string): void;
  /** Shows progress on a line of its own; nothing where standard error is no terminal. */
  progress(progress: Progress): void;
  endProgress(): void;
}

/** Chooses colours and width once, from the options, the environment and the terminal. */
export function openOutput(words: readonly string[]): Output {
  // A reader that has seen enough (`| head`) closes the pipe; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const { stdout, stderr } = process;
  const terminal: Terminal = { colors: colors(wantsColour(words)), width: Math.max(60, stdout.columns || Number(process.env['COLUMNS']) || 100), root: process.cwd().replaceAll('\\', '/') };
  let shown = false;
  const endProgress = (): void => {
    if (shown) stderr.write('\r\u001b[2K');
    shown = false;
  };
  return {
    terminal,
    result: (text) => void stdout.write(text),
    status(text) {
      endProgress();
      stderr.write(`${text}\n`);
    },
    progress({ message, fraction }) {
      if (!stderr.isTTY) return;
      shown = true;
      stderr.write(`\r\u001b[2K${truncate(`${bar(fraction)} ${visible(message)}`, Math.max(20, (stderr.columns || 80) - 1))}`);
    },
    endProgress,
  };
}

function wantsColour(words: readonly string[]): 'coloured' | 'plain' {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (words.includes('--no-color')) return 'plain';
  if (words.includes('--color')) return 'coloured';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return 'plain';
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR === '0' ? 'plain' : 'coloured';
  return process.stdout.isTTY && TERM !== 'dumb' ? 'coloured' : 'plain';
}

function bar(fraction: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * 16);
  return `${'█'.repeat(filled)}${'░'.repeat(16 - filled)}`;
}
