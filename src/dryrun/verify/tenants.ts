import type { RowSecurityPolicy } from '../../model/config.ts';
import type { Observed, UnfilledTable } from '../../model/trace.ts';
import type { TenantAct, TenantCheck, TenantLeak } from '../../model/verification.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/names.ts';
import { fillTables } from '../fill/fill.ts';
import { notOfExtension, userSchema } from '../schema/fragments.ts';
import { savepoint } from '../schema/snapshot.ts';
import { unplanned } from '../targets/plans.ts';
import { DatabaseError, type Session } from '../targets/target.ts';

export interface TenantRequest {
  readonly policy: RowSecurityPolicy;
  /** Tables to look at, or null for all. */
  readonly only: ReadonlySet<string> | null;
}

/**
 * Gives each of two tenants a row in every table that knows tenants, becomes the application's role, and tries as either of
 * them to see, change, delete and make the other's rows. Everything happens in a transaction that is rolled back; triggers
 * and foreign keys are off meanwhile, so that what is learnt is about row-level security alone.
 */
export async function checkTenants(session: Session, request: TenantRequest): Promise<Observed<TenantCheck>> {
  await session.query('BEGIN');
  try {
    return { kind: 'measured', value: await tryTenants(session, request) };
  } catch (error) {
    if (error instanceof DatabaseError) return { kind: 'unavailable', reason: `${error.message} (${error.sqlstate})` };
    throw error;
  } finally {
    await session.query('ROLLBACK');
    await session.reset();
  }
}

async function tryTenants(session: Session, { policy, only }: TenantRequest): Promise<TenantCheck> {
  const roleExisted = await ensureRole(session, policy.role);
  // The tables that this up created are still empty.
  const unfilled = await fillTables(inSavepoints(session));
  await session.query(`SET LOCAL search_path = public; SET LOCAL session_replication_role = replica; SET LOCAL row_security = on`);
  const tables = (await tenantTables(session, policy)).filter((table) => only === null || only.has(table.name));
  const untested: { readonly table: string; readonly reason: string }[] = [];
  const leaks: TenantLeak[] = [];
  const tested: string[] = [];
  // All tables get their rows first, because a policy may look into another table.
  for (const table of tables) {
    const reason = await seed(session, table, { tenants: policy.tenants, unfilled });
    if (reason === null) tested.push(table.name);
    else untested.push({ table: table.name, reason });
  }
  for (const table of tables.filter(({ name }) => tested.includes(name))) {
    const acts = await actsOn(session, table, policy);
    if (acts.length > 0) leaks.push({ table: table.name, acts, cause: await causeOf(session, table, policy.role) });
  }
  return { role: policy.role, roleExisted, setting: policy.setting, tables: tested, leaks, untested };
}

/** A role that no migration creates is made here, with what an application needs. */
async function ensureRole(session: Session, role: string): Promise<boolean> {
  const { rows } = await session.query(`SELECT FROM pg_roles WHERE rolname = ${quoteLiteral(role)}`);
  if (rows.length > 0) return true;
  const { rows: schemas } = await session.query(`SELECT quote_ident(n.nspname) AS name FROM pg_namespace n WHERE ${userSchema}`);
  const names = schemas.map((row) => String(row['name'])).join(', ');
  const name = quoteIdentifier(role);
  await session.query(`CREATE ROLE ${name}`);
  if (names !== '') {
    await session.query(`GRANT USAGE ON SCHEMA ${names} TO ${name}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${names} TO ${name}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${names} TO ${name}`);
  }
  return false;
}

interface TenantTable {
  readonly name: string;
  /** The column that says whose row it is. */
  readonly column: string;
  /** The other columns that an INSERT may name. */
  readonly others: readonly string[];
}

