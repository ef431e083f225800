import { UserError } from '../../model/errors.ts';
import type { ForeignDiff, Observed } from '../../model/trace.ts';
import { refuseMissingExtensions } from './extensions.ts';
import { pause, refuseCancelled, usualPatience, type Patience } from './neon-api.ts';
import { appliedMigrations, type AppliedMigrations } from './neon-applied.ts';
import { neonBranches, type MadeBranch, type NeonBranches, type OwnedBranch } from './neon-branches.ts';
import type { OwnerPort } from './owner.ts';
import { openServerSession, type ServerSession } from './server.ts';
import type { OpenOptions, OpenTarget, Target } from './target.ts';

export { type OwnedBranch } from './neon-branches.ts';

/** Where branches are made; what is null has Neon's default. */
export interface NeonPlace {
  readonly project: string | null;
  /** Id or name. It is read, never written. */
  readonly parentBranch: string | null;
  readonly database: string | null;
  readonly role: string | null;
  readonly ttlMinutes: number;
}

export interface NeonSurroundings {
  readonly apiKey: () => Promise<string | null>;
  readonly owner: OwnerPort;
  /** Left out: Neon's own address. */
  readonly apiHost?: string | null;
  readonly patience?: Patience;
  /** What ends the branches that are open now: for a process that has to end before its runs do. */
  readonly endings?: Set<() => Promise<void>>;
}

/** A throw-away branch of a Neon project as a target: real data, and nobody else sees what happens to it. */
export function neonTarget(place: NeonPlace, surroundings: NeonSurroundings): Target {
  return { id: 'neon', open: (options) => open(place, surroundings, options) };
}

/** Null when key and project are known, else which is missing and where it goes. */
export async function neonLacks({ project }: Pick<NeonPlace, 'project'>, { apiKey }: Pick<NeonSurroundings, 'apiKey'>): Promise<string | null> {
  if ((await apiKey()) === null) return 'No Neon API key is set: run “Lockstep: Set Neon API Key” in VS Code, or set NEON_API_KEY on the command line.';
  return project === null ? 'No Neon project is named: set neon.project in lockstep.config.json, or run `neon set-context` in the workspace, which writes a .neon file.' : null;
}

/** The branches that Lockstep made in the project, whoever ran it. */
export async function ownedBranches(place: NeonPlace, surroundings: NeonSurroundings, signal: AbortSignal): Promise<readonly OwnedBranch[]> {
  return (await branchesOf(place, surroundings)).owned(signal);
}

/** Deletes a branch, but only one that Lockstep made. */
export async function deleteOwnedBranch(place: NeonPlace, surroundings: NeonSurroundings, id: string): Promise<void> {
  const branches = await branchesOf(place, surroundings);
  const owned = await branches.owned(new AbortController().signal);
  if (owned.some((branch) => branch.id === id)) await branches.remove(id);
}

export interface ReadBranch {
  readonly session: ServerSession;
  readonly branch: string;
}

/** A session on a branch as it is, by its own compute, for who only reads. Nothing is made in the project, and nothing swept. `parentBranch` of the place is the branch. */
export async function connectToBranch(place: NeonPlace, surroundings: NeonSurroundings, options: Pick<OpenOptions, 'statementTimeout' | 'signal'>): Promise<ReadBranch> {
  const branches = await branchesOf(place, surroundings);
  const { branch, databases } = await branches.existing(place.parentBranch, options.signal);
  const uri = asVerified(await branches.address({ branch: branch.id, ...databaseOf({ databases }, place) }, options.signal));
  return { session: await connectOnceAwake(uri, options, surroundings.patience ?? usualPatience), branch: branch.name };
}

async function branchesOf(place: NeonPlace, { apiKey, owner, apiHost, patience }: NeonSurroundings): Promise<NeonBranches> {
  const lack = await neonLacks(place, { apiKey });
  const key = await apiKey();
  if (lack !== null || key === null || place.project === null) throw new UserError('target-lacks', `Neon needs a key and a project. ${lack ?? ''}`, 'Set it, then try again.');
  return neonBranches({ apiKey: key, apiHost: apiHost ?? null, project: place.project, patience: patience ?? usualPatience, owner, ttlMinutes: place.ttlMinutes });
}

async function open(place: NeonPlace, surroundings: NeonSurroundings, options: OpenOptions): Promise<OpenTarget> {
  const { signal } = options;
  refuseCancelled(signal);
  const branches = await branchesOf(place, surroundings);
  const parent = await branches.parent(place.parentBranch, signal);
  const made = await branches.make(parent, 'dry run', signal);
  const remove = once(() => branches.remove(made.branch.id), surroundings.endings);
  let session: ServerSession | null = null;
  try {
    await branches.ready(made, signal);
    const { database, role } = databaseOf(made, place);
    const uri = asVerified(await branches.address({ branch: made.branch.id, database, role }, signal));
    session = await connectOnceAwake(uri, options, surroundings.patience ?? usualPatience);
    await refuseMissingExtensions(session, options.extensions, lacking);
    const seen = await seenBy(session, parent.name, options);
    return opened({ branches, made, parent: parent.name, database, session, seen, remove, again: () => openServerSession({ url: uri, ...options }) });
  } catch (error) {
    await session?.close().catch(() => undefined);
    await remove();
    throw error;
  }
}

