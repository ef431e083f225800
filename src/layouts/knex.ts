import type { EmbeddedScript } from '../sql/embedded/read.ts';
import { timestampAfter } from './naming.ts';
import { loads, numberedProgram, programLayout, type Skeleton } from './program.ts';

/**
 * Knex: `YYYYMMDDHHMMSS_name.{js,ts}` with exported `up` and `down`. A migration runs in a transaction unless it exports
 * `config = { transaction: false }`. Observed with Knex 3.3: `latest` runs all that are pending in one transaction, and once one of them
 * asks for none, each in its own.
 */
export const knex = programLayout({
  id: 'knex',
  title: 'Knex',
  bookkeeping: ['knex_migrations', 'knex_migrations_lock'],
  grammar: numberedProgram,
  marks: { sure: loads('knex'), likely: /\b(?:up|down)\b\s*(?:=\s*)?(?:async\s*)?(?:function\s*\w*\s*)?\(\s*knex\b/ },
  mode: ({ noTransaction }) => ({
    kind: noTransaction.some(({ by }) => by === 'config') ? 'autocommit' : 'transaction',
    tool: 'Knex',
    optOut: 'export `config = { transaction: false }` from the file',
  }),
  sends: {
    extension: 'js',
    connection: 'knex',
    waits: 'await',
    call: (template, connection) => `${connection}.raw(${template})`,
    // Knex takes a question mark for a value, even where no values are given.
    escape: (sql) => sql.replaceAll('?', '\\?'),
    outside,
  },
  idOf: (existing, { name, now }) => `${timestampAfter(existing.map(({ number }) => number), now)}_${name}`,
  skeleton,
});

function outside(text: string, { noTransaction }: EmbeddedScript): string {
  if (noTransaction.some(({ by }) => by === 'config')) return text;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const isModule = /^export\b/m.test(text);
  return `${text}${text.endsWith('\n') ? '' : newline}${newline}${isModule ? 'export const config =' : 'exports.config ='} { transaction: false };${newline}`;
}

const types = '/**\n * @param { import("knex").Knex } knex\n * @returns { Promise<void> }\n */\n';

/** As `knex migrate:make` writes it, blanks included. */
function skeleton({ extension }: Skeleton): string {
  if (extension?.includes('t') === true) {
    const one = (side: string): string => `\n\n\nexport async function ${side}(knex: Knex): Promise<void> {\n}`;
    return `import type { Knex } from "knex";${one('up')}${one('down')}\n\n`;
  }
  if (extension === 'mjs') return `\n${types}export const up = async (knex) => {\n  \n};\n\n${types}export const down = async (knex) => {\n  \n};\n`;
  const head = extension === 'cjs' ? '' : types;
  return `${extension === 'cjs' ? '\n' : ''}${head}exports.up = function(knex) {\n  \n};\n\n${head}exports.down = function(knex) {\n  \n};\n`;
}
