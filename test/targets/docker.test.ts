import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { dockerImage, hasDocker, startDocker } from '../../scripts/docker.mjs';
import type { ProcessPort } from '../../src/app/ports.ts';
import { containerTarget, type LentRequest } from '../../src/dryrun/targets/container.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import { containerEngine, type ClosableContainerEngine } from '../../src/host/container-engine.ts';
import { thisProcess } from '../../src/host/owner.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { runPair } from '../support/plans.ts';
import { containersOf, image, podmanHere } from '../support/podman.ts';
import { describeTarget } from './contract.ts';

const pair = { history: ['CREATE TABLE people (id int PRIMARY KEY, name text)'], up: 'ALTER TABLE people ADD COLUMN age int', down: 'ALTER TABLE people DROP COLUMN age' };

if (hasDocker()) {
  describe('in a container of Docker', function () {
    this.timeout(180_000);
    let docker: Awaited<ReturnType<typeof startDocker>>;
    let made: Made;

    before(async () => {
      docker = await startDocker();
      made = make({ engine: 'docker', image: dockerImage, env: docker.env });
    });
    after(async () => {
      await made.engines.close();
      const left = docker.docker(['ps', '--all', '--quiet', '--filter', 'label=lockstep.owner']).stdout.trim();
      await docker.stop();
      assert.equal(left, '', 'a container is left');
    });

    describeTarget('a container of Docker', { target: () => made.target, watches: true, keeps: true });

    it('a pair makes its round trip, and the report says where', async () => {
      const { verdict, trace } = await runPair(made.target, pair);
      assert.equal(verdict, 'exact');
      assert.match(trace.target.title, /^PostgreSQL 17\.\d+ in a container \(Docker \d+\.\S+, localhost\/lockstep-postgres:17\)$/);
    });
  });
}

if (podmanHere) {
  describe('an engine that the environment names', function () {
    this.timeout(180_000);
    let folder: string;
    let socket: string;
    let end: () => Promise<void>;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'lockstep-engine-'));
      socket = `unix://${join(folder, 'podman.sock')}`;
      const service = spawn('podman', ['system', 'service', '--time', '0', socket], { stdio: 'ignore' });
      end = async () => {
        const ended = once(service, 'exit');
        service.kill('SIGTERM');
        await ended;
      };
      while (!existsSync(join(folder, 'podman.sock'))) await wait(50);
    });
    after(async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const [engine, variable] of [['podman', 'CONTAINER_HOST'], ['docker', 'DOCKER_HOST']] as const) {
      it(`is used by ${engine} where ${variable} says so, and has nothing left afterwards`, async function () {
        if (engine === 'docker' && !hasDocker()) this.skip();
        const { engines, target } = make({ engine, image, env: { [variable]: socket } });
        assert.equal((await runPair(target, pair)).verdict, 'exact');
        // The same Podman stands behind the socket.
        assert.equal(containersOf(process.pid).length, 1);
        await engines.close();
        assert.deepEqual(containersOf(process.pid), []);
        const nowhere = make({ engine, image, env: { [variable]: `${socket}.not` } });
        await assert.rejects(runPair(nowhere.target, pair), /There is no container engine/);
      });
    }
  });
}

interface Made {
  readonly engines: ClosableContainerEngine;
  readonly target: Target;
}

/** The target container on a machine with more in its environment. */
function make({ engine, image: name, env }: Pick<LentRequest, 'engine' | 'image'> & { readonly env: Readonly<Record<string, string>> }): Made {
  const processes: ProcessPort = { run: (request) => nodeProcesses.run({ ...request, env: { ...request.env, ...env } }) };
  const engines = containerEngine({ processes, owner: thisProcess, keepFor: 60_000 });
  return { engines, target: containerTarget({ engines, owner: thisProcess, engine, image: name }) };
}
