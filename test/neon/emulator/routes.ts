import { annotationJson, branchJson, databasesJson, endpointsJson, operationJson, projectJson, rolesJson, userJson } from './answers.ts';
import { ownerRole, type Project, type StoredBranch } from './project.ts';
import { compareSchemas } from './schema-diff.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of Neon that says no. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type Handler = (project: Project, asked: Asked) => Promise<Answer>;

/** By the operation's id in Neon's document. */
export const routes: Readonly<Record<string, Handler>> = {
  getCurrentUserInfo: async () => ok(userJson),
  listProjects: async (project) => ok({ projects: [projectJson(project, 'listed')], pagination: {} }),
  getProject: async (project) => ok({ project: projectJson(project, 'whole') }),
  listProjectBranches: async (project, { query }) => listBranches(project, query),
  getProjectBranch: async (project, { params }) => {
    const branch = branchOf(project, params['branch_id']);
    return ok({ branch: branchJson(project, branch), annotation: annotationJson(branch) });
  },
  createProjectBranch: (project, { body }) => createBranch(project, body ?? {}), // The document has checked the body.
  deleteProjectBranch: (project, { params }) => deleteBranch(project, params['branch_id']),
  getProjectOperation: async (project, { params }) => {
    const operation = await project.poll(params['operation_id'] ?? '');
    if (operation === null) throw new ApiError(404, '', 'operation not found');
    return ok({ operation: operationJson(project, operation) });
  },
  listProjectOperations: async (project) => ok({ operations: [...project.operations.values()].map((each) => operationJson(project, each)), pagination: {} }),
  listProjectEndpoints: async (project) => ok({ endpoints: [...project.branches.values()].flatMap((branch) => endpointsJson(project, branch)) }),
  listProjectBranchEndpoints: async (project, { params }) => ok({ endpoints: endpointsJson(project, branchOf(project, params['branch_id'])) }),
  listProjectBranchDatabases: async (project, { params }) => ok({ databases: databasesJson(branchOf(project, params['branch_id'])) }),
  listProjectBranchRoles: async (project, { params }) => ok({ roles: rolesJson(branchOf(project, params['branch_id'])) }),
  getConnectionURI: async (project, { query }) => connectionUri(project, query),
  getProjectBranchSchemaComparison: async (project, { params, query }) => {
    const branch = branchOf(project, params['branch_id']);
    const base = branchOf(project, query['base_branch_id'] ?? branch.parentId ?? undefined);
    const database = query['db_name'] ?? '';
    if (!branch.databases.has(database)) throw new ApiError(404, '', `database "${database}" not found`);
    return ok({ diff: await compareSchemas({ before: realUrl(project, base, database), after: realUrl(project, branch, database), name: database }) });
  },
};

interface BranchRequest {
  readonly branch?: { readonly name?: string; readonly parent_id?: string; readonly expires_at?: string };
  readonly endpoints?: readonly { readonly type: string }[];
  readonly annotation_value?: Readonly<Record<string, string>>;
}

async function createBranch(project: Project, request: BranchRequest): Promise<Answer> {
  const asked = request.branch ?? {};
  const name = asked.name ?? `br-${String(project.branches.size)}`;
  if ([...project.branches.values()].some((branch) => branch.name === name)) throw new ApiError(409, 'BRANCH_ALREADY_EXISTS', `branch with name "${name}" already exists`);
  const parent = asked.parent_id === undefined ? defaultBranch(project) : branchOf(project, asked.parent_id);
  const { branch, operations } = await project.branch({
    name,
    parentId: parent.id,
    expiresAt: expiryOf(asked.expires_at),
    annotation: request.annotation_value ?? {},
    withEndpoint: (request.endpoints ?? []).some(({ type }) => type === 'read_write'),
  });
  return {
    status: 201,
    body: {
      branch: branchJson(project, branch), endpoints: endpointsJson(project, branch), operations: operations.map((each) => operationJson(project, each)),
      roles: rolesJson(branch), databases: databasesJson(branch),
    },
  };
}

/** "The expiration timestamp must be in the future and at most 30 days ahead" (Neon's guide to branch expiration). */
function expiryOf(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const expiry = new Date(text);
  const ahead = expiry.getTime() - Date.now();
  if (ahead <= 0 || ahead > 30 * 86_400_000) throw new ApiError(400, '', 'expiration time must be in the future and within 30 days');
  return expiry;
}

async function deleteBranch(project: Project, id: string | undefined): Promise<Answer> {
  const branch = project.branches.get(id ?? '');
  if (branch === undefined) return { status: 204, body: null };
  if (branch.parentId === null) throw new ApiError(422, '', 'the default branch cannot be deleted');
  if ([...project.branches.values()].some((each) => each.parentId === branch.id)) throw new ApiError(422, '', 'cannot delete branch that has children');
  const operations = await project.delete(branch);
  return ok({ branch: branchJson(project, branch), operations: operations.map((each) => operationJson(project, each)) });
}

function listBranches(project: Project, query: Readonly<Record<string, string>>): Answer {
  const search = query['search'] ?? '';
  const all = [...project.branches.values()].filter((branch) => branch.name.includes(search) || branch.id.includes(search));
  // A cursor is opaque to clients; here it is where the next page starts.
  const start = Number(query['cursor'] ?? 0);
  const page = all.slice(start, start + Number(query['limit'] ?? 100));
  const annotated = page.filter((branch) => Object.keys(branch.annotation).length > 0);
  const next = start + page.length < all.length ? { next: String(start + page.length) } : {};
  return ok({
    branches: page.map((branch) => branchJson(project, branch)),
    annotations: Object.fromEntries(annotated.map((branch) => [branch.id, annotationJson(branch)])),
    pagination: { sort_by: 'updated_at', sort_order: 'desc', ...next },
  });
}

function connectionUri(project: Project, query: Readonly<Record<string, string>>): Answer {
  const branch = query['branch_id'] === undefined ? defaultBranch(project) : branchOf(project, query['branch_id']);
  const database = query['database_name'] ?? '';
  if (!branch.databases.has(database)) throw new ApiError(404, '', `database "${database}" not found`);
  if (query['role_name'] !== ownerRole) throw new ApiError(404, '', `role "${query['role_name'] ?? ''}" not found`);
  if (branch.endpoint === null) throw new ApiError(404, '', 'no read-write endpoint for the branch');
  return ok({ uri: project.url(branch, database) });
}

function defaultBranch(project: Project): StoredBranch {
  for (const branch of project.branches.values()) if (branch.parentId === null) return branch;
  throw new Error('the project has lost its default branch');
}

function branchOf(project: Project, id: string | undefined): StoredBranch {
  const branch = project.branches.get(id ?? '');
  if (branch === undefined) throw new ApiError(404, '', 'branch not found');
  return branch;
}

function realUrl(project: Project, branch: StoredBranch, database: string): string {
  return project.server.url(branch.databases.get(database) ?? database);
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}
