import { describeDryRun } from '../embedded/suites/dry-run.ts';
import { describeFill } from '../embedded/suites/fill.ts';
import { describeRoundTrip } from '../embedded/suites/round-trip.ts';
import { installedMajors } from '../support/postgres.ts';
import { serverTarget } from '../support/server-target.ts';

for (const major of installedMajors) {
  const title = `PostgreSQL ${String(major)}`;
  describeDryRun(title, () => serverTarget(major));
  describeFill(title, () => serverTarget(major));
  describeRoundTrip(title, () => serverTarget(major));
}
