import type { TransactionMode } from '../model/migration.ts';
import type { EmbeddedScript } from '../sql/embedded/read.ts';
import type { ReadingProblem } from './layout.ts';
import { indentUnit, indentAt } from './program-text.ts';
import { loads, numberedProgram, type ProgramTool, type Skeleton } from './program.ts';

/**
 * The TypeScript and JavaScript files of node-pg-migrate: `up(pgm)` and `down(pgm)`, which collect statements that run when the function is done.
 * All that are pending run in one transaction, but for a migration that calls `pgm.noTransaction()` (node-pg-migrate 9.0).
 */
export const nodePgMigrateProgram: Pick<ProgramTool, 'title' | 'grammar' | 'marks' | 'mode' | 'sends' | 'skeleton' | 'stumbles'> = {
  title: 'node-pg-migrate',
  grammar: numberedProgram,
  marks: { sure: loads('node-pg-migrate'), likely: /\b(?:up|down)\b\s*(?:=\s*)?(?:async\s*)?(?:function\s*\w*\s*)?\(?\s*pgm\b/ },
  mode,
  sends: { extension: 'js', connection: 'pgm', waits: 'nothing', call: (template, connection) => `${connection}.sql(${template})`, outside },
  stumbles: sentAhead,
  skeleton,
};

function mode({ noTransaction }: EmbeddedScript): TransactionMode {
  return { kind: leaves(noTransaction) ? 'autocommit' : 'transaction', tool: 'node-pg-migrate', optOut: 'call `pgm.noTransaction()` in the function' };
}

function leaves(noTransaction: EmbeddedScript['noTransaction']): boolean {
  return noTransaction.some(({ by }) => by === 'call');
}

/** What goes through `pgm.db` runs while the function runs: before all that is collected, and in the transaction that `pgm.noTransaction()` ends only afterwards. */
function sentAhead(text: string, { calls, unchecked, noTransaction }: EmbeddedScript): readonly ReadingProblem[] {
  const isAhead = ({ sent }: EmbeddedScript['calls'][number]): boolean => /^[\w$]+\s*\.\s*db\s*\./.test(text.slice(sent.start, sent.end));
  const collected = [...calls.filter((call) => !isAhead(call)).map(({ sent }) => sent.start), ...unchecked.filter(({ kind }) => kind === 'builder').map(({ span }) => span.start)];
  return calls.filter(isAhead).flatMap(({ sent, sql }): readonly ReadingProblem[] => {
    const isLate = collected.some((start) => start < sent.start);
    if (!isLate && !leaves(noTransaction)) return [];
    const but = isLate ? 'before the statements above it, which only run when the function is done' : 'in the transaction that `pgm.noTransaction()` ends only when the function is done';
    return [{ span: sql, message: `node-pg-migrate sends this at once: ${but}.`, next: 'Send it with `pgm.sql`, which keeps the order of the file.' }];
  });
}

function outside(text: string, { noTransaction, entry }: EmbeddedScript): string {
  if (entry?.body == null || leaves(noTransaction)) return text;
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
