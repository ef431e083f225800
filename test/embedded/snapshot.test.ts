import { engineFor } from './engine.ts';
import { describeSnapshots } from './suites/snapshot.ts';

const { target } = engineFor('snapshot');

describeSnapshots('the embedded PostgreSQL', () => target);
