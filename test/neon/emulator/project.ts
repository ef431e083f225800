import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { PostgresServer } from '../../support/postgres.ts';

export interface StoredEndpoint {
  readonly id: string;
  readonly createdAt: Date;
}

export interface StoredBranch {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly annotation: Readonly<Record<string, string>>;
  readonly endpoint: StoredEndpoint | null;
  /** Databases as Neon names them, each with its real name on the server. */
  readonly databases: ReadonlyMap<string, string>;
}

export interface StoredOperation {
  readonly id: string;
  readonly action: 'create_branch' | 'start_compute' | 'suspend_compute' | 'delete_timeline';
  readonly branchId: string;
  readonly createdAt: Date;
  /** How often it still answers that it is under way. */
  polls: number;
  failure: string | null;
}

export interface NewBranch {
  readonly name: string;
  readonly parentId: string;
  readonly expiresAt: Date | null;
  readonly annotation: Readonly<Record<string, string>>;
  readonly withEndpoint: boolean;
}

export const ownerRole = 'neon_owner';

/** One Neon project whose branches are databases of a real server; a branch is a copy of its parent's at that moment. */
export class Project {
  readonly id: string;
  readonly server: PostgresServer;
  /** What the role logs in with; it must never be seen anywhere. */
  readonly password = `npg_${randomBytes(9).toString('hex')}`;
  readonly branches = new Map<string, StoredBranch>();
  readonly operations = new Map<string, StoredOperation>();
  /** Each new operation answers so many polls with "running". */
  operationsTake = 1;
  /** What a compute that is started ends with, instead of running. */
  computeFailure: string | null = null;

  constructor(id: string, server: PostgresServer) {
    this.id = id;
    this.server = server;
  }

  /** The default branch, with the databases that it is made of. */
  async begin(databases: readonly string[]): Promise<StoredBranch> {
    await this.#administer(`DO $$ BEGIN CREATE ROLE ${ownerRole} LOGIN CREATEDB CREATEROLE PASSWORD '${this.password}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT pg_read_all_data, pg_write_all_data TO ${ownerRole}`);
    const id = branchId();
    for (const database of databases) await this.#administer(`CREATE DATABASE ${realName(id, database)} OWNER ${ownerRole}`);
    const main: StoredBranch = {
      id, name: 'main', parentId: null, createdAt: new Date(), expiresAt: null, annotation: {}, endpoint: newEndpoint(), databases: new Map(databases.map((name) => [name, realName(id, name)])),
    };
    this.branches.set(id, main);
    return main;
  }

  async branch({ name, parentId, expiresAt, annotation, withEndpoint }: NewBranch): Promise<{ readonly branch: StoredBranch; readonly operations: readonly StoredOperation[] }> {
    const parent = this.branches.get(parentId);
    if (parent === undefined) throw new Error(`no branch ${parentId}`);
    const id = branchId();
    const databases = new Map([...parent.databases.keys()].map((database) => [database, realName(id, database)]));
    for (const [database, real] of databases) {
      // Until its compute runs, nobody can connect: whoever does not wait for the operations finds out.
      await this.#administer(`CREATE DATABASE ${real} TEMPLATE ${parent.databases.get(database) ?? ''} OWNER ${ownerRole} ALLOW_CONNECTIONS false`);
    }
    const branch: StoredBranch = { id, name, parentId, createdAt: new Date(), expiresAt, annotation, endpoint: withEndpoint ? newEndpoint() : null, databases };
    this.branches.set(id, branch);
    const operations = [this.#operation('create_branch', id), ...(withEndpoint ? [this.#operation('start_compute', id)] : [])];
    for (const operation of operations) if (operation.polls === 0) await this.#finish(operation);
    return { branch, operations };
  }

  async delete(branch: StoredBranch): Promise<readonly StoredOperation[]> {
    this.branches.delete(branch.id);
    for (const real of branch.databases.values()) await this.#administer(`DROP DATABASE ${real} WITH (FORCE)`);
    return [this.#operation('suspend_compute', branch.id), this.#operation('delete_timeline', branch.id)];
  }

  /** One look at an operation, which brings it on its way. */
  async poll(id: string): Promise<StoredOperation | null> {
    const operation = this.operations.get(id);
    if (operation === undefined) return null;
    if (operation.polls > 0) {
      operation.polls -= 1;
      if (operation.polls === 0) await this.#finish(operation);
    }
    return operation;
  }

  /** Neon's background job. */
  async expire(now: Date): Promise<void> {
    for (const branch of [...this.branches.values()]) if (branch.expiresAt !== null && branch.expiresAt <= now) await this.delete(branch);
  }

  url(branch: StoredBranch, database: string): string {
    const url = new URL(this.server.url(branch.databases.get(database) ?? database));
    url.username = ownerRole;
    url.password = this.password;
    return url.href;
  }

  async end(): Promise<void> {
    for (const branch of [...this.branches.values()]) await this.delete(branch);
  }

  #operation(action: StoredOperation['action'], branchId: string): StoredOperation {
    const operation = { id: randomUUID(), action, branchId, createdAt: new Date(), polls: this.operationsTake, failure: action === 'start_compute' ? this.computeFailure : null };
    this.operations.set(operation.id, operation);
    return operation;
  }

  async #finish({ action, branchId, failure }: StoredOperation): Promise<void> {
    const branch = this.branches.get(branchId);
    if (action !== 'start_compute' || failure !== null || branch === undefined) return;
    for (const real of branch.databases.values()) await this.#administer(`ALTER DATABASE ${real} ALLOW_CONNECTIONS true`);
  }

  async #administer(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.server.url('postgres') });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}

function branchId(): string {
  return `br-calm-field-${randomBytes(4).toString('hex')}`;
}

function newEndpoint(): StoredEndpoint {
  return { id: `ep-calm-field-${randomBytes(4).toString('hex')}`, createdAt: new Date() };
}

function realName(branch: string, database: string): string {
  return `${branch.replaceAll('-', '_')}_${database}`;
}
