import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from '../../scripts/run.mjs';

/** A copy of examples in a temporary folder, with the checkout's packages in reach as after `npm install`. */
export interface Workspace {
  readonly path: string;
  remove(): void;
}

/** Copies one example, so that a test may write into it. */
export function copyExample(name: 'shop' | 'billing' | 'crm'): Workspace {
  return copy(`examples/${name}`);
}

/** Copies all examples into one workspace, a monorepo with three layouts. */
export function copyExamples(): Workspace {
  return copy('examples');
}

function copy(example: string): Workspace {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-workspace-')));
  const path = join(base, basename(example));
  cpSync(join(root, example), path, { recursive: true, filter: (file) => !file.endsWith('node_modules') });
  symlinkSync(join(root, 'node_modules'), join(base, 'node_modules'), 'junction');
  return {
    path,
    remove() {
      rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
