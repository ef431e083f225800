import type { NeonPort, SecretPort } from '../app/ports.ts';
import type { TargetKinds } from '../app/target-choice.ts';
import { connectToBranch, deleteOwnedBranch, neonLacks, neonTarget, ownedBranches } from '../dryrun/targets/neon.ts';
import { thisProcess } from './owner.ts';

/** Neon from this machine: the key from the secrets, by the name and at the address that Neon's own command line would use. */
export function neonKind(secrets: SecretPort): TargetKinds['neon'] & { readonly branches: NeonPort; close(): Promise<void> } {
  const endings = new Set<() => Promise<void>>();
  const surroundings = { apiKey: () => secrets.read('NEON_API_KEY'), owner: thisProcess, apiHost: process.env['NEON_API_HOST'] || null, endings };
  return {
    target: (choice) => neonTarget(choice, surroundings),
    lacking: (choice) => neonLacks(choice, surroundings),
    branches: {
      lacking: (place) => neonLacks(place, surroundings),
      owned: (place, signal) => ownedBranches(place, surroundings, signal),
      remove: (place, id) => deleteOwnedBranch(place, surroundings, id),
      connect: (place, options) => connectToBranch(place, surroundings, options),
    },
    // What cannot be deleted now is swept by the next process.
    close: async () => void (await Promise.allSettled([...endings].map((end) => end()))),
  };
}
