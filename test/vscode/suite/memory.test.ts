import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/vscode/contributions.ts';
import { closeAll, open, writeFile } from './support.ts';

const megabyte = 1024 * 1024;

describe('a session of dry runs in VS Code', function () {
  this.timeout(180_000);

  afterEach(closeAll);

  it('leaves the extension host as small as it was', async function () {
    writeFile(['billing', 'migrations', '9301_try_rollback.sql'], 'DROP TABLE IF EXISTS many_runs;\n');
    const editor = await open(writeFile(['billing', 'migrations', '9301_try.sql'], 'CREATE TABLE many_runs (id bigint PRIMARY KEY);\n'));
    const run = (): Thenable<unknown> => vscode.commands.executeCommand(commandIds.dryRun, editor.document.uri);
    // The first one loads what every later one uses.
    await run();
    const before = inUse();
    for (let index = 0; index < 12; index += 1) await run();
    const grown = inUse() - before;
    this.runnable().title += `: ${(grown / megabyte).toFixed(1)} MB more after 12 runs`;
    assert.ok(grown <= 30 * megabyte, `${String(grown)} bytes`);
  });
});

/** Bytes of objects and buffers that are really needed. */
function inUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void; // V8 puts it there with that flag.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
