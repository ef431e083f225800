import { quoteLiteral } from '../../sql/names.ts';
import type { QueryResult, Session } from './target.ts';

/** Queries that the session holds plans of already, each with the name it is prepared by. */
export type Plans = ReadonlyMap<string, string>;

/** What has to be known of a session before it may keep plans; the columns `undoes` and `prepared` of a query. */
export const plansQuery = `
  EXISTS (SELECT FROM pg_catalog.pg_proc WHERE oid >= 16384 AND prosrc ~* 'deallocate') AS undoes,
  (SELECT coalesce(json_agg(name), '[]')::text FROM pg_catalog.pg_prepared_statements) AS prepared`;

/** How questions get to PostgreSQL and back. */
export interface Wire {
  readonly query: Session['query'];
  /** Sends statements as one message, and gives the rows of each. */
  readonly send?: (statements: readonly string[]) => Promise<readonly QueryResult['rows'][]>;
}

/**
 * A session that plans Lockstep's own questions once: planning them takes several times as long as answering them. `facts` is a
 * row of `plansQuery`, asked in this session; `rehearsed` what may have been prepared in it before.
 */
export function planning({ query, send }: Wire, facts: QueryResult['rows'][number], rehearsed: Plans = new Map()): Session {
  const prepared = JSON.parse(String(facts['prepared'])) as readonly string[]; // The query builds this text itself.
  const plans = new Map([...rehearsed].filter(([, name]) => prepared.includes(name)));
  let resets = 0;
  let state: 'planning' | 'given up' = facts['undoes'] === true ? 'given up' : 'planning';
  const named = (sql: string): string => {
    const name = `${prefix}${crypto.randomUUID().replaceAll('-', '')}`;
    plans.set(sql, name);
    return name;
  };
  const planned = async (sql: string, values: readonly string[]): Promise<QueryResult> => {
    const name = named(sql);
    // Both are sent at once, so that what is asked next comes after them.
    const [made, answer] = await Promise.allSettled([query(prepare(name, sql)), query(execute(name, values))]);
    if (made.status === 'rejected') {
      plans.delete(sql);
      throw made.reason;
    }
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  };
  const ask: Session['ask'] = (sql, values = []) => {
    if (state === 'given up') return query(unplanned(sql, values));
    const name = plans.get(sql);
    return name === undefined ? planned(sql, values) : query(execute(name, values));
  };
  return {
    query(sql) {
      // A lost plan would be found out by an error, and that would end the transaction that is being watched.
      if (state === 'planning' && losesPlans.test(sql)) {
        state = 'given up';
        plans.clear();
      }
      return query(sql);
    },
    ask,
    async askAll(sqls) {
      if (sqls.length === 0) return [];
      if (send === undefined) return (await Promise.all(sqls.map((sql) => ask(sql)))).map(({ rows }) => rows);
      if (state === 'given up') return send(sqls);
      const unknown = sqls.filter((sql) => !plans.has(sql));
      const made = unknown.map((sql) => prepare(named(sql), sql));
      const asked = sqls.map((sql) => execute(plans.get(sql) ?? ''));
      try {
        return (await send([...made, ...asked])).slice(made.length);
      } catch (error) {
        for (const sql of unknown) plans.delete(sql);
        throw error;
      }
    },
    async reset() {
      resets += 1;
      // A plan made for a few tables can take very long on thousands: a whole history grows the catalog in one session.
      const again = resets % resetsPerPlan === 0 ? 'DISCARD PLANS; ' : '';
      if (state === 'planning' && (await query(`${again}${allButPlans}`)).rows.length === 0) return;
      // A plan of the script's own, which a new connection would not have.
      plans.clear();
      await query('DISCARD ALL');
    },
  };
}

export function prepare(name: string, sql: string): string {
  return `PREPARE ${name} AS ${sql}`;
}

export function execute(name: string, values: readonly string[] = []): string {
  return values.length === 0 ? `EXECUTE ${name}` : `EXECUTE ${name} (${values.map(quoteLiteral).join(', ')})`;
}

/** The same question as one text. */
export function unplanned(sql: string, values: readonly string[] = []): string {
  return sql.replace(/\$(\d)/g, (_, place: string) => quoteLiteral(values[Number(place) - 1] ?? ''));
}

/** Whatever is prepared by such a name is Lockstep's. */
export const prefix = 'lockstep_';

/** DEALLOCATE and DISCARD ALL, also in the body of a function. */
const losesPlans = /\bdeallocate|\bdiscard\b/i;

/** About ten migrations of a history. */
const resetsPerPlan = 50;

/** What DISCARD ALL does (manual, DISCARD), but for DEALLOCATE ALL and DISCARD PLANS. Its rows are the plans of others. */
const allButPlans = `
  CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES;
  SELECT name FROM pg_catalog.pg_prepared_statements WHERE name !~ '^${prefix}'`;
