import { engineFor } from './engine.ts';
import { describeSnapshots } from './suites/snapshot.ts';

const { target } = engineFor('snapshot');

// The library that subscribes is no part of PGlite.
describeSnapshots('the embedded PostgreSQL', () => target, ['subscription']);
