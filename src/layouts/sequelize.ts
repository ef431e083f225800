import { timestampAfter } from './naming.ts';
import { loads, numberedProgram, programLayout, type Skeleton } from './program.ts';

/**
 * Sequelize (its command line, or Umzug): `YYYYMMDDHHMMSS-name.js` with `up(queryInterface, Sequelize)` and `down`. No transaction but
 * the one that a file opens itself, and that holds only what is given it.
 */
export const sequelize = programLayout({
  id: 'sequelize',
  title: 'Sequelize',
  bookkeeping: ['"SequelizeMeta"'],
  grammar: numberedProgram,
  marks: { sure: loads('sequelize', 'sequelize-cli', '@sequelize/core', 'umzug'), likely: /\b(?:up|down)\b\s*[:=]?\s*(?:async\s*)?(?:function\s*)?\(\s*\{?\s*(?:context\s*:\s*)?queryInterface\b/ },
  mode: () => ({ kind: 'autocommit', tool: 'Sequelize', optOut: 'leave the statement out of the transaction that the file opens' }),
  sends: { extension: 'js', connection: 'queryInterface', waits: 'await', call: (template, connection) => `${connection}.sequelize.query(${template})` },
  idOf: (existing, { name, now }) => `${timestampAfter(existing.map(({ number }) => number), now)}-${name}`,
  skeleton,
});

/** As `sequelize-cli migration:generate` writes it; TypeScript, of which it knows nothing, in the same manner. */
function skeleton({ extension }: Skeleton): string {
  if (extension?.includes('t') === true) {
    const one = (side: string): string => `export async function ${side}(queryInterface: QueryInterface): Promise<void> {\n}\n`;
    return `import type { QueryInterface } from 'sequelize';\n\n${one('up')}\n${one('down')}`;
  }
  const one = (side: string, what: string, example: string): string =>
    `  async ${side} (queryInterface, Sequelize) {\n    /**\n     * Add ${what} commands here.\n     *\n     * Example:\n     * await queryInterface.${example};\n     */\n  }`;
  const up = one('up', 'altering', "createTable('users', { id: Sequelize.INTEGER })");
  const down = one('down', 'reverting', "dropTable('users')");
  return `'use strict';\n\n/** @type {import('sequelize-cli').Migration} */\nmodule.exports = {\n${up},\n\n${down}\n};\n`;
}
