import { randomBytes } from 'node:crypto';
import { podman, podmanIsReady, podmanSettings } from '../../scripts/podman.mjs';
import { containerTarget } from '../../src/dryrun/targets/container.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import { containerEngine, type ClosableContainerEngine } from '../../src/host/container-engine.ts';
import { thisProcess } from '../../src/host/owner.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { atEnd } from './endings.ts';

// Every Podman of this run, Lockstep's own included, works with the settings that the set-up has tried.
process.env['CONTAINERS_CONF'] = podmanSettings;

/** False where there is no Podman; `npm test` then says so, and fails in continuous integration. */
export const podmanHere: boolean = podmanIsReady();

/** The image that the set-up makes; Lockstep is given the short name that its users write. */
export const image = 'postgres:17';

export interface TestContainers {
  readonly engines: ClosableContainerEngine;
  readonly target: Target;
}

/** An engine whose containers end with the mocha run. */
export function containersFor({ keepFor }: { readonly keepFor: number }): TestContainers {
  const engines = containerEngine({ processes: nodeProcesses, owner: thisProcess, keepFor });
  atEnd(() => engines.close());
  return { engines, target: containerTarget({ engines, owner: thisProcess, engine: 'podman', image }) };
}

/** Names of the containers that a process made and this Podman has, running or not. */
export function containersOf(pid: number): readonly string[] {
  const all = listed(podman(['ps', '--all', '--filter', 'label=lockstep.owner', '--format', '{{.Names}}']).stdout);
  return all.filter((name) => name.split('_')[1] === String(pid));
}

/** Starts a container as Lockstep names them, with another owner's mark. */
export function strayContainer(mark: string): string {
  const name = `lockstep-${mark}_${randomBytes(3).toString('hex')}`;
  const { status, stderr } = podman(['run', '--detach', '--name', name, '--label', `lockstep.owner=${mark}`, '--network', 'none', image, 'sleep', '600']);
  if (status !== 0) throw new Error(stderr);
  return name;
}

function listed(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}
