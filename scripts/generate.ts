// Writes everything that is made from something else:  node scripts/generate.ts [--check]
// Each scripts/generate/<what>.ts gives file contents by path; --check writes nothing and fails on any difference.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

interface Generator {
  generate(): Promise<ReadonlyMap<string, string>>;
  /** Files of this pattern that `generate` does not name are left-overs. */
  readonly owns?: string;
}

const check = process.argv.includes('--check');
const differences: string[] = [];

for (const file of globSync('scripts/generate/*.ts', { cwd: root }).sort()) {
  // The brief of every file in this folder is to be a Generator; anything else fails on the next line.
  const generator = (await import(join(root, file))) as Generator;
  const contents = await generator.generate();
  for (const [path, text] of contents) settle(path, text);
  for (const path of globSync(generator.owns ?? [], { cwd: root })) if (!contents.has(path.replaceAll('\\', '/'))) settle(path, null);
}

for (const difference of differences) console.log(`${check ? 'differs' : 'wrote'}: ${difference}`);
if (check && differences.length > 0) {
  console.error('Run "npm run generate" and commit what it writes.');
  process.exitCode = 1;
}

function settle(path: string, text: string | null): void {
  const absolute = join(root, path);
  if (current(absolute) === text) return;
  differences.push(path);
  if (check) return;
  if (text === null) {
    rmSync(absolute);
    return;
  }
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, text);
}

function current(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