/** Tables with the tenant column, and those whose policies compare another column with the setting. */
async function tenantTables(session: Session, { column, setting }: RowSecurityPolicy): Promise<readonly TenantTable[]> {
  const wanted = column ?? setting.split('.').at(-1) ?? setting;
  const { rows } = await session.query(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name,
           (SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = ${quoteLiteral(wanted)} AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS "column",
           (SELECT json_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a')::text AS writable,
           (SELECT string_agg(concat_ws(' ', pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)), ' ') FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${userSchema} AND ${notOfExtension('pg_class', 'c.oid')}
     ORDER BY 1`);
  return rows.flatMap((row) => {
    const found = row['column'] == null ? comparedColumn(String(row['policies'] ?? ''), setting) : String(row['column']);
    const writable = JSON.parse(String(row['writable'] ?? '[]')) as readonly string[]; // The query builds this text.
    return found === null ? [] : [{ name: String(row['name']), column: found, others: writable.filter((each) => each !== found) }];
  });
}

/** `(id = ( SELECT (current_setting('app.tenant_id'::text))::uuid …` names `id`, as PostgreSQL prints policies. */
function comparedColumn(policies: string, setting: string): string | null {
  const before = policies.indexOf(`current_setting('${setting}'`);
  if (before < 0) return null;
  return /("(?:[^"]|"")+"|[\w$]+)\)?(?:::\w+)? = [^=]*$/.exec(policies.slice(0, before))?.[1] ?? null;
}

/** One row for each tenant; null, or why the table cannot have them. */
async function seed(session: Session, { name, column }: TenantTable, { tenants, unfilled }: { readonly tenants: readonly string[]; readonly unfilled: readonly UnfilledTable[] }): Promise<string | null> {
  const empty = unfilled.find((each) => each.table === name);
  if (empty !== undefined) return empty.reason;
  for (const [index, tenant] of tenants.entries()) {
    // tableoid and ctid name one row, also among partitions.
    const row = `(SELECT tableoid, ctid FROM ${name} ORDER BY tableoid, ctid OFFSET ${String(index)} LIMIT 1)`;
    const done = await attempt(session, `UPDATE ${name} SET ${column} = ${quoteLiteral(tenant)} WHERE (tableoid, ctid) = ${row}`, { first: null, then: 'keep' });
    if (done.kind === 'refused') return `${done.message} (${done.sqlstate})`;
    if (done.rows === 0) return 'It has too few rows to give one to each tenant.';
  }
  return null;
}

/** What either tenant could do to what is not its own. */
async function actsOn(session: Session, { name, column, others }: TenantTable, { role, setting, tenants }: RowSecurityPolicy): Promise<readonly TenantAct[]> {
  const found = new Set<TenantAct>();
  for (const [self, other] of [tenants, [...tenants].reverse()].map(([a = '', b = '']) => [quoteLiteral(a), quoteLiteral(b)] as const)) {
    const become = `SET LOCAL ROLE ${quoteIdentifier(role)}; SELECT set_config(${quoteLiteral(setting)}, ${self}, true)`;
    const isOthers = `${column} IS DISTINCT FROM ${self}`;
    const columns = (own: string): string => [own, ...others].join(', ');
    const tries: readonly (readonly [TenantAct, string])[] = [
      ['sees', `SELECT 1 AS one FROM ${name} WHERE ${isOthers}`],
      ['updates', `UPDATE ${name} SET ${column} = ${column} WHERE ${isOthers}`],
      ['deletes', `DELETE FROM ${name} WHERE ${isOthers}`],
      // A copy of an own row has what a policy may ask of the other columns; where no own row can be seen, the bare one may do.
      ['inserts', `INSERT INTO ${name} (${columns(column)}) SELECT ${columns(other)} FROM ${name} WHERE ${column} = ${self} LIMIT 1`],
      ['inserts', `INSERT INTO ${name} (${column}) VALUES (${other})`],
      // Without WHERE, because an UPDATE that reads a column has to leave rows that SELECT policies allow (manual, CREATE POLICY).
      ['hands over', `UPDATE ${name} SET ${column} = ${other}`],
    ];
    for (const [act, sql] of tries) {
      const outcome = await attempt(session, sql, { first: become, then: 'undo' });
      if (gotThrough(act, outcome)) found.add(act);
    }
  }
  return [...found];
}

/** Policies are checked before constraints are, so a row that a constraint refuses had passed them (manual, CREATE POLICY). */
function gotThrough(act: TenantAct, outcome: Outcome): boolean {
  if (outcome.kind === 'done') return outcome.rows > 0;
  return (act === 'inserts' || act === 'hands over') && outcome.sqlstate.startsWith('23');
}

async function causeOf(session: Session, { name }: TenantTable, role: string): Promise<TenantLeak['cause']> {
  const { rows } = await session.query(`
    SELECT c.relrowsecurity AS enabled, r.rolsuper OR r.rolbypassrls AS above, pg_has_role(r.oid, c.relowner, 'USAGE') AND NOT c.relforcerowsecurity AS owner
      FROM pg_class c, pg_roles r WHERE c.oid = ${quoteLiteral(name)}::regclass AND r.rolname = ${quoteLiteral(role)}`);
  const { enabled, above, owner } = rows[0] ?? {};
  if (enabled !== true) return 'no row security';
  if (above === true) return 'role bypasses row security';
  return owner === true ? 'role owns the table' : 'policies';
}

type Outcome = { readonly kind: 'done'; readonly rows: number } | { readonly kind: 'refused'; readonly message: string; readonly sqlstate: string };

async function attempt(session: Session, sql: string, { first, then }: { readonly first: string | null; readonly then: 'keep' | 'undo' }): Promise<Outcome> {
  await session.query(savepoint('lockstep_tenant'));
  try {
    // Apart, so that the answer is about the attempt alone.
    if (first !== null) await session.query(first);
    const { affectedRows, rows } = await session.query(sql);
    await session.query(then === 'keep' ? 'RELEASE lockstep_tenant' : undo);
    return { kind: 'done', rows: Math.max(affectedRows ?? 0, rows.length) };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await session.query(undo);
    return { kind: 'refused', message: error.message, sqlstate: error.sqlstate };
  }
}

const undo = 'ROLLBACK TO lockstep_tenant; RELEASE lockstep_tenant';

/** A session in which a refusal does not end the transaction that is open. Queries run in the order of their calls. */
function inSavepoints(session: Session): Session {
  let previous: Promise<unknown> = Promise.resolve();
  const run = async (sql: string): ReturnType<Session['query']> => {
    await session.query(savepoint('lockstep_fill'));
    try {
      const result = await session.query(sql);
      await session.query('RELEASE lockstep_fill');
      return result;
    } catch (error) {
      if (error instanceof DatabaseError) await session.query('ROLLBACK TO lockstep_fill; RELEASE lockstep_fill');
      throw error;
    }
  };
  const query: Session['query'] = (sql) => {
    const asked = previous.then(() => run(sql));
    previous = asked.catch(() => null);
    return asked;
  };
  const ask: Session['ask'] = (sql, values) => query(unplanned(sql, values));
  return { query, ask, askAll: async (sqls) => (await Promise.all(sqls.map((sql) => ask(sql)))).map(({ rows }) => rows), reset: () => session.reset() };
}
