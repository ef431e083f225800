import type { RootHookObject } from 'mocha';
import { endAll } from './endings.ts';

/** Whatever a test file started for the whole run (servers, browsers) ends with it. */
export const mochaHooks: RootHookObject = {
  async afterAll() {
    await endAll();
  },
};
