import { randomBytes } from 'node:crypto';
import type { Operation } from '@neon/sdk/raw';
import { UserError } from '../../model/errors.ts';
import { explained } from './neon-errors.ts';
import { NeonFailure, openNeonApi, pause, refuseCancelled, type CreatedBranch, type ListedBranch, type NeonAccess, type NeonApi } from './neon-api.ts';
import type { OwnerPort } from './owner.ts';

/** Marks a branch as ours; its value is the mark of the process that made it. */
const ownerKey = 'lockstep-owner';
const purposeKey = 'lockstep-purpose';
/** Kept beside Neon's own expiry, which a project can refuse. */
const expiryKey = 'lockstep-expires-at';

export interface BranchesOptions extends NeonAccess {
  readonly owner: OwnerPort;
  readonly ttlMinutes: number;
}

/** A branch that Lockstep made, as a view shows it. */
export interface OwnedBranch {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** True while the process that made it lives. */
  readonly inUse: boolean;
}

export interface MadeBranch extends CreatedBranch {
  /** False when Neon refused to delete it by itself. */
  readonly expires: boolean;
}

/** The branches of one project as far as they are ours, and the one they come from. Every method rejects with a UserError. */
export interface NeonBranches {
  readonly api: NeonApi;
  /** The branch to start from, by id or name; null: the default one. Deletes on the way what dead owners left. */
  parent(wanted: string | null, signal: AbortSignal): Promise<ListedBranch['branch']>;
  /** A branch by id or name, null: the default one, with its databases. Changes nothing. */
  existing(wanted: string | null, signal: AbortSignal): Promise<Pick<CreatedBranch, 'branch' | 'databases'>>;
  make(parent: ListedBranch['branch'], purpose: string, signal: AbortSignal): Promise<MadeBranch>;
  ready(made: CreatedBranch, signal: AbortSignal): Promise<void>;
  /** With the password: never to be shown. */
  address(of: Parameters<NeonApi['connectionUri']>[0], signal: AbortSignal): Promise<string>;
  remove(id: string): Promise<void>;
  owned(signal: AbortSignal): Promise<readonly OwnedBranch[]>;
}

export async function neonBranches(options: BranchesOptions): Promise<NeonBranches> {
  const api = await openNeonApi(options);
  const { project, owner } = options;
  const or = <T>(doing: string, work: Promise<T>): Promise<T> => work.catch((error: unknown) => {
    throw explained(error, { doing, project });
  });
  return {
    api,
    parent: (wanted, signal) => or('list the branches', api.branches(signal).then(async (all) => {
      await sweep(api, all, owner);
      return chosen(all, wanted, { project, next: 'Name one of them as neon.parentBranch in lockstep.config.json.' });
    })),
    existing: (wanted, signal) => or('list the branches and databases', api.branches(signal).then(async (all) => {
      const branch = chosen(all, wanted, { project, next: 'Name one of them, or none for the one of the project.' });
      return { branch, databases: await api.databases(branch.id, signal) };
    })),
    make: (parent, purpose, signal) => or(`branch from ${parent.name}`, make(api, options, { parent, purpose, signal })),
    ready: (made, signal) => or('make the branch ready', ready(api, made, { patience: options.patience, signal })),
    address: (of, signal) => or(`give the address of the database ${of.database}`, api.connectionUri(of, signal)),
    remove: (id) => or(`delete the branch ${id}`, api.delete(id)),
    owned: (signal) => or('list the branches', api.branches(signal).then((all) => all.flatMap((each) => view(each, owner)))),
  };
}

/** A sweep that fails leaves the rest to the next one, and to Neon's own expiry. */
async function sweep(api: NeonApi, all: readonly ListedBranch[], owner: OwnerPort): Promise<void> {
  const now = new Date().toISOString();
  for (const { branch, annotation } of all) {
    const mark = annotation[ownerKey];
    if (mark === undefined || branch.default) continue;
    if (!owner.isGone(mark) && (annotation[expiryKey] ?? '9999') > now) continue;
    await api.delete(branch.id).catch((error: unknown) => {
      if (!(error instanceof NeonFailure)) throw error;
    });
  }
}

