import { engineFor } from '../embedded/engine.ts';
import { describeDryRun } from '../embedded/suites/dry-run.ts';
import { describeRoundTrip } from '../embedded/suites/round-trip.ts';
import { containersFor, podmanHere } from '../support/podman.ts';
import { installedMajors } from '../support/postgres.ts';
import { urlTargetOf } from '../support/url-target.ts';
import { describeTarget } from './contract.ts';

const embedded = engineFor('targets', { spareFor: 60_000 });
describeTarget('the embedded PostgreSQL', { target: () => embedded.target, watches: false, keeps: true });

for (const major of installedMajors) describeTarget(`a server, PostgreSQL ${String(major)}`, { target: () => urlTargetOf(major), watches: true, keeps: false });

if (podmanHere) {
  const containers = containersFor({ keepFor: 60_000 });
  describe('in a container', () => {
    after(() => containers.engines.close());
    describeTarget('a container', { target: () => containers.target, watches: true, keeps: true });
    describeDryRun('a container', () => containers.target);
    describeRoundTrip('a container', () => containers.target);
  });
}
