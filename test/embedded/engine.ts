import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedTarget } from '../../src/dryrun/targets/embedded.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import { databaseEngine, engineVersion, type ClosableEngine } from '../../src/host/database.ts';
import { atEnd } from '../support/endings.ts';

export interface TestEngine {
  readonly target: Target;
  readonly engine: ClosableEngine;
  /** Where the saved databases lie. */
  readonly cache: string;
}

/** An engine with a cache folder of its own, which goes away at the end of the run. */
export function engineFor(name: string, { spareFor = 0 } = {}): TestEngine {
  const cacheFolder = mkdtempSync(join(tmpdir(), `lockstep-${name}-`));
  const engine = databaseEngine({ cacheFolder, spareFor });
  atEnd(() => {
    engine.close();
    rmSync(cacheFolder, { recursive: true, force: true });
    return Promise.resolve();
  });
  return { target: embeddedTarget(engine), engine, cache: join(cacheFolder, engineVersion) };
}
