import type { EngineAnswer } from '../dryrun/targets/embedded.ts';

/** What the parent asks of the database process, and what it answers; one reply for each request, in the order of the requests. */
export type DatabaseRequest =
  | { readonly kind: 'boot'; readonly extensions: Readonly<Record<string, string>>; readonly startFrom: string | null }
  | { readonly kind: 'query'; readonly sql: string }
  | { readonly kind: 'save'; readonly file: string }
  /** Answered when what was being saved is on the disk. */
  | { readonly kind: 'flush' };

export type DatabaseReply =
  | { readonly kind: 'booted'; readonly version: string }
  | { readonly kind: 'answer'; readonly answer: EngineAnswer }
  | { readonly kind: 'done' }
  | { readonly kind: 'flushed' }
  /** The process is of no more use: a damaged data directory, a broken installation, an engine that gave up. */
  | { readonly kind: 'broken'; readonly message: string };
