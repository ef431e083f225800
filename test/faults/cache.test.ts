import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../../scripts/run.mjs';
import { engineVersion } from '../../src/host/database.ts';
import { lockstep, type Ended } from '../cli/run.ts';
import { until, warmRig, type Rig } from './rig.ts';
import { upOf, type Stage } from './stages.ts';

describe('the cache of replayed histories that is hit', function () {
  this.timeout(120_000);

  it('keeps nothing half-written when the disk takes no more, and the run is whole', async () => {
    const rig = await warmRig('full');
    // A limit on the size of files (blocks of 512 bytes or more) refuses what a full disk would.
    const child = spawn('/bin/sh', ['-c', 'ulimit -f 500; exec "$@"', 'sh', process.execPath, join(root, 'src/cli/main.ts'), ...words(rig, 'calm')], { env: { ...process.env, ...rig.env } });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    assert.match(stdout, exact, stderr);
    assert.deepEqual(saved(rig), ['empty.tar.gz']);
    await rig.assertNothingLeft('disk full while the cache is saved');
    assert.match((await run(rig, 'calm')).stdout, exact);
    assert.equal(saved(rig).length, 2);
    await rig.assertNothingLeft('the run after that');
  });

  for (const [victim, part] of [['the command line', 'cli/main.ts'], ['the database', 'database-child']] as const) {
    it(`is whole when ${victim} is killed while it is saved, and the next start clears away what was unfinished`, async () => {
      const rig = await warmRig('saving');
      const folder = join(rig.cache, engineVersion);
      const unfinished = new Promise<void>((resolve) => {
        const watcher = watch(folder, (_, name) => {
          if (name?.endsWith('.tmp') !== true) return;
          watcher.close();
          resolve();
        });
      });
      const ended = run(rig, 'fill');
      await unfinished;
      for (const { pid, command } of rig.processes()) if (command.includes(part)) process.kill(pid, 'SIGKILL');
      assert.notEqual((await ended).code, 0);
      await until(() => (rig.processes().length === 0 ? true : null), 'the end of all processes');
      assert.match((await run(rig, 'calm')).stdout, exact);
      await rig.assertNothingLeft(`${victim} killed while the cache is saved`);
    });
  }

  for (const [signal, code] of [['SIGINT', 130], ['SIGKILL', null]] as const) {
    it(`is there for the next run when the command line gets ${signal} in the middle of one`, async () => {
      const rig = await warmRig('signal');
      await run(rig, 'calm');
      const before = saved(rig);
      const ended = run(rig, 'up');
      await until(() => rig.processes().find(({ command }) => command.includes('database-child')) ?? null, 'the process of the database');
      for (const { pid, command } of rig.processes()) if (command.includes('cli/main.ts')) process.kill(pid, signal);
      assert.equal((await ended).code, code);
      await rig.assertNothingLeft(`command line with the embedded database, ${signal}`);
      assert.deepEqual(saved(rig), before);
    });
  }
});

const exact = /"verdict": ?"exact"/;

function run(rig: Rig, stage: Stage | 'calm'): Promise<Ended> {
  return lockstep(words(rig, stage), { cwd: rig.workspace, env: rig.env });
}

function words(rig: Rig, stage: Stage | 'calm'): readonly string[] {
  return ['dry-run', join(rig.workspace, upOf(stage)), '--format', 'json'];
}

function saved(rig: Rig): readonly string[] {
  return readdirSync(join(rig.cache, engineVersion)).filter((name) => name.endsWith('.tar.gz'));
}
