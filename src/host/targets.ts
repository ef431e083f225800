import type { ConfirmPort, NeonPort, SecretPort, TargetPort, TellPort } from '../app/ports.ts';
import { targetPort, type TargetKinds } from '../app/target-choice.ts';
import { containerTarget } from '../dryrun/targets/container.ts';
import { embeddedTarget } from '../dryrun/targets/embedded.ts';
import { urlTarget } from '../dryrun/targets/url.ts';
import { containerEngine } from './container-engine.ts';
import { databaseEngine } from './database.ts';
import { defaultCacheFolder } from './database-cache.ts';
import { neonKind } from './neon.ts';
import { thisProcess } from './owner.ts';
import { nodeProcesses } from './processes.ts';

export interface HostTargetsOptions {
  /** Milliseconds for which what was started waits for another run; 0 for a process of one run. */
  readonly keepFor: number;
  readonly secrets: SecretPort;
  readonly confirm: ConfirmPort;
  readonly tell: TellPort;
}

/** Every target, on this machine, and how to end what they started. */
export function hostTargets({ keepFor, secrets, confirm, tell }: HostTargetsOptions): { readonly targets: TargetPort; readonly neon: NeonPort; close(): Promise<void> } {
  const embedded = databaseEngine({ cacheFolder: defaultCacheFolder(), spareFor: keepFor });
  const containers = containerEngine({ processes: nodeProcesses, owner: thisProcess, keepFor });
  const neon = neonKind(secrets);
  const kinds: TargetKinds = {
    embedded: { target: () => embeddedTarget(embedded), lacking: () => Promise.resolve(null) },
    url: urlKind({ secrets, confirm, tell }),
    container: {
      target: ({ engine, image }) => containerTarget({ engines: containers, owner: thisProcess, engine, image }),
      lacking: ({ engine }) => containers.lacking(engine),
    },
    neon,
  };
  return {
    targets: targetPort(kinds),
    neon: neon.branches,
    async close() {
      embedded.close();
      await Promise.all([containers.close(), neon.close()]);
    },
  };
}

/** A host is asked about once in the life of this process. */
function urlKind({ secrets, confirm, tell }: Omit<HostTargetsOptions, 'keepFor'>): TargetKinds['url'] {
  const confirmed = new Set<string>();
  return {
    target: ({ variable, confirmedHost }) =>
      urlTarget({
        variable,
        owner: thisProcess,
        tell,
        read: () => secrets.read(variable),
        async confirm({ host }, reason) {
          if (host === confirmedHost || confirmed.has(host)) return true;
          const detail = 'Lockstep makes a database of its own there, runs the migrations in it and drops it. No other database is touched, but the machine is shared.';
          if (!(await confirm({ question: `Dry-run on ${host}? Its use is asked for because ${reason}.`, detail }))) return false;
          confirmed.add(host);
          return true;
        },
      }),
    lacking: async ({ variable }) => ((await secrets.read(variable)) === null ? `${variable} is not set` : null),
  };
}
