// A Docker engine for the tests: the one that answers on this machine, or one of their own.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { importImage } from './podman.mjs';

/** No name that anybody else's image has. */
export const dockerImage = 'localhost/lockstep-postgres:17';

const answers = (env) => spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { env: { ...process.env, ...env } }).status === 0;

/** Whether an engine answers, or one could be started. */
export const hasDocker = () => answers({}) || (process.getuid?.() === 0 && spawnSync('dockerd', ['--version']).status === 0);

/** Gives what the environment has to say for `docker` to find the engine, which has the image; throws with the last words of one that does not start. */
export async function startDocker() {
  const { env, stop } = answers({}) ? { env: {}, stop: async () => {} } : await startEngine();
  const docker = (args) => spawnSync('docker', args, { encoding: 'utf8', env: { ...process.env, ...env } });
  try {
    if (docker(['image', 'inspect', dockerImage]).status !== 0) importImage(17, { engine: docker, name: dockerImage });
    return { env, docker, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startEngine() {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-docker-'));
  const env = { DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` };
  const log = openSync(join(folder, 'log'), 'w');
  // Layers of overlay file systems cannot lie on one another, and inside containers they would.
  const args = ['--host', env.DOCKER_HOST, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid'), '--storage-driver', 'vfs'];
  const engine = spawn('dockerd', args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const end = new Promise((resolve) => engine.once('exit', resolve));
  const killAtExit = () => engine.kill('SIGTERM');
  process.once('exit', killAtExit);
  const stop = async () => {
    process.off('exit', killAtExit);
    if (engine.exitCode === null) engine.kill('SIGTERM');
    await end;
    rmSync(folder, { recursive: true, force: true });
  };
  const until = Date.now() + 120_000;
  while (!answers(env)) {
    if (engine.exitCode !== null || Date.now() > until) {
      const words = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').at(-1);
      await stop();
      throw new Error(words);
    }
    await pause(200);
  }
  return { env, stop };
}
