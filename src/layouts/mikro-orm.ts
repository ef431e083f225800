import type { EmbeddedScript } from '../sql/embedded/read.ts';
import { movedClasses } from './class-moves.ts';
import { timestampAfter } from './naming.ts';
import { loads, programLayout, type Skeleton } from './program.ts';
import { indentAt } from './program-text.ts';

/**
 * MikroORM: `Migration<14 digits>[_name].ts` with a class of that name. `up` and `down` collect statements with `addSql`, which run when the method is done:
 * all migrations in one transaction (`allOrNothing`), but for one whose `isTransactional()` is false.
 */
export const mikroOrm = programLayout({
  id: 'mikro-orm',
  title: 'MikroORM',
  bookkeeping: ['mikro_orm_migrations'],
  grammar: /^Migration(?<number>\d{14})(?:_(?<name>[^/]*?))?(?<!\.(?:d|test|spec))\.[cm]?[jt]s$/,
  marks: { sure: loads('@mikro-orm/migrations'), likely: /\bextends\s+Migration\b/ },
  mode: ({ noTransaction }) => ({
    kind: noTransaction.some(({ by }) => by === 'method') ? 'autocommit' : 'transaction',
    tool: 'MikroORM',
    // Observed with 7.2: it gets a connection of its own, which does not see what the transaction of all the others has done so far.
    optOut: 'give its class `isTransactional() { return false; }`, and deploy it alone or with `allOrNothing: false`',
  }),
  sends: { extension: 'ts', connection: 'this', waits: 'nothing', ends: ';', call: (template) => `this.addSql(${template})`, outside },
  idOf: (existing, { name, now }) => `Migration${timestampAfter(existing.map(({ number }) => number), now)}_${name}`,
  skeleton,
  moves: movedClasses((id) => id),
});

function outside(text: string, { noTransaction, entry }: EmbeddedScript): string {
  if (entry === null || noTransaction.some(({ by }) => by === 'method')) return text;
  const { start, end } = entry.place.span;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = indentAt(text, start);
  const head = text.slice(start, end).startsWith('override') ? 'override isTransactional(): boolean' : 'isTransactional()';
  return `${text.slice(0, end)}${newline}${newline}${indent}${head} {${newline}${indent}  return false;${newline}${indent}}${text.slice(end)}`;
}

/** As `mikro-orm migration:create` writes it, with a down. */
function skeleton({ id, extension }: Skeleton): string {
  if (extension === null || extension.includes('t')) {
    const one = (side: string): string => `  override async ${side}(): Promise<void> {\n  }\n\n`;
    return `import { Migration } from '@mikro-orm/migrations';\n\nexport class ${id} extends Migration {\n\n${one('up')}${one('down')}}\n`;
  }
  const one = (side: string): string => `  async ${side}() {\n  }\n\n`;
  const head = "'use strict';\nObject.defineProperty(exports, '__esModule', { value: true });\nconst { Migration } = require('@mikro-orm/migrations');\n\n";
  return `${head}class ${id} extends Migration {\n\n${one('up')}${one('down')}}\nexports.${id} = ${id};\n`;
}
