// npm run check: what must hold before every commit, in under two minutes; two stages at a time.
import { continueInPinnedNode } from './run.mjs';
import { ensurePackages } from './setup.mjs';

await ensurePackages();
await continueInPinnedNode();
const { quick, runStage, stages } = await import('./stages.mjs');

const total = { passed: 0, failed: 0, skipped: 0 };
const waiting = [...quick];
await Promise.all([worker(), worker()]);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function worker() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const start = Date.now();
    const counts = await runStage(name, { hidden: true });
    for (const key of Object.keys(total)) total[key] += counts[key];
    const verdict = counts.failed > 0 ? `${counts.failed} failed` : `${counts.passed} passed`;
    console.log(`${counts.failed > 0 ? '✘' : '✔'} ${stages[name].title}: ${verdict} in ${((Date.now() - start) / 1000).toFixed(0)} s`);
    if (counts.failed > 0) console.log(failures(counts.output));
  }
}

/** What passed is of no interest to whoever mends the rest. */
function failures(output) {
  const mocha = /^ *\S*\d+ failing/m.exec(output);
  return output.slice(mocha?.index ?? 0).trimEnd();
}
