import type { EmbeddedScript } from '../sql/embedded/read.ts';
import { movedClasses } from './class-moves.ts';
import { compareText, millisecondsAfter } from './naming.ts';
import { loads, programLayout, type ProgramFile, type Skeleton } from './program.ts';

/**
 * TypeORM: `<milliseconds>-Name.ts` with a class `Name<milliseconds>`. The class's name, not the file's, is what TypeORM sorts by and records.
 * All that are pending run in one transaction; `transaction = false` in a class holds only under `--transaction each` and is an error under `all` (TypeORM 1.1).
 */
export const typeorm = programLayout({
  id: 'typeorm',
  title: 'TypeORM',
  bookkeeping: ['migrations', 'typeorm_metadata'],
  grammar: /^(?<number>\d{10,})-(?<name>[^/]*?)(?<!\.(?:d|test|spec))\.[cm]?[jt]s$/,
  marks: { sure: loads('typeorm'), likely: /\bimplements\s+MigrationInterface\b|\b(?:up|down)\s*\(\s*queryRunner\b/ },
  order: (a, b) => stampOf(a) - stampOf(b) || compareText(a.file, b.file),
  versionOf: ({ text, id }) => className(text) ?? id,
  twin: (first, second) => `${first} and ${second} have classes of one name: TypeORM refuses both.`,
  refusals: (files) => files.flatMap(({ file, text }) => {
    const name = recordedName(text);
    return name === null || /\d{13}$/.test(name) ? [] : [{ file, message: `The class ${name} in ${file} does not end in a timestamp of 13 digits: TypeORM refuses the whole folder.`, next: 'Put the milliseconds of the file’s name behind the name of the class.' }];
  }),
  mode: ({ noTransaction }) => ({
    kind: noTransaction.some(({ by }) => by === 'property') ? 'autocommit' : 'transaction',
    tool: 'TypeORM',
    optOut: 'write `transaction = false` into its class, and run migrations with `--transaction each`',
  }),
  sends: { extension: 'ts', connection: 'queryRunner', waits: 'await', call: (template, connection) => `${connection}.query(${template})`, outside },
  idOf: (existing, { name, now }) => `${millisecondsAfter(existing.map(({ number }) => number), now)}-${name}`,
  skeleton,
  moves: movedClasses((id) => classNameOf(id)),
});

/** What TypeORM records and sorts by: `name = '…'` of the class, else the class's own name. */
function recordedName(text: string): string | null {
  return /^\s*(?:public\s+|readonly\s+)*name\s*(?::\s*string\s*)?=\s*['"`]([^'"`]+)['"`]/m.exec(text)?.[1] ?? className(text);
}

function className(text: string): string | null {
  return /\bclass\s+([\w$]+)/.exec(text)?.[1] ?? null;
}

function stampOf({ text, number }: ProgramFile): number {
  const stamp = Number.parseInt((recordedName(text) ?? '').slice(-13), 10);
  return Number.isNaN(stamp) ? Number(number) : stamp;
}

/** `1700000000000-add_orders`: `AddOrders1700000000000`. */
function classNameOf(id: string): string {
  const [, stamp = '', name = ''] = /^(\d+)-(.*)$/.exec(id) ?? [];
  return `${` ${name}`.replaceAll(/[\s_-](\w)/g, (_match, letter: string) => letter.toUpperCase())}${stamp}`;
}

function outside(text: string, { noTransaction, entry }: EmbeddedScript): string {
  if (entry === null || noTransaction.some(({ by }) => by === 'property')) return text;
  const head = /\bclass\s+[\w$]+[^{]*\{/.exec(text);
  if (head === null) return text;
  const at = head.index + head[0].length;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', entry.place.span.start) + 1))?.[0] ?? '    ';
  return `${text.slice(0, at)}${newline}${indent}transaction = false;${text.slice(at)}`;
}

/** As `typeorm migration:create` writes it, with `--outputJs` where the folder is JavaScript. */
function skeleton({ id, extension, newest }: Skeleton): string {
  const name = classNameOf(id);
  if (extension === null || extension.includes('t')) {
    const one = (side: string): string => `    public async ${side}(queryRunner: QueryRunner): Promise<void> {\n    }\n`;
    return `import { MigrationInterface, QueryRunner } from "typeorm";\n\nexport class ${name} implements MigrationInterface {\n\n${one('up')}\n${one('down')}\n}\n`;
  }
  const isModule = extension === 'mjs' || /^export\b/m.test(newest ?? '');
  const types = "/**\n * @typedef {import('typeorm').MigrationInterface} MigrationInterface\n * @typedef {import('typeorm').QueryRunner} QueryRunner\n */\n\n/**\n * @class\n * @implements {MigrationInterface}\n */\n";
  const one = (side: string): string => `    /**\n     * @param {QueryRunner} queryRunner\n     */\n    async ${side}(queryRunner) {\n    }\n`;
  return `${types}${isModule ? 'export' : 'module.exports ='} class ${name} {\n\n${one('up')}\n${one('down')}\n}\n`;
}
