import { describeTemplates } from '../embedded/suites/templates.ts';
import { emptiedTarget } from '../support/emptied-target.ts';
import { installedMajors, isAtEnd, isWhole } from '../support/postgres.ts';
import { serverTarget } from '../support/server-target.ts';

for (const major of installedMajors) {
  const title = `PostgreSQL ${String(major)}`;
  describe(title, () => {
    const target = emptiedTarget(serverTarget(major));
    describeTemplates(title, () => target, { postgres: major, tried: isWhole ? 'all' : isAtEnd(major) ? 'ends' : 'first' });
  });
}
