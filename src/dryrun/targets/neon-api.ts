import type { Branch, ListProjectBranchesResponse, Operation } from '@neon/sdk/raw';
import { cancelled } from '../../model/errors.ts';

/** How long to wait, in milliseconds. */
export interface Patience {
  /** Before the second try; each further one waits twice as long. */
  readonly pause: number;
  /** For one request. */
  readonly answerWithin: number;
  /** From asking for a branch until its database answers. */
  readonly readyWithin: number;
}

export const usualPatience: Patience = { pause: 500, answerWithin: 30_000, readyWithin: 120_000 };

export interface NeonAccess {
  readonly apiKey: string;
  /** Where the API is; null: Neon's own address. */
  readonly apiHost: string | null;
  readonly project: string;
  readonly patience: Patience;
}

export interface BranchRequest {
  readonly name: string;
  readonly parent: string;
  readonly annotation: Readonly<Record<string, string>>;
  readonly expiresAt: Date | null;
}

/** A branch with its annotation. */
export interface ListedBranch {
  readonly branch: Branch;
  readonly annotation: Readonly<Record<string, string>>;
}

export interface CreatedBranch {
  readonly branch: Branch;
  readonly operations: readonly Operation[];
  readonly databases: readonly { readonly name: string; readonly owner_name: string }[];
}

/** Neon said no, or nothing; `status` is null when there was no answer. */
export class NeonFailure extends Error {
  readonly status: number | null;
  /** Seconds that Neon wants to be left alone. */
  readonly retryAfter: number | null;

