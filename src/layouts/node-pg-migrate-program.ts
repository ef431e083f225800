import type { TransactionMode } from '../model/migration.ts';
import type { EmbeddedScript } from '../sql/embedded/read.ts';
import { indentUnit, indentAt } from './program-text.ts';
import { loads, numberedProgram, type Marks, type ProgramTool, type Skeleton } from './program.ts';

/**
 * The TypeScript and JavaScript files of node-pg-migrate: `up(pgm)` and `down(pgm)`, which collect statements that run when the function is done.
 * All that are pending run in one transaction, but for a migration that calls `pgm.noTransaction()` (node-pg-migrate 9.0).
 */
export const nodePgMigrateProgram: Pick<ProgramTool, 'grammar' | 'mode' | 'sends' | 'skeleton'> & { readonly marks: Marks } = {
  grammar: numberedProgram,
  marks: { sure: loads('node-pg-migrate'), likely: /\b(?:up|down)\b\s*(?:=\s*)?(?:async\s*)?(?:function\s*\w*\s*)?\(?\s*pgm\b/ },
  mode,
  sends: { extension: 'js', connection: 'pgm', waits: 'nothing', call: (template, connection) => `${connection}.sql(${template})`, outside },
  skeleton,
};

function mode({ noTransaction }: EmbeddedScript): TransactionMode {
  return { kind: noTransaction.some(({ by }) => by === 'call') ? 'autocommit' : 'transaction', tool: 'node-pg-migrate', optOut: 'call `pgm.noTransaction()` in the function' };
}

function outside(text: string, { noTransaction, entry }: EmbeddedScript): string {
  if (entry?.body == null || noTransaction.some(({ by }) => by === 'call')) return text;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const outer = indentAt(text, entry.place.span.start);
  const at = entry.body.start;
  const rest = text.slice(at, entry.body.end).trim() === '' ? `${newline}${outer}${text.slice(entry.body.end)}` : text.slice(at);
  return `${text.slice(0, at)}${newline}${outer}${indentUnit(text)}${entry.parameter ?? 'pgm'}.noTransaction();${rest}`;
}

/** As `node-pg-migrate create` writes it. */
function skeleton({ extension }: Skeleton): string {
  if (extension?.includes('t') === true) {
    const one = (side: string): string => `export async function ${side}(pgm: MigrationBuilder): Promise<void> {}\n`;
    return `import type { ColumnDefinitions, MigrationBuilder } from 'node-pg-migrate';\n\nexport const shorthands: ColumnDefinitions | undefined = undefined;\n\n${one('up')}\n${one('down')}`;
  }
  const shorthands = "/**\n * @type {import('node-pg-migrate').ColumnDefinitions | undefined}\n */\nexport const shorthands = undefined;\n\n";
  const types = "/**\n * @param pgm {import('node-pg-migrate').MigrationBuilder}\n * @param run {() => void | undefined}\n * @returns {Promise<void> | void}\n */\n";
  // The template for .cjs of node-pg-migrate 9.0 exports its shorthands in a way that CommonJS does not read.
  if (extension === 'cjs') return `${types}const up = (pgm) => {};\n\n${types}const down = (pgm) => {};\n\nmodule.exports = {\n  up,\n  down,\n};\n`;
  return `${shorthands}${types}export const up = (pgm) => {};\n\n${types}export const down = (pgm) => {};\n`;
}
