import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../../src/rules/index.generated.ts';
import { root } from '../run.mjs';

const marks = { start: '<!-- rules -->', end: '<!-- /rules -->' };

/** The README with its table of rules. */
export function generate(): Promise<ReadonlyMap<string, string>> {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const start = readme.indexOf(marks.start) + marks.start.length;
  const end = readme.indexOf(marks.end);
  return Promise.resolve(new Map([['README.md', `${readme.slice(0, start)}\n${table()}\n${readme.slice(end)}`]]));
}

function table(): string {
  const rows = [...rules]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((rule) => `| [${rule.id}](docs/rules/${rule.id}.md) | ${rule.title} | ${rule.severity} |`);
  return ['| rule | what it finds | severity |', '|---|---|---|', ...rows].join('\n');
}
