import type { ObservedLock, StatementTrace } from '../../model/trace.ts';
import type { QueryResult, Session } from '../targets/target.ts';

/** How a table hangs together with another one, so that a statement on one locks both. */
export interface Tie {
  readonly table: string;
  readonly other: string;
  /** As `table` sees `other`. */
  readonly kind: 'foreign key' | 'partition' | 'inheritance';
}

/** Foreign keys and inheritance of user tables, by their names as they are now. */
export async function readTies(session: Session): Promise<readonly Tie[]> {
  return tiesOf(await session.ask(`SELECT ${ties} AS ties`));
}

/** From the column `ties` of a query that asked for them beside other things. */
export function tiesOf({ rows }: QueryResult): readonly Tie[] {
  return JSON.parse(String(rows[0]?.['ties'])) as readonly Tie[]; // The query builds this text itself.
}

/** True when the statement locks a table that was there before and that it does not name. */
export function locksOthers({ locks, sql }: StatementTrace): boolean {
  const text = sql.toLowerCase();
  return locks.kind === 'measured' && locks.value.some((lock) => lock.relationKind === 'table' && !text.includes(bareName(lock.relation)));
}

/** Says of each lock on a table that the statement does not name through which of the tables that it names it came. */
export function explained(statement: StatementTrace, ties: readonly Tie[]): StatementTrace {
  if (statement.locks.kind === 'unavailable') return statement;
  const text = statement.sql.toLowerCase();
  const isNamed = (relation: string): boolean => text.includes(bareName(relation));
  const value = statement.locks.value.map((lock): ObservedLock => {
    if (lock.relationKind !== 'table' || isNamed(lock.relation)) return lock;
    const via = reason(lock.relation, ties, isNamed);
    return via === null ? lock : { ...lock, via };
  });
  return { ...statement, locks: { kind: 'measured', value } };
}

function reason(relation: string, ties: readonly Tie[], isNamed: (relation: string) => boolean): string | null {
  for (const { table, other, kind } of ties) {
    const words = { 'foreign key': ['references', 'referenced by'], partition: ['partition of', 'partitioned table of'], inheritance: ['child of', 'parent of'] }[kind];
    if (table === relation && isNamed(other)) return `${words[0] ?? ''} ${other}`;
    if (other === relation && isNamed(table)) return `${words[1] ?? ''} ${table}`;
  }
  return null;
}

/** The name without schema and quotes, in lower case: what a statement that means the relation has to contain. */
export function bareName(relation: string): string {
  const [, quoted, plain] = /(?:"((?:[^"]|"")*)"|([^".]+))$/.exec(relation) ?? [];
  return (quoted ?? plain ?? relation).toLowerCase();
}

/** An expression that lists them as JSON. */
export const ties = `(
  WITH named AS (
    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relispartition
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f'))
  SELECT coalesce(json_agg(json_build_object('table', tie.own, 'other', tie.other, 'kind', tie.kind)), '[]')::text
    FROM (SELECT DISTINCT a.name AS own, b.name AS other, 'foreign key' AS kind
            FROM pg_catalog.pg_constraint k JOIN named a ON a.oid = k.conrelid JOIN named b ON b.oid = k.confrelid
           WHERE k.contype = 'f' AND a.oid <> b.oid
          UNION ALL
          SELECT a.name, b.name, CASE WHEN a.relispartition THEN 'partition' ELSE 'inheritance' END
            FROM pg_catalog.pg_inherits i JOIN named a ON a.oid = i.inhrelid JOIN named b ON b.oid = i.inhparent) AS tie)`;
