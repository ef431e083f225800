import { resolve } from 'node:path';
import type { NeonPort, Ports, TellPort } from '../app/ports.ts';
import { environmentSecrets } from '../host/environment.ts';
import { nodeFiles } from '../host/files.ts';
import { nodeProcesses } from '../host/processes.ts';
import { hostTargets } from '../host/targets.ts';

/** The ports of one command, and how to end what they started. */
export function wire(tell: TellPort): { readonly ports: Ports; readonly neon: NeonPort; close(): Promise<void> } {
  // One run a process: nobody would use a spare. And nobody may be there to answer a question: --yes-this-server is the answer.
  const { targets, neon, close } = hostTargets({ keepFor: 0, secrets: environmentSecrets, confirm: () => Promise.resolve(false), tell });
  return { ports: { files: nodeFiles, processes: nodeProcesses, targets, now: () => new Date() }, neon, close };
}

/** A path of the command line as the ports want it: absolute, `/` separated. */
export function absolute(path: string): string {
  return resolve(path).replaceAll('\\', '/');
}
