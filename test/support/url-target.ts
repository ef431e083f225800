import { urlTarget, type UrlTargetOptions } from '../../src/dryrun/targets/url.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import { thisProcess } from '../../src/host/owner.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import { sharedServer } from './postgres.ts';

/** The target `url` on the shared server of one major. */
export function urlTargetOf(major: PostgresMajor): Target {
  return urlTarget({ ...trusting, read: async () => (await sharedServer(major)).url('postgres') });
}

/** A target that is never asked, for connections of the test's own. */
export function urlTargetAt(url: string | null, options: Partial<UrlTargetOptions> = {}): Target {
  return urlTarget({ ...trusting, read: () => Promise.resolve(url), ...options });
}

const trusting: Omit<UrlTargetOptions, 'read'> = { variable: 'LOCKSTEP_DATABASE_URL', owner: thisProcess, confirm: () => Promise.resolve(false), tell: () => undefined };
