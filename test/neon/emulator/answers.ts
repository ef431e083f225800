import { ownerRole, type Project, type StoredBranch, type StoredOperation } from './project.ts';

type Json = Readonly<Record<string, unknown>>;

/** Stored things as Neon's API describes them. */
export function branchJson(project: Project, branch: StoredBranch): Json {
  const created = branch.createdAt.toISOString();
  return {
    id: branch.id,
    project_id: project.id,
    ...(branch.parentId === null ? {} : { parent_id: branch.parentId }),
    name: branch.name,
    current_state: 'ready',
    state_changed_at: created,
    creation_source: 'console',
    default: branch.parentId === null,
    protected: false,
    cpu_used_sec: 0,
    compute_time_seconds: 0,
    active_time_seconds: 0,
    written_data_bytes: 0,
    data_transfer_bytes: 0,
    created_at: created,
    updated_at: created,
    ...(branch.expiresAt === null ? {} : { expires_at: branch.expiresAt.toISOString() }),
  };
}

export function annotationJson(branch: StoredBranch): Json {
  return { object: { type: 'console/branch', id: branch.id }, value: branch.annotation, created_at: branch.createdAt.toISOString(), updated_at: branch.createdAt.toISOString() };
}

export function operationJson(project: Project, operation: StoredOperation): Json {
  const created = operation.createdAt.toISOString();
  const ended = operation.failure === null ? 'finished' : 'failed';
  return {
    id: operation.id,
    project_id: project.id,
    branch_id: operation.branchId,
    action: operation.action,
    status: operation.polls > 0 ? 'running' : ended,
    failures_count: 0,
    ...(operation.polls === 0 && operation.failure !== null ? { error: operation.failure } : {}),
    created_at: created,
    updated_at: created,
    total_duration_ms: 0,
  };
}

export function endpointsJson(project: Project, branch: StoredBranch): readonly Json[] {
  if (branch.endpoint === null) return [];
  const { id, createdAt } = branch.endpoint;
  return [{
    host: `${id}.${proxyHost}`,
    id,
    project_id: project.id,
    branch_id: branch.id,
    autoscaling_limit_min_cu: 0.25,
    autoscaling_limit_max_cu: 0.25,
    region_id: regionId,
    type: 'read_write',
    current_state: 'active',
    settings: {},
    pooler_enabled: false,
    pooler_mode: 'transaction',
    disabled: false,
    passwordless_access: true,
    creation_source: 'console',
    created_at: createdAt.toISOString(),
    updated_at: createdAt.toISOString(),
    proxy_host: proxyHost,
    suspend_timeout_seconds: 0,
    provisioner: 'k8s-neonvm',
  }];
}

export function rolesJson(branch: StoredBranch): readonly Json[] {
  const created = branch.createdAt.toISOString();
  return [{ branch_id: branch.id, name: ownerRole, protected: false, created_at: created, updated_at: created }];
}

export function databasesJson(branch: StoredBranch): readonly Json[] {
  const created = branch.createdAt.toISOString();
  return [...branch.databases.keys()].map((name, index) => ({ id: index + 1, branch_id: branch.id, name, owner_name: ownerRole, created_at: created, updated_at: created }));
}

/** The members that listing and single project share, and those that only the single one has. */
export function projectJson(project: Project, form: 'listed' | 'whole'): Json {
  const since = '2026-01-01T00:00:00Z';
  const shared = {
    id: project.id, platform_id: 'aws', region_id: regionId, name: 'shop', provisioner: 'k8s-neonvm', pg_version: project.server.major, proxy_host: proxyHost,
    branch_logical_size_limit: 512, branch_logical_size_limit_bytes: 536_870_912, store_passwords: true, cpu_used_sec: 0, creation_source: 'console',
    created_at: since, updated_at: since, owner_id: 'org-calm-field-1',
  };
  if (form === 'listed') return { ...shared, active_time: 0 };
  return {
    ...shared, data_storage_bytes_hour: 0, data_transfer_bytes: 0, written_data_bytes: 0, compute_time_seconds: 0, active_time_seconds: 0, history_retention_seconds: 86_400,
    consumption_period_start: since, consumption_period_end: '2026-02-01T00:00:00Z',
  };
}

export const userJson: Json = {
  active_seconds_limit: 0, auth_accounts: [], email: 'dev@example.com', id: 'user-1', image: '', login: 'dev', name: 'Dev', last_name: 'Eloper', projects_limit: 1, branches_limit: 10, max_autoscaling_limit: 1, plan: 'launch',
};

const regionId = 'aws-eu-central-1';
const proxyHost = 'eu-central-1.aws.neon.tech';
