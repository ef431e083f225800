import type { NeonPort, Ports } from '../app/ports.ts';
import { visible } from '../report/display.ts';
import type { Output } from './output.ts';
import { wire } from './wire.ts';

export interface CommandSession {
  readonly ports: Ports;
  readonly neon: NeonPort;
  readonly signal: AbortSignal;
}

/** Runs `use` with the ports of one command, until it is done or Ctrl-C is pressed; nothing outlives it. */
export async function withSession(output: Output, use: (session: CommandSession) => Promise<number>): Promise<number> {
  const { ports, neon, close } = wire((message) => output.status(visible(message)));
  const stop = new AbortController();
  const cancel = (): void => stop.abort();
  // Once: a second Ctrl-C ends the process at once, and its children with it.
  process.once('SIGINT', cancel).once('SIGTERM', cancel);
  try {
    return await use({ ports, neon, signal: stop.signal });
  } finally {
    output.endProgress();
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    await close();
  }
}
