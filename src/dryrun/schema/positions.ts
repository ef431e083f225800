import type { Session } from '../targets/target.ts';
import { notOfExtension, userSchema } from './fragments.ts';

/**
 * How far each sequence has counted that fills a column. It moves on with the rows and nobody takes it back; one that stands
 * lower than before gives values that rows already hold.
 */
export async function takePositions(session: Session): Promise<Readonly<Record<string, string>>> {
  const { rows } = await session.ask(positions);
  return Object.fromEntries(rows.map((row) => [String(row['name']), String(row['place'])]));
}

// Null stands for a sequence that has given nothing yet; those that count down are rare.
export const positions = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name, coalesce(pg_sequence_last_value(c.oid), s.seqstart - s.seqincrement)::text AS place
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
   WHERE s.seqincrement > 0 AND ${userSchema} AND ${notOfExtension('pg_class', 'c.oid')}
     AND (EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i'))
          OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid))
   ORDER BY 1`;
