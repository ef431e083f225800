import type { NumberedFile } from './numbered.ts';
import { loads, programLayout, type Skeleton } from './program.ts';
import { timestampAfter } from './naming.ts';

/**
 * Drizzle in TypeScript: `drizzle/migrations/YYYYMMDDHHMM_description.ts` with exported `up` and `down`, which the project's own
 * runner calls with its connection. drizzle-kit knows no such files, so how they are run is what lockstep.config.json says.
 */
export const drizzleTs = programLayout({
  id: 'drizzle-ts',
  title: 'Drizzle in TypeScript',
  bookkeeping: [],
  grammar: /^(?<number>\d{12}|\d{14})_(?<name>[^/]*?)(?<!\.(?:d|test|spec))\.[cm]?[jt]s$/,
  marks: {
    sure: loads('drizzle-orm', 'drizzle-orm/[\\w/-]+'),
    likely: /\bsql`[^]*\bexport\s+(?:async\s+)?(?:function|const)\s+(?:up|down)\b|\bexport\s+(?:async\s+)?(?:function|const)\s+up\b[^]*\bsql(?:`|\.raw\()/,
  },
  mode: (_script, { plainTransaction }) => ({
    kind: plainTransaction,
    tool: 'the migration runner',
    optOut: 'run this file outside a transaction, and say so with "plainTransaction": "autocommit" in lockstep.config.json',
  }),
  sends: { extension: 'ts', connection: 'db', waits: 'await', call: (template, connection) => `${connection}.execute(sql${template})`, needs: { name: 'sql', from: 'drizzle-orm' } },
  idOf(existing, { name, now }) {
    const hasSeconds = (existing.at(-1)?.number.length ?? 12) === 14;
    return `${hasSeconds ? timestampAfter(existing.map(({ number }) => number), now) : minuteAfter(existing, now)}_${name}`;
  },
  skeleton,
});

/** Now, or a minute after the newest. */
function minuteAfter(existing: readonly NumberedFile[], now: Date): string {
  const newest = existing.map(({ number }) => number).filter((number) => number.length === 12).sort().at(-1) ?? '';
  const wanted = minute(now);
  if (wanted > newest) return wanted;
  const [, year, month, day, hour, minutes] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(newest) ?? [];
  const after = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minutes) + 1));
  return Number.isNaN(after.getTime()) ? String(BigInt(newest) + 1n) : minute(after);
}

function minute(date: Date): string {
  return date.toISOString().replaceAll(/\D/g, '').slice(0, 12);
}

const heads = {
  imports: "import { sql } from 'drizzle-orm';\nimport type { NodePgDatabase } from 'drizzle-orm/node-postgres';\n",
  up: 'export async function up(db: NodePgDatabase): Promise<void> {',
};

/** No generator writes these files, so a new one is written in the manner of the newest: its imports, and what its functions take. */
function skeleton({ newest }: Skeleton): string {
  const imports = newest?.match(/^import\b[^;]*?['"][^'"\n]+['"];?[ \t]*\r?\n/gm)?.join('').replaceAll('\r\n', '\n') ?? heads.imports;
  const head = newest?.match(/^export (?:async )?function up\([^{]*\{/m)?.[0] ?? heads.up;
  return `${/\bsql\b/.test(imports) ? imports : heads.imports}\n${head}\n}\n\n${head.replace(/\bup\b/, 'down')}\n}\n`;
}
