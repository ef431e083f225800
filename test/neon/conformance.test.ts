import { neonTarget } from '../../src/dryrun/targets/neon.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import { describeDryRun } from '../embedded/suites/dry-run.ts';
import { describeRoundTrip } from '../embedded/suites/round-trip.ts';
import { describeTarget } from '../targets/contract.ts';
import { sharedEmulator, surroundingsOf } from './support.ts';

/** The same suites as on every other target, each opening a branch of its own. */
const neon: Target = {
  id: 'neon',
  async open(options) {
    const emulator = await sharedEmulator();
    return neonTarget({ project: emulator.project.id, parentBranch: null, database: null, role: null, ttlMinutes: 60 }, surroundingsOf(emulator)).open(options);
  },
};

describeTarget('a Neon branch', { target: () => neon, watches: true, keeps: false });

// These suites are about made-up rows; that real ones stay alone is proven in target.test.ts.
const filled: Target = {
  id: 'neon',
  async open(options) {
    const opened = await neon.open(options);
    return { ...opened, capabilities: { ...opened.capabilities, realData: false } };
  },
};

describeDryRun('a Neon branch', () => filled, 'ordinary');
describeRoundTrip('a Neon branch', () => filled);
