import { emptiedTarget } from '../support/emptied-target.ts';
import { engineFor } from './engine.ts';
import { describeDryRun } from './suites/dry-run.ts';
import { describeFill } from './suites/fill.ts';
import { describeRoundTrip } from './suites/round-trip.ts';

describe('the embedded PostgreSQL', () => {
  const target = emptiedTarget(engineFor('dryrun').target);
  describeDryRun('the embedded PostgreSQL', () => target);
  describeFill('the embedded PostgreSQL', () => target);
  describeRoundTrip('the embedded PostgreSQL', () => target);
});
