import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

/** Two schemas as `pg_dump` writes them, as a unified diff; what Neon's compare_schema gives. */
export async function compareSchemas({ before, after, name }: { readonly before: string; readonly after: string; readonly name: string }): Promise<string> {
  const [old, now] = await Promise.all([dump(before), dump(after)]);
  return old === now ? '' : createTwoFilesPatch(`a/${name}`, `b/${name}`, old, now, '', '').replace(/^=+\n/, '').replaceAll(/^(---|\+\+\+)(.*)\t$/gm, '$1$2');
}

async function dump(url: string): Promise<string> {
  const { stdout } = await promisify(execFile)('pg_dump', ['--schema-only', '--no-owner', '--no-privileges', url], { maxBuffer: 64 * 1024 * 1024 });
  // Newer releases of pg_dump put a random token into \restrict, which would differ each time.
  return stdout.replaceAll(/^\\(un)?restrict .*\n/gm, '');
}

// A package of Neon's command line, installed beside the emulator.
const { createTwoFilesPatch } = createRequire(import.meta.url)('diff') as { readonly createTwoFilesPatch: (...texts: readonly string[]) => string };
