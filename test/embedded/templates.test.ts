import { engineFor } from './engine.ts';
import { describeTemplates } from './suites/templates.ts';

const { target } = engineFor('templates');

describeTemplates('the embedded PostgreSQL', () => target, { postgres: 18, tried: 'first' });