  constructor(message: string, status: number | null, retryAfter: number | null) {
    super(message);
    this.name = 'NeonFailure';
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/**
 * The part of Neon's API that branches need. Requests that are safe to repeat are repeated: always on 423, 429 and 503, and where
 * a second one does no harm also on other 5xx and a broken connection. Rejects with a NeonFailure, or with `cancelled`.
 */
export interface NeonApi {
  branches(signal: AbortSignal): Promise<readonly ListedBranch[]>;
  databases(branch: string, signal: AbortSignal): Promise<CreatedBranch['databases']>;
  /** The signal ends the waiting for another try, never the request itself: nobody would know what became of it. */
  create(request: BranchRequest, signal: AbortSignal): Promise<CreatedBranch>;
  operation(id: string, signal: AbortSignal): Promise<Operation>;
  connectionUri(of: { readonly branch: string; readonly database: string; readonly role: string }, signal: AbortSignal): Promise<string>;
  /** A branch that is gone already is no failure. */
  delete(branch: string): Promise<void>;
  /** What differs between the branch and its parent, as text. */
  compare(of: { readonly branch: string; readonly parent: string; readonly database: string }, signal: AbortSignal): Promise<string>;
}

/** Loads Neon's client only now: most dry runs happen elsewhere. */
export async function openNeonApi(access: NeonAccess): Promise<NeonApi> {
  const neon = await import('@neon/sdk/raw');
  const client = neon.createClient({ baseUrl: access.apiHost ?? 'https://console.neon.tech/api/v2', auth: access.apiKey });
  const project_id = access.project;
  const uncancelled = new AbortController().signal;
  const call = <T>(repeat: Repeat, signal: AbortSignal, request: Request<T>): Promise<T> => patiently(access, { repeat, signal, request });
  return {
    branches: (signal) => allPages((cursor) => call('freely', signal, (within) => neon.listProjectBranches({ client, path: { project_id }, query: { limit: 1000, ...(cursor === null ? {} : { cursor }) }, signal: within }))),
    databases: async (branch_id, signal) => (await call('freely', signal, (within) => neon.listProjectBranchDatabases({ client, path: { project_id, branch_id }, signal: within }))).databases,
    create: ({ name, parent, annotation, expiresAt }, signal) =>
      call('refused', signal, (within) =>
        neon.createProjectBranch({
          client,
          path: { project_id },
          body: {
            // Neon takes whole seconds.
            branch: { name, parent_id: parent, ...(expiresAt === null ? {} : { expires_at: expiresAt.toISOString().replace(/\.\d+Z$/, 'Z') }) },
            endpoints: [{ type: 'read_write' }],
            annotation_value: { ...annotation },
          },
          signal: within,
        })),
    operation: async (operation_id, signal) => (await call('freely', signal, (within) => neon.getProjectOperation({ client, path: { project_id, operation_id }, signal: within }))).operation,
    async connectionUri({ branch, database, role }, signal) {
      const query = { branch_id: branch, database_name: database, role_name: role, pooled: false };
      return (await call('freely', signal, (within) => neon.getConnectionUri({ client, path: { project_id }, query, signal: within }))).uri;
    },
    async delete(branch_id) {
      await call('conflicts too', uncancelled, (within) => neon.deleteProjectBranch({ client, path: { project_id, branch_id }, signal: within })).catch((error: unknown) => {
        if (!(error instanceof NeonFailure) || error.status !== 404) throw error;
      });
    },
    async compare({ branch, parent, database }, signal) {
      const request: Request<{ readonly diff?: string }> = (within) =>
        neon.getProjectBranchSchemaComparison({ client, path: { project_id, branch_id: branch }, query: { base_branch_id: parent, db_name: database }, signal: within });
      return (await call('freely', signal, request)).diff ?? '';
    },
  };
}

type Request<T> = (within: AbortSignal) => Promise<{ readonly data?: T | undefined; readonly error?: unknown; readonly response?: Response | undefined }>;

/** `refused`: only after answers that mean it was not carried out. `freely`: also when nobody knows. `conflicts too`: also on 409. */
type Repeat = 'refused' | 'freely' | 'conflicts too';

interface Call<T> {
  readonly repeat: Repeat;
  readonly signal: AbortSignal;
  readonly request: Request<T>;
}

const tries = 7;

async function patiently<T>({ apiKey, patience }: NeonAccess, { repeat, signal, request }: Call<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    refuseCancelled(signal);
    const timeout = AbortSignal.timeout(patience.answerWithin);
    const { data, error, response } = await request(repeat === 'refused' ? timeout : AbortSignal.any([signal, timeout]));
    if (error === undefined && response !== undefined) return data as T; // Without an error the client has parsed the answer; 204 has none.
    if (repeat !== 'refused') refuseCancelled(signal);
    const failure = failureOf(error, response ?? null, apiKey);
    if (attempt >= tries || !isRepeatable(failure.status, repeat)) throw failure;
    await pause(failure.retryAfter === null ? patience.pause * 2 ** (attempt - 1) : failure.retryAfter * 1000, signal);
  }
}

/** Of these Neon's document says that nothing has happened: 423 locked, 429 too many requests, 503 unavailable. */
function isRepeatable(status: number | null, repeat: Repeat): boolean {
  if (status === 423 || status === 429 || status === 503) return true;
  if (repeat === 'refused') return false;
  return status === null || status >= 500 || (status === 409 && repeat === 'conflicts too');
}

function failureOf(error: unknown, response: Response | null, apiKey: string): NeonFailure {
  const message = error instanceof Error ? error.message : String(error);
  return new NeonFailure(message.replaceAll(apiKey, '…'), response?.status ?? null, retryAfterOf(response));
}

/** Seconds or a date (RFC 9110, 10.2.3); never more than a minute, which is Neon's window. */
function retryAfterOf(response: Response | null): number | null {
  const text = response?.headers.get('retry-after') ?? null;
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), 60);
}

/** Ends early when cancelled. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  refuseCancelled(signal);
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    signal.addEventListener('abort', wake);
  });
  refuseCancelled(signal);
}

export function refuseCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

async function allPages(page: (cursor: string | null) => Promise<ListProjectBranchesResponse>): Promise<readonly ListedBranch[]> {
  const found: ListedBranch[] = [];
  let cursor: string | null = null;
  do {
    const { branches, annotations, pagination }: ListProjectBranchesResponse = await page(cursor);
    found.push(...branches.map((branch) => ({ branch, annotation: annotations[branch.id]?.value ?? {} })));
    cursor = branches.length === 0 ? null : (pagination?.next ?? null);
  } while (cursor !== null);
  return found;
}
