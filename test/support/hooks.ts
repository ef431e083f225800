import type { RootHookObject } from 'mocha';
import { endAll } from './endings.ts';

/** Whatever a test file started for the whole run (servers, browsers) ends with it. */
export const mochaHooks: RootHookObject = {
  beforeAll() {
    // Without a handler SIGTERM would skip the exit handlers that end what the tests started.
    process.once('SIGTERM', () => process.exit(143));
  },
  async afterAll() {
    await endAll();
  },
};
