import { describeDryRun } from '../embedded/suites/dry-run.ts';
import { describeFill } from '../embedded/suites/fill.ts';
import { describeRoundTrip } from '../embedded/suites/round-trip.ts';
import { emptiedTarget } from '../support/emptied-target.ts';
import { installedMajors } from '../support/postgres.ts';
import { serverTarget } from '../support/server-target.ts';

for (const major of installedMajors) {
  const title = `PostgreSQL ${String(major)}`;
  describe(title, () => {
    const target = emptiedTarget(serverTarget(major));
    describeDryRun(title, () => target);
    describeFill(title, () => target);
    describeRoundTrip(title, () => target);
  });
}
