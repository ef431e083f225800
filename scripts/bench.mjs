// npm run bench: runs test/bench/*.bench.ts and writes docs/benchmarks.md.   npm run bench -- check   runs those whose name holds the word.
// Each file exports `bench(): Promise<Table>` (test/support/bench.ts). The terminal shows all columns; the page leaves out
// those in (ms), which belong to a machine, and keeps the ratios.
import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { continueInPinnedNode, npm, root } from './run.mjs';
import { ensurePackages } from './setup.mjs';

await ensurePackages();
// As VS Code starts the language server (src/vscode/client.ts).
await continueInPinnedNode(['--max-semi-space-size=64']);
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
  const intro = 'Written by `npm run bench`. Every number is a ratio or a count within one run, so that it can be compared between machines; the terminal shows the times too.';
  return `# Benchmarks\n\n${intro}\n\n${all.map((table) => render(table, isComparable)).join('\n')}`;
}

function isComparable(column) {
  return !/\(m?s\)$/.test(column);
}

function render({ title, note, rows }, keeps = () => true) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(keeps);
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  const [head, ...body] = cells.map((line) => `| ${line.map((cell, index) => cell.padEnd(widths[index])).join(' | ')} |`);
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [`## ${title}`, '', ...(note === undefined ? [] : [note, '']), head, rule, ...body, ''].join('\n');
}
