// npm run bench: runs test/bench/*.bench.ts and writes docs/benchmarks.md.   npm run bench -- check   runs those whose name holds the word.
// Each file exports `bench(): Promise<Table>`, a Table being {title, note, columns, rows}. The page keeps ratios within one run:
// seconds belong to a machine.
import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { continueInPinnedNode, npm, root } from './run.mjs';
import { ensurePackages } from './setup.mjs';

await ensurePackages();
await continueInPinnedNode();
await installPeers();
const chosen = process.argv.slice(2);
const files = globSync('test/bench/*.bench.ts', { cwd: root }).sort();
const tables = [];
for (const file of files.filter((each) => chosen.length === 0 || chosen.some((word) => each.includes(word)))) {
  const { bench } = await import(join(root, file));
  const table = await bench();
  tables.push(table);
  console.log(`\n${render(table)}`);
}
if (chosen.length === 0) {
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(join(root, 'docs/benchmarks.md'), page(tables));
  console.log('\nwrote docs/benchmarks.md');
}

async function installPeers() {
  const peers = join(root, 'test/bench/peers');
  if (!existsSync(join(peers, 'node_modules/.package-lock.json'))) await npm(['ci', '--ignore-scripts'], peers);
}

function page(all) {
  const intro = 'Written by `npm run bench`. Every number is a ratio or a count within one run, so that it can be compared between machines.';
  return `# Benchmarks\n\n${intro}\n\n${all.map(render).join('\n')}`;
}

function render({ title, note, columns, rows }) {
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => String(row[index] ?? '').length)));
  const line = (cells) => `| ${widths.map((width, index) => String(cells[index] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return `## ${title}\n\n${note}\n\n${[line(columns), rule, ...rows.map(line)].join('\n')}\n`;
}
