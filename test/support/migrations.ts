import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with files in it that goes away with the test. */
export interface ScratchFolder {
  readonly path: string;
  /** Absolute path of a file in it. */
  at(name: string): string;
  write(name: string, text: string | Uint8Array): string;
  remove(): void;
}

/** Writes files by name, folders included. */
export function scratchFolder(files: Readonly<Record<string, string | Uint8Array>>): ScratchFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-scratch-')));
  const scratch: ScratchFolder = {
    path,
    at: (name) => join(path, name),
    write(name, text) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
  for (const [name, text] of Object.entries(files)) scratch.write(name, text);
  return scratch;
}
