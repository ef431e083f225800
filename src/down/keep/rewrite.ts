import type { PlacedStatement } from '../../model/statement.ts';
import { applyEdits, type Edit } from '../../model/edit.ts';
import type { Inverse } from '../inverse.ts';
import type { Keeping, KeepingPlace, KeepingStatement } from './kept.ts';

export type Kept = Extract<Keeping, { kind: 'kept' }>;

/** An up, and what takes the place of some of its statements. */
export interface Rewriting {
  readonly text: string;
  readonly statements: readonly PlacedStatement[];
  /** By the statement's index. */
  readonly keepings: ReadonlyMap<number, Kept>;
  /** Indexes of statements that no transaction surrounds. */
  readonly alone: ReadonlySet<number>;
  readonly separator: string | null;
  readonly place: KeepingPlace;
}

export interface RewrittenUp {
  readonly text: string;
  /** The known inverses, one place for each statement of the new text. */
  readonly inverses: readonly (Inverse | null)[];
  /** The statements that end the keeping, for a later migration. */
  readonly end: readonly string[];
}

/** The up with each losing statement replaced where it stands; everything else stays to the letter. */
export function rewriteUp({ text, statements, keepings, alone, separator, place }: Rewriting): RewrittenUp {
  const end = [...[...keepings.values()].flatMap((each) => each.end), ...([...keepings.values()].some((each) => each.inSchema) ? [`DROP SCHEMA ${place.schema} CASCADE`] : [])];
  const [first] = keepings.keys();
  const firstInSchema = [...keepings].find(([, each]) => each.inSchema)?.[0];
  const edits: Edit[] = [];
  const inverses: (Inverse | null)[] = [];
  for (const { index, start, statement } of statements) {
    const kept = keepings.get(index);
    if (kept === undefined) {
      inverses.push(null);
      continue;
    }
    const own = kept.together && alone.has(index) ? [command('BEGIN'), ...kept.statements, command('COMMIT')] : kept.statements;
    const all = index === firstInSchema ? [command(`CREATE SCHEMA ${place.schema}`), ...own] : own;
    inverses.push(...all.map((each) => each.inverse));
    const comments = [...(index === first ? opening(end) : []), `-- Kept aside: ${kept.what}`].join('\n');
    const sql = all.map((each) => each.sql).join(separator === null ? ';\n' : `;\n${separator}\n`);
    edits.push({ span: { start, end: start + statement.text.length }, text: `${comments}\n${sql}` });
  }
  return { text: applyEdits(text, edits), inverses, end };
}

function command(sql: string): KeepingStatement {
  return { sql, inverse: null };
}

function opening(end: readonly string[]): readonly string[] {
  return [
    '-- What this migration takes away is kept aside, so that its down can bring it back.',
    '-- Once nobody will go back, a later migration ends that:',
    ...end.map((sql) => `--   ${sql};`),
  ];
}
