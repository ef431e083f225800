import type { Target } from '../dryrun/targets/target.ts';
import type { Config, TargetKind } from '../model/config.ts';
import { defaultConfig } from '../model/config.ts';
import type { TargetInfo } from '../model/trace.ts';
import type { TargetPort } from './ports.ts';

/** Where a dry run is to happen, with everything that the target has to know but its secrets. */
export type TargetChoice =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'container'; readonly engine: Config['container']['engine']; readonly image: string }
  | ({ readonly kind: 'neon' } & Config['neon'])
  | {
      readonly kind: 'url';
      /** Name of the secret or environment variable that holds the connection. */
      readonly variable: string;
      /** A host about which the user was asked already. */
      readonly confirmedHost: string | null;
    };

/** What somebody asks for at this moment, beyond what `lockstep.config.json` says: options of the command line, settings of an editor. */
export interface TargetWish {
  readonly kind?: TargetKind;
  readonly engine?: Config['container']['engine'];
  readonly variable?: string;
  readonly confirmedHost?: string;
}

/** The wish decides, then `lockstep.config.json`, then the defaults. */
export function targetChoice(config: Config, wish: TargetWish = {}): TargetChoice {
  const kind = wish.kind ?? config.target;
  switch (kind) {
    case 'embedded':
      return { kind };
    case 'container':
      return { kind, engine: wish.engine ?? config.container.engine, image: config.container.image ?? `postgres:${String(config.postgres)}` };
    case 'neon':
      return { kind, ...config.neon };
    case 'url':
      return { kind, variable: wish.variable ?? config.url.environmentVariable, confirmedHost: wish.confirmedHost ?? null };
  }
}

/** The variable that holds the connection of a `url` target unless something else is said. */
export const defaultVariable = defaultConfig.url.environmentVariable;

/** How each kind of target is made, wired by hand in the entry files. */
export type TargetKinds = { readonly [K in TargetKind]: TargetMaker<Extract<TargetChoice, { readonly kind: K }>> };

export interface TargetMaker<C extends TargetChoice> {
  target(choice: C): Target;
  /** Null when it can be used here and now, else what it lacks and what to do. Opens nothing. */
  lacking(choice: C): Promise<string | null>;
}

/** The targets behind one port. */
export function targetPort(kinds: TargetKinds): TargetPort {
  return { of: (choice) => using(kinds, choice).target(), lacking: (choice) => using(kinds, choice).lacking() };
}

/** One branch for each kind, because only there the compiler knows that maker and choice belong together. */
function using(kinds: TargetKinds, choice: TargetChoice): { target(): Target; lacking(): Promise<string | null> } {
  const bound = <C extends TargetChoice>(maker: TargetMaker<C>, own: C): { target(): Target; lacking(): Promise<string | null> } => ({ target: () => maker.target(own), lacking: () => maker.lacking(own) });
  switch (choice.kind) {
    case 'embedded':
      return bound(kinds.embedded, choice);
    case 'container':
      return bound(kinds.container, choice);
    case 'neon':
      return bound(kinds.neon, choice);
    case 'url':
      return bound(kinds.url, choice);
  }
}

/** What the reader of a report has to know of the target: that it is another major than the one chosen for the project's servers, and which target is not. */
export function targetNotes(config: Config, { id, serverVersion }: Pick<TargetInfo, 'id' | 'serverVersion'>): readonly string[] {
  const major = Number.parseInt(serverVersion, 10);
  if (major === config.postgres || config.postgresIs === 'assumed') return [];
  const cure = id === 'container' ? 'the image decides, container.image in lockstep.config.json' : `the target “container” has PostgreSQL ${String(config.postgres)}`;
  return [`This ran on PostgreSQL ${String(major)}, the project is for ${String(config.postgres)} (“postgres” in lockstep.config.json): ${cure}.`];
}
