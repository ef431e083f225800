import { describeSnapshots } from '../embedded/suites/snapshot.ts';
import { installedMajors } from '../support/postgres.ts';
import { serverTarget } from '../support/server-target.ts';

for (const major of installedMajors) describeSnapshots(`PostgreSQL ${String(major)}`, () => serverTarget(major), major < 15 ? ['parameter privileges'] : []);
