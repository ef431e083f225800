import { describeTemplates } from '../embedded/suites/templates.ts';
import { installedMajors } from '../support/postgres.ts';
import { serverTarget } from '../support/server-target.ts';

for (const major of installedMajors) describeTemplates(`PostgreSQL ${String(major)}`, () => serverTarget(major), { postgres: major, tried: major === 18 ? 'all' : 'ends' });
