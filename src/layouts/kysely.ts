import { millisecondsAfter, timestampAfter } from './naming.ts';
import type { NumberedFile } from './numbered.ts';
import { loads, numberedProgram, programLayout, type Skeleton } from './program.ts';

/**
 * Kysely: files of any name with exported `up` and, if it is to be undone, `down`; its command line writes `<milliseconds>_name.ts`.
 * On PostgreSQL all that are pending run in one transaction (Kysely 0.28), and no file can leave it.
 */
export const kysely = programLayout({
  id: 'kysely',
  title: 'Kysely',
  bookkeeping: ['kysely_migration', 'kysely_migration_lock'],
  grammar: numberedProgram,
  marks: { sure: loads('kysely'), likely: /:\s*Kysely</ },
  // Kysely compares with localeCompare.
  order: (a, b) => a.id.localeCompare(b.id),
  mode: () => ({ kind: 'transaction', tool: 'Kysely', optOut: 'run this migration by a Migrator with `disableTransactions: true`' }),
  sends: { extension: 'ts', connection: 'db', waits: 'await', call: (template, connection) => `sql${template}.execute(${connection})`, needs: { name: 'sql', from: 'kysely' } },
  idOf: (existing, { name, now }) => `${numberAfter(existing, now)}_${name}`,
  skeleton,
});

/** As the folder has it: milliseconds, or a date with its time. */
function numberAfter(existing: readonly NumberedFile[], now: Date): string {
  const numbers = existing.map(({ number }) => number);
  return numbers.at(-1)?.length === 14 ? timestampAfter(numbers, now) : millisecondsAfter(numbers, now);
}

const hints = {
  up: ['up migration code goes here...', 'note: up migrations are mandatory. you must implement this function.', 'For more info, see: https://kysely.dev/docs/migrations'],
  down: ['down migration code goes here...', 'note: down migrations are optional. you can safely delete this function.', 'For more info, see: https://kysely.dev/docs/migrations'],
};
const frozen = '`any` is required here since migrations should be frozen in time. alternatively, keep a "snapshot" db interface.';

/** As `kysely migrate make` writes it. */
function skeleton({ extension }: Skeleton): string {
  const body = (side: 'up' | 'down'): string => `{\n${hints[side].map((hint) => `\t// ${hint}\n`).join('')}}\n`;
  if (extension === null || extension.includes('t')) {
    const one = (side: 'up' | 'down'): string => `// ${frozen}\nexport async function ${side}(db: Kysely<any>): Promise<void> ${body(side)}`;
    return `import type { Kysely } from 'kysely'\n\n${one('up')}\n${one('down')}`;
  }
  const types = `/**\n * @param {import('kysely').Kysely<any>} db ${frozen}\n * @returns {Promise<void>}\n */\n`;
  const head = (side: 'up' | 'down'): string => (extension === 'cjs' ? `exports.${side} = async (db) => ` : `export async function ${side}(db) `);
  return `${types}${head('up')}${body('up')}\n${types}${head('down')}${body('down')}`;
}
