import type { ProcessResult } from '../app/ports.ts';
import { UserError } from '../model/errors.ts';

export type EngineName = 'docker' | 'podman';

export const engineTitles: Readonly<Record<EngineName, string>> = { docker: 'Docker', podman: 'Podman' };

/** Why an engine that is installed does not answer. */
export function notAnswering(engine: EngineName, { stderr, ended }: ProcessResult): string {
  const title = engineTitles[engine];
  if (ended === 'timeout') return `${title} gave no answer in time; see whether its engine, or the machine that its context names, is up`;
  if (/permission denied/i.test(stderr)) return `${title} does not let you use it (permission denied); add yourself to its group, or use a rootless set-up`;
  if (/cannot connect|is the docker daemon running|connection refused|no such file/i.test(stderr)) {
    return engine === 'docker' ? 'Docker is installed but not running; start Docker Desktop, or the docker service' : 'Podman is installed but its machine is not running; run “podman machine start”';
  }
  return `${title} does not answer: ${lastLine(stderr)}`;
}

/** No engine can be used, each with its reason. */
export function noEngine(reasons: readonly string[]): UserError {
  return new UserError('target-failed', `There is no container engine to run PostgreSQL in: ${reasons.join('; ')}.`, 'Install or start Docker or Podman, or use the embedded PostgreSQL, which needs neither.');
}

/** Why an image could not be had. */
export function pullFailed(image: string, { ended, stderr }: ProcessResult): UserError {
  if (ended === 'timeout') return new UserError('target-failed', `The image ${image} was not downloaded within ten minutes.`, `Run the download by itself, then start the dry run again: docker pull ${image} (or podman pull).`);
  if (/toomanyrequests|rate limit/i.test(stderr)) return new UserError('target-failed', `The registry gives no more images to this address for now (rate limit): ${image}.`, 'Log in to the registry, or wait an hour.');
  if (/unauthorized|denied|authentication required/i.test(stderr)) return new UserError('target-failed', `The registry refuses the image ${image}.`, 'Check its name; when it is private, log in with docker login or podman login.');
  if (/manifest unknown|not found|name unknown|does not exist/i.test(stderr)) return new UserError('target-failed', `The registry has no image ${image}.`, 'Check container.image and postgres in lockstep.config.json.');
  return new UserError('target-failed', `The image ${image} is not on this machine, and its registry could not be reached: ${lastLine(stderr)}.`, 'Check the network, or load the image by hand and start the dry run again.');
}

/** Why a container did not start. */
export function startFailed(image: string, { ended, stderr }: ProcessResult): UserError {
  if (ended === 'timeout') return new UserError('target-failed', `The container of ${image} did not start within a minute.`, 'Look at the engine itself; restarting it often helps.');
  if (/port is already allocated|address already in use/i.test(stderr)) return new UserError('target-failed', 'The port for the container was taken at that moment by another program.', 'Start the dry run again: another port is chosen each time.');
  if (/no space left/i.test(stderr)) return new UserError('target-failed', `There is no space left for a container of ${image}.`, 'Free some, for example with docker system prune, and start the dry run again.');
  return new UserError('target-failed', `The container of ${image} did not start: ${lastLine(stderr)}.`, 'Try it by hand with docker run or podman run; when that works, start the dry run again.');
}

/** A container that ended before PostgreSQL was ready; its own last words tell most. */
export function endedEarly(image: string, log: string): UserError {
  const said = lastLine(log);
  return new UserError('target-failed', `The container of ${image} ended before PostgreSQL was ready${said === '' ? '' : `: ${said}`}.`, 'Check that container.image names an image that behaves like the official postgres.');
}

export function notReady(image: string): UserError {
  return new UserError('target-failed', `PostgreSQL in the container of ${image} took no connection within a minute.`, 'When the engine runs on another machine (a Docker context, say), its loopback ports are not here: choose a local one, or the target “url”.');
}

/** The line that says what happened is nearly always the last one. */
function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').trim().replace(/^(Error|ERROR|error|docker): */, '').replace(/\.$/, '');
}
