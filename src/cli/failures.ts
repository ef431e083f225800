import { UserError } from '../model/errors.ts';
import { visible } from '../report/display.ts';
import type { Output } from './output.ts';

export interface Failure {
  readonly text: string;
  readonly code: number;
}

/** What went wrong as a person reads it: what, where and what next for the user's own; the stack for a bug. */
export function describeFailure(error: unknown, output: Output): Failure {
  const { bold, dim, red } = output.terminal.colors;
  if (error instanceof UserError) {
    const [first = '', ...rest] = error.message.split('\n').map(visible);
    const lines = [`${red(bold('lockstep:'))} ${first}`, ...rest.map((line) => `  ${line}`), ...(error.next === '' ? [] : [dim(`  ${visible(error.next)}`)])];
    return { text: lines.join('\n'), code: error.code === 'cancelled' ? cancelledCode : failureCode };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = stack.split('\n').map(visible);
  return { text: [...lines, '', `${red(bold('lockstep:'))} this is a bug in Lockstep. Please report it with the lines above.`].join('\n'), code: failureCode };
}

const failureCode = 2;

/** 128 + SIGINT, as shells have it. */
const cancelledCode = 130;
