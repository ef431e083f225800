import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';

/** A copy of one of the examples in a temporary folder, with the checkout's packages in reach as after `npm install`. */
export interface Workspace {
  readonly folder: string;
  remove(): void;
}

/** Copies `examples/<name>`, so that a test may write into it. */
export function copyExample(name: 'shop' | 'billing' | 'crm'): Workspace {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-workspace-')));
  const folder = join(base, name);
  cpSync(join(root, 'examples', name), folder, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
  symlinkSync(join(root, 'node_modules'), join(base, 'node_modules'), 'junction');
  return {
    folder,
    remove() {
      rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
