// Writes everything that is made from something else:  node scripts/generate.ts [--check]
// Each scripts/generate/<what>.ts gives file contents by path; --check writes nothing and fails on any difference.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

interface Generator {
  generate(): Promise<ReadonlyMap<string, string>>;
  /** A folder whose files are all generated: one that `generate` does not name is a left-over. */
  readonly owns?: string;
}

const check = process.argv.includes('--check');
const differences: string[] = [];

// The index of the rules comes first: what the others import has to name the rules that there are now.
const first = 'rules.ts';
const generators = readdirSync(join(root, 'scripts/generate')).sort((a, b) => Number(b === first) - Number(a === first) || (a < b ? -1 : 1));

for (const file of generators) {
  // Every file of that folder is a Generator; anything else fails on the next line.
  const generator = (await import(pathToFileURL(join(root, 'scripts/generate', file)).href)) as Generator;
  const contents = await generator.generate();
  for (const [path, text] of contents) settle(path, text);
  for (const path of filesOf(generator.owns)) if (!contents.has(path)) settle(path, null);
}

for (const difference of differences) console.log(`${check ? 'differs' : 'wrote'}: ${difference}`);
if (check && differences.length > 0) {
  console.error('Run "npm run generate" and commit what it writes.');
  process.exitCode = 1;
}

function filesOf(folder: string | undefined): readonly string[] {
  if (folder === undefined || !existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
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
