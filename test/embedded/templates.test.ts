import { emptiedTarget } from '../support/emptied-target.ts';
import { engineFor } from './engine.ts';
import { describeTemplates } from './suites/templates.ts';

describe('the embedded PostgreSQL', () => {
  const target = emptiedTarget(engineFor('templates').target);
  describeTemplates('the embedded PostgreSQL', () => target, { postgres: 18, tried: 'first' });
});