const lacking = { where: 'Neon', next: 'Neon’s documentation lists those it has; run these migrations in a container whose image has it.' };

interface Opened {
  readonly branches: NeonBranches;
  readonly made: MadeBranch;
  readonly parent: string;
  readonly database: string;
  readonly session: ServerSession;
  readonly seen: AppliedMigrations | null;
  readonly remove: () => Promise<void>;
  readonly again: () => Promise<ServerSession>;
}

function opened({ branches, made, parent, database, session, seen, remove, again }: Opened): OpenTarget {
  const notes = [...(seen === null ? [] : [seen.evidence]), ...(made.expires ? [] : ['Neon refused to give the branch an expiry. Lockstep deletes it when the run ends, and sweeps what a killed run leaves at its next one.'])];
  const { serverVersion } = session;
  const { id, parent_id } = made.branch;
  return {
    capabilities: {
      info: { id: 'neon', title: `PostgreSQL ${serverVersion} on a Neon branch of ${parent}`, serverVersion, notes },
      secondSession: { kind: 'measured', value: true },
      realData: true,
    },
    session,
    startedFrom: null,
    ...(seen === null ? {} : { applied: seen.ids }),
    connect: again,
    foreignDiff: () => compared(branches, { branch: id, parent: parent_id ?? null, database, name: parent }),
    async close() {
      // A connection that is lost already is no reason to leave the branch.
      await session.close().catch(() => undefined);
      await remove();
    },
  };
}

/** Deletes once, whoever asks, and can be asked by whoever ends the process. */
function once(remove: () => Promise<void>, endings = new Set<() => Promise<void>>()): () => Promise<void> {
  let removed: Promise<void> | null = null;
  const ending = (): Promise<void> => (removed ??= remove().finally(() => endings.delete(ending)));
  endings.add(ending);
  return ending;
}

/** What the parent had seen of what is planned, the migration at hand not included. */
async function seenBy(session: ServerSession, parent: string, { planned }: OpenOptions): Promise<AppliedMigrations | null> {
  if (planned === undefined) return null;
  const seen = await appliedMigrations(session, planned.history, planned.migration);
  const { id } = planned.migration;
  if (!seen.ids.has(id)) return seen;
  throw new UserError('target-failed', `${id} is applied already on the Neon branch ${parent}, so it cannot be tried on a copy of it.`, 'Name a parent that has not seen it as neon.parentBranch in lockstep.config.json, or run this one on the embedded PostgreSQL.');
}

interface Comparison {
  readonly branch: string;
  readonly parent: string | null;
  readonly database: string;
  readonly name: string;
}

/** A second opinion must not cost the run: when Neon gives none, the report says why. */
async function compared({ api }: NeonBranches, { branch, parent, database, name }: Comparison): Promise<Observed<ForeignDiff>> {
  if (parent === null) return { kind: 'unavailable', reason: 'Neon names no parent of the branch.' };
  try {
    const text = await api.compare({ branch, parent, database }, AbortSignal.timeout(60_000));
    return { kind: 'measured', value: { by: 'Neon’s compare_schema', against: `the branch ${name}`, text } };
  } catch (error) {
    return { kind: 'unavailable', reason: `Neon’s compare_schema did not answer: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The database and its role: those that are named, else the only database, or `neondb`, which every project begins with, and its owner. */
function databaseOf({ databases }: Pick<MadeBranch, 'databases'>, { database, role }: NeonPlace): { readonly database: string; readonly role: string } {
  const found = database === null ? (databases.length === 1 ? databases[0] : databases.find(({ name }) => name === 'neondb')) : databases.find(({ name }) => name === database);
  if (found !== undefined) return { database: found.name, role: role ?? found.owner_name };
  const names = databases.map(({ name }) => name).join(', ') || 'none';
  throw new UserError('target-failed', database === null ? `The Neon branch has several databases: ${names}.` : `The Neon branch has no database ${database}; it has ${names}.`, 'Name one of them as neon.database in lockstep.config.json.');
}

/** Neon's certificates are those of a public authority, so they are checked, which `require` alone does not ask for. */
function asVerified(uri: string): string {
  const url = new URL(uri);
  if (url.searchParams.get('sslmode') === 'require') url.searchParams.set('sslmode', 'verify-full');
  return url.href;
}

/** A compute that has just been started may refuse its first callers. */
async function connectOnceAwake(url: string, { statementTimeout, signal }: Pick<OpenOptions, 'statementTimeout' | 'signal'>, patience: Patience): Promise<ServerSession> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openServerSession({ url, statementTimeout, signal });
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'target-failed' || attempt >= 4) throw error;
    }
    await pause(patience.pause * 2 ** (attempt - 1), signal);
  }
}
