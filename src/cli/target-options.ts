import type { ParseArgsConfig } from 'node:util';
import type { TargetWish } from '../app/target-choice.ts';
import { targetKinds } from '../model/config.ts';
import { UserError } from '../model/errors.ts';
import { oneOf } from './one-of.ts';

/** The options with which a command is told where to run. */
export const targetOptions = {
  target: { type: 'string' },
  'url-env': { type: 'string' },
  'yes-this-server': { type: 'string' },
  engine: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** What `--help` says of them. */
export const targetHelp = `  --target embedded|container|neon|url
                                 where to run it; the default is that of lockstep.config.json, else embedded
  --engine docker|podman         for container; the default is the first that answers
  --url-env <name>               for url: the environment variable that holds the connection
                                 (default: LOCKSTEP_DATABASE_URL)
  --yes-this-server <host>       for url: use this host though it may be one that others depend on`;

type Given = { readonly [K in keyof typeof targetOptions]?: string | undefined };

/** The wish behind the options; naming a connection is wishing for `url`, and naming an engine for `container`. */
export function targetWish(given: Given): TargetWish {
  const variable = given['url-env'];
  const engine = given.engine === undefined ? undefined : oneOf(['docker', 'podman'] as const, given.engine, '--engine');
  const kind = given.target !== undefined ? oneOf(targetKinds, given.target, '--target') : (variable !== undefined ? 'url' : engine !== undefined ? 'container' : undefined);
  const confirmedHost = given['yes-this-server'];
  if (variable !== undefined && !/^[A-Za-z_]\w*$/.test(variable)) {
    // What stands there may be the connection itself, so it is not repeated.
    throw new UserError('usage', '--url-env takes the name of an environment variable, not a connection.', 'Put the connection into a variable, where other users of the machine cannot read it: LOCKSTEP_DATABASE_URL=postgres://… lockstep dry-run --target url');
  }
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(engine === undefined ? {} : { engine }),
    ...(variable === undefined ? {} : { variable }),
    ...(confirmedHost === undefined ? {} : { confirmedHost }),
  };
}
