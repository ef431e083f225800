import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../../src/rules/index.generated.ts';
import { root } from '../run.mjs';
import { layoutTable } from '../tables/layouts.ts';

/** The README with its tables. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return new Map([['README.md', withSection(withSection(readme, 'rules', ruleTable()), 'layouts', await layoutTable())]]);
}

/** Puts a text between `<!-- name -->` and `<!-- /name -->`. */
function withSection(readme: string, name: string, text: string): string {
  const opening = `<!-- ${name} -->`;
  const [start, end] = [readme.indexOf(opening), readme.indexOf(`<!-- /${name} -->`)];
  if (start < 0 || end < start) throw new Error(`README.md has no section ${name}.`);
  return `${readme.slice(0, start + opening.length)}\n${text}\n${readme.slice(end)}`;
}

function ruleTable(): string {
  const rows = [...rules]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((rule) => `| [${rule.id}](docs/rules/${rule.id}.md) | ${rule.title} | ${rule.severity} |`);
  return ['| rule | what it finds | severity |', '|---|---|---|', ...rows].join('\n');
}