function chosen(all: readonly ListedBranch[], wanted: string | null, { project, next }: { readonly project: string; readonly next: string }): ListedBranch['branch'] {
  const branches = all.map(({ branch }) => branch);
  const found = branches.find((branch) => (wanted === null ? branch.default : branch.id === wanted || branch.name === wanted));
  if (found !== undefined) return found;
  const names = all.filter(({ annotation }) => annotation[ownerKey] === undefined).map(({ branch }) => branch.name);
  throw new UserError('target-failed', `The Neon project ${project} has no branch ${wanted ?? 'that is its default'}; it has ${names.slice(0, 10).join(', ')}.`, next);
}

interface Making {
  readonly parent: ListedBranch['branch'];
  readonly purpose: string;
  readonly signal: AbortSignal;
}

/**
 * Creating is not repeatable: after an answer that got lost, or a server error, the branch may be there. Its name is nobody
 * else's, so it is looked for and deleted, and the next try gets another name.
 */
async function make(api: NeonApi, { owner, ttlMinutes, patience }: BranchesOptions, { parent, purpose, signal }: Making): Promise<MadeBranch> {
  const mark = owner.mark();
  const ends = new Date(Date.now() + ttlMinutes * 60_000);
  const annotation = { [ownerKey]: mark, [purposeKey]: purpose, [expiryKey]: ends.toISOString() };
  let expires = true;
  for (let attempt = 1; ; attempt += 1) {
    refuseCancelled(signal);
    const name = `lockstep-${mark}-${randomBytes(3).toString('hex')}`;
    try {
      return { ...(await api.create({ name, parent: parent.id, annotation, expiresAt: expires ? ends : null }, signal)), expires };
    } catch (error) {
      const isRefused = error instanceof NeonFailure && error.status !== null && error.status < 500 && error.status !== 409;
      if (!isRefused) await removeByName(api, name);
      if (attempt >= 3 || !(error instanceof NeonFailure)) throw error;
      if (expires && refusesExpiry(error)) expires = false;
      else if (isRefused) throw error;
      else await pause(patience.pause * 2 ** attempt, signal);
    }
  }
}

/** Expiry is not on every plan: without it, our own sweep and the `finally` have to do. */
function refusesExpiry({ status, message }: NeonFailure): boolean {
  return status !== null && status >= 400 && status < 500 && /expir|\bttl\b|early access/i.test(message);
}

/** Where Neon does not even answer this, its expiry and the next sweep have to do; what failed before is what the user hears. */
async function removeByName(api: NeonApi, name: string): Promise<void> {
  try {
    const all = await api.branches(new AbortController().signal);
    for (const { branch } of all) if (branch.name === name) await api.delete(branch.id);
  } catch (error) {
    if (!(error instanceof NeonFailure)) throw error;
  }
}

interface Waiting {
  readonly patience: NeonAccess['patience'];
  readonly signal: AbortSignal;
}

/** Waits for what Neon still does to the branch. */
async function ready(api: NeonApi, { operations }: CreatedBranch, { patience, signal }: Waiting): Promise<void> {
  const deadline = performance.now() + patience.readyWithin;
  for (const { id } of operations) {
    for (let wait = patience.pause / 2; ; wait = Math.min(wait * 1.5, 2000)) {
      const operation = await api.operation(id, signal);
      if (isOver(operation)) break;
      if (performance.now() > deadline) {
        const seconds = String(Math.round(patience.readyWithin / 1000));
        throw new UserError('target-failed', `The Neon branch was not ready within ${seconds} s: ${operation.action} is still ${operation.status}.`, 'Start the dry run again; if it stays slow, look at neonstatus.com.');
      }
      await pause(wait, signal);
    }
  }
}

function isOver({ status, action, error }: Operation): boolean {
  if (status === 'failed' || status === 'error' || status === 'cancelled') throw new NeonFailure(`${action} ended as ${status}${error === undefined ? '' : `: ${error}`}`, 422, null);
  return status === 'finished' || status === 'skipped';
}

function view({ branch, annotation }: ListedBranch, owner: OwnerPort): readonly OwnedBranch[] {
  const mark = annotation[ownerKey];
  if (mark === undefined || branch.default) return [];
  const { id, name, created_at } = branch;
  return [{ id, name, purpose: annotation[purposeKey] ?? '', createdAt: created_at, expiresAt: branch.expires_at ?? null, inUse: !owner.isGone(mark) }];
}
