import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { podman } from '../../scripts/podman.mjs';
import type { ProcessPort, ProcessRequest } from '../../src/app/ports.ts';
import { containerTarget } from '../../src/dryrun/targets/container.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import { containerEngine } from '../../src/host/container-engine.ts';
import { notAnswering, pullFailed, startFailed } from '../../src/host/container-messages.ts';
import { thisProcess } from '../../src/host/owner.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { runPair } from '../support/plans.ts';
import { containersFor, containersOf, image, podmanHere, strayContainer } from '../support/podman.ts';
import { urlTargetAt } from '../support/url-target.ts';
import { userError, using, usual } from './contract.ts';

describe('the words about containers', () => {
  const said = (stderr: string): { ended: 'exit'; exitCode: number; stdout: string; stderr: string } => ({ ended: 'exit', exitCode: 125, stdout: '', stderr });

  it('tell an engine that does not run from one that may not be used', () => {
    assert.match(notAnswering('docker', said('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?')), /installed but not running/);
    assert.match(notAnswering('docker', said('permission denied while trying to connect to the Docker daemon socket')), /add yourself to its group/);
    assert.match(notAnswering('podman', said('Cannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`')), /podman machine start/);
    assert.match(notAnswering('docker', { ...said(''), ended: 'timeout' }), /gave no answer in time/);
  });

  it('tell why there is no image', () => {
    const words = (stderr: string): string => pullFailed('postgres:17', said(stderr)).message;
    assert.match(words('Error response from daemon: manifest for postgres:177 not found: manifest unknown'), /has no image/);
    assert.match(words('Error: denied: requested access to the resource is denied'), /refuses the image/);
    assert.match(words('toomanyrequests: You have reached your pull rate limit'), /rate limit/);
    assert.match(words('dial tcp: lookup registry-1.docker.io: no such host'), /could not be reached/);
  });

  it('tell why a container did not start', () => {
    const words = (stderr: string): string => startFailed('postgres:17', said(stderr)).message;
    assert.match(words('driver failed programming external connectivity: Bind for 127.0.0.1:49153 failed: port is already allocated'), /port .* was taken/);
    assert.match(words('write /var/lib/docker/tmp/x: no space left on device'), /no space left/);
    assert.match(words('Error: crun: open executable: Permission denied'), /did not start: crun: open executable: Permission denied\./);
  });
});

if (podmanHere) {
  describe('the target container', function () {
    this.timeout(120_000);
    describeLives();
    describeFailures();
    describeSecrets();
  });
}

const shop = 'CREATE TABLE people (id int PRIMARY KEY, name text)';

function describeLives(): void {
  it('keeps a container warm for the next run, starts from the history it has seen, and removes it when told to end', async () => {
    const { engines, target } = containersFor({ keepFor: 60_000 });
    const pair = { history: [shop], up: 'ALTER TABLE people ADD COLUMN age int', down: 'ALTER TABLE people DROP COLUMN age' };
    const first = await runPair(target, pair);
    const [name, ...others] = containersOf(process.pid);
    assert.deepEqual({ verdict: first.verdict, cached: first.trace.history.cached, others }, { verdict: 'exact', cached: false, others: [] });
    const second = await runPair(target, pair);
    assert.deepEqual({ verdict: second.verdict, cached: second.trace.history.cached }, { verdict: 'exact', cached: true });
    assert.deepEqual(containersOf(process.pid), [name]);
    await engines.close();
    assert.deepEqual(containersOf(process.pid), []);
  });

  it('is made for one run when nobody waits, or when the run changes the whole server', async () => {
    const { target } = containersFor({ keepFor: 0 });
    await using(target, () => Promise.resolve(assert.equal(containersOf(process.pid).length, 1)));
    assert.deepEqual(containersOf(process.pid), []);
    const { engines, target: warm } = containersFor({ keepFor: 60_000 });
    const roles = { up: 'CREATE ROLE app; CREATE SCHEMA own AUTHORIZATION app', down: 'DROP SCHEMA own; DROP ROLE app' };
    assert.equal((await runPair(warm, { history: [shop, 'CREATE ROLE reader'], ...roles })).verdict, 'exact');
    assert.equal((await runPair(warm, { history: [shop, 'CREATE ROLE reader'], ...roles })).verdict, 'exact');
    assert.deepEqual(containersOf(process.pid), []);
    await engines.close();
  });

  it('is gone when it is killed in the middle, says so, and the next run has another', async () => {
    const { engines, target } = containersFor({ keepFor: 60_000 });
    const [killed] = await using(target, async ({ session }) => {
      const names = containersOf(process.pid);
      const slow = session.query('SELECT pg_sleep(600)');
      podman(['kill', '--signal', 'KILL', ...names]);
      const error = await userError(slow);
      assert.equal(error.code, 'target-failed');
      assert.match(error.message, /connection/);
      return names;
    });
    await using(target, async ({ session }) => { await session.query('SELECT 1'); });
    const left = containersOf(process.pid);
    assert.equal(left.length, 1);
    assert.ok(killed !== undefined && !left.includes(killed));
    await engines.close();
  });

  it('that a dead process left is removed by the next start, and that of a living one is not', async () => {
    const [machine = ''] = thisProcess.mark().split('_');
    const ended = spawnSync(process.execPath, ['--version']).pid;
    const orphan = strayContainer(`${machine}_${String(ended)}_${Date.now().toString(36)}`);
    const living = strayContainer(thisProcess.mark());
    const { engines, target } = containersFor({ keepFor: 0 });
    await using(target, () => Promise.resolve());
    const left = containersOf(process.pid);
    podman(['rm', '--force', '--time', '0', living]);
    await engines.close();
    assert.deepEqual(left, [living]);
    assert.equal(podman(['container', 'exists', orphan]).status, 1);
  });

  it('is not used again once a function has left a role in it', async () => {
    const { engines, target } = containersFor({ keepFor: 600_000 });
    // The second run would find the role of the first.
    for (const round of ['first', 'second']) {
      const { trace } = await runPair(target, { up: 'CREATE FUNCTION hidden() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN CREATE ROLE hidden_one; END $f$; SELECT hidden()' });
      assert.equal(trace.legs[0]?.outcome, 'done', round);
      assert.deepEqual(containersOf(process.pid), [], round);
    }
    await engines.close();
  });

  it('goes with its process, even when that does not end it', async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('lender.ts', import.meta.url))], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    assert.equal(containersOf(child.pid ?? 0).length, 1);
    child.kill('SIGTERM');
    await once(child, 'exit');
    const until = Date.now() + 20_000;
    while (containersOf(child.pid ?? 0).length > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(containersOf(child.pid ?? 0), []);
  });
}

