import { resolve } from 'node:path';
import type { Ports } from '../app/ports.ts';
import { embeddedTarget } from '../dryrun/targets/embedded.ts';
import { databaseEngine } from '../host/database.ts';
import { defaultCacheFolder } from '../host/database-cache.ts';
import { nodeFiles } from '../host/files.ts';
import { nodeProcesses } from '../host/processes.ts';

/** The ports of one command, and how to end what they started. */
export function wire(): { readonly ports: Ports; close(): void } {
  // One run a process: nobody would use a spare.
  const engine = databaseEngine({ cacheFolder: defaultCacheFolder(), spareFor: 0 });
  return { ports: { files: nodeFiles, processes: nodeProcesses, target: embeddedTarget(engine), now: () => new Date() }, close: () => engine.close() };
}

/** A path of the command line as the ports want it: absolute, `/` separated. */
export function absolute(path: string): string {
  return resolve(path).replaceAll('\\', '/');
}
