// npm test: sets up what the tests need and runs them all.   npm test -- unit postgres   runs only these stages.
import { continueInPinnedNode, pinnedNode, run } from './run.mjs';
import { ensurePackages, tools } from './setup.mjs';

await ensurePackages();
await continueInPinnedNode();
const { runCommand, stages } = await import('./stages.mjs');

const total = { passed: 0, failed: 0, skipped: 0 };
const skips = [];
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => stages[name] === undefined);
if (unknown.length > 0) throw new Error(`no stage is called ${unknown.join(', ')}; there are ${Object.keys(stages).join(', ')}`);

header('Build');
const built = await run(pinnedNode, ['esbuild.mjs']);
if (built.code !== 0) add({ passed: 0, failed: 1, skipped: 0 });
const shared = [];
const alone = [];
for (const [name, stage] of Object.entries(stages)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  if (await lacksSomething(stage)) continue;
  for (const [index, command] of stage.commands.entries()) {
    const part = stage.commands.length === 1 ? '' : ` (${index + 1} of ${stage.commands.length})`;
    (stage.shared === true ? shared : alone).push({ title: `${stage.title}${part}`, command });
  }
}
await Promise.all([worker(), worker()]);
for (const each of alone) await proveOnTerminal(each);
conclude();

/** Two of them keep two cores busy; each command's output appears in one piece at its end. */
async function worker() {
  for (let next = shared.shift(); next !== undefined; next = shared.shift()) {
    const start = Date.now();
    const counts = await runCommand(next.title, next.command, { hidden: true });
    header(next.title);
    process.stdout.write(counts.output);
    tell(counts, start);
  }
}

async function proveOnTerminal({ title, command }) {
  const start = Date.now();
  header(title);
  tell(await runCommand(title, command, { hidden: false }), start);
}

function tell(counts, start) {
  add(counts);
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${((Date.now() - start) / 1000).toFixed(0)} s`);
}

function header(title) {
  console.log(`\n━━ ${title} ${'━'.repeat(Math.max(0, 76 - title.length))}`);
}

function add(counts) {
  for (const key of Object.keys(total)) total[key] += counts[key];
}

async function lacksSomething(stage) {
  let whole = false;
  for (const need of stage.needs) {
    const lack = await tools[need]();
    if (lack === null) continue;
    skips.push(`${stage.title}: ${lack.reason}\n    cure: ${lack.cure}`);
    total[process.env['CI'] === 'true' ? 'failed' : 'skipped'] += 1;
    whole ||= lack.partial !== true;
  }
  return whole;
}

function conclude() {
  if (skips.length > 0) console.log(`\nNot run here:\n${skips.map((skip) => `  ${skip}`).join('\n')}`);
  const skippedInCi = process.env['CI'] === 'true' && total.skipped > 0;
  if (skippedInCi) console.log('\nWith CI=true a skipped test is a failure.');
  if (total.skipped > 0) console.log(`\n${total.skipped} skipped`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 || skippedInCi || total.passed === 0 ? 1 : 0;
}