function describeFailures(): void {
  it('says that there is no engine', async () => {
    const error = await userError(targetWith(elsewhere).open(usual));
    assert.match(error.message, /Docker is not installed; Podman is not installed/);
    assert.match(error.next, /embedded PostgreSQL, which needs neither/);
    assert.match((await containerEngine({ processes: elsewhere, owner: thisProcess, keepFor: 0 }).lacking('podman')) ?? '', /Podman is not installed/);
  });

  it('says that the registry of an image cannot be reached', async () => {
    const error = await userError(targetWith(nodeProcesses, 'localhost:1/nobody/nothing:1').open(usual));
    assert.match(error.message, /localhost:1\/nobody\/nothing:1 is not on this machine, and its registry could not be reached/);
  });

  it('says that an image is no PostgreSQL, in its own last words, and leaves nothing', async () => {
    podman(['rmi', '--force', 'localhost/lockstep-no-server:1']);
    const made = podman(['create', image]).stdout.trim();
    podman(['commit', '--quiet', '--change', 'ENTRYPOINT ["sh", "-c", "echo I am no server; exit 3"]', made, 'localhost/lockstep-no-server:1']);
    podman(['rm', made]);
    const error = await userError(targetWith(nodeProcesses, 'localhost/lockstep-no-server:1').open(usual));
    podman(['rmi', '--force', 'localhost/lockstep-no-server:1']);
    assert.match(error.message, /ended before PostgreSQL was ready: I am no server/);
    assert.deepEqual(containersOf(process.pid), []);
  });

  it('leaves nothing when it is cancelled while the container starts', async () => {
    const stop = new AbortController();
    const watching: ProcessPort = {
      run(request) {
        if (request.args[0] === 'port') stop.abort();
        return nodeProcesses.run(request);
      },
    };
    assert.equal((await userError(targetWith(watching).open({ ...usual, signal: stop.signal }))).code, 'cancelled');
    assert.deepEqual(containersOf(process.pid), []);
  });

  it('says that the server refuses a wrong password, without the password', async () => {
    const { engines } = containersFor({ keepFor: 0 });
    const server = await engines.lend({ engine: 'podman', image, use: 'alone', signal: usual.signal });
    const url = new URL(server.url);
    url.password = 'c4nary-s3cret';
    const error = await userError(urlTargetAt(url.href).open(usual));
    url.password = '';
    const without = await userError(urlTargetAt(url.href).open(usual));
    await server.giveBack('as it was');
    assert.match(error.message, /refuses the password of “postgres”/);
    assert.ok(!`${error.message}${error.next}${error.stack ?? ''}`.includes('c4nary-s3cret'));
    assert.match(without.message, /wants a password/);
  });
}

function describeSecrets(): void {
  it('passes its password in no argument', async () => {
    const requests: ProcessRequest[] = [];
    const { engines } = { engines: containerEngine({ processes: { run: (request) => { requests.push(request); return nodeProcesses.run(request); } }, owner: thisProcess, keepFor: 0 }) };
    const server = await engines.lend({ engine: 'podman', image, use: 'alone', signal: usual.signal });
    const { password } = new URL(server.url);
    const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    await server.giveBack('as it was');
    assert.ok(password.length >= 20);
    assert.ok(requests.length > 3);
    assert.deepEqual(requests.filter(({ args }) => args.some((arg) => arg.includes(password))), []);
    assert.ok(!stdout.includes(password));
  });
}

/** A machine on which nothing is installed. */
const elsewhere: ProcessPort = { run: (request) => nodeProcesses.run({ ...request, env: { ...request.env, PATH: '/nowhere' } }) };

function targetWith(processes: ProcessPort, name = image): Target {
  return containerTarget({ engines: containerEngine({ processes, owner: thisProcess, keepFor: 0 }), owner: thisProcess, engine: processes === elsewhere ? 'auto' : 'podman', image: name });
}
