import { engineFor } from './engine.ts';
import { describeDryRun } from './suites/dry-run.ts';
import { describeFill } from './suites/fill.ts';
import { describeRoundTrip } from './suites/round-trip.ts';

const { target } = engineFor('dryrun');

describeDryRun('the embedded PostgreSQL', () => target);
describeFill('the embedded PostgreSQL', () => target);
describeRoundTrip('the embedded PostgreSQL', () => target);
