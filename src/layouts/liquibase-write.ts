import type { Side } from '../model/migration.ts';
import type { Changeset } from './liquibase-file.ts';

export interface NewChangeset {
  readonly author: string;
  readonly id: string;
  readonly up: string;
  /** Null: it gets no rollback. */
  readonly down: string | null;
  readonly transaction: 'tool' | 'none';
}

interface Written {
  readonly text: string;
  /** Where typing starts. */
  readonly up: number;
  readonly down: number | null;
}

/** The file with one more changeset at its end; `text` is null when there is no file yet. */
export function appendChangeset(text: string | null, changeset: NewChangeset): Written {
  const eol = newline(text ?? '');
  const { author, id, up, down, transaction } = changeset;
  const before = text === null || text.trim() === '' ? `--liquibase formatted sql${eol}${eol}` : `${text.replace(/\s*$/, '')}${eol}${eol}`;
  const head = `${before}--changeset ${quoted(author, ':')}:${quoted(id, '')}${transaction === 'none' ? ' runInTransaction:false' : ''}${eol}`;
  const body = up === '' ? eol : withEnd(lines(up, eol), eol);
  if (down === null) return { text: head + body, up: head.length, down: null };
  const rollback = rollbackLines(down, eol);
  return { text: head + body + rollback, up: head.length, down: head.length + body.length + '--rollback '.length };
}

interface SideRequest {
  readonly side: Side;
  readonly sql: string;
  readonly transaction: 'tool' | 'none' | undefined;
}

/** The file with one side of a changeset written anew. Everything else stays to the byte. */
export function withSide(text: string, changeset: Changeset, { side, sql, transaction }: SideRequest): string {
  const eol = newline(text);
  const { header, span, up, rollback } = changeset;
  const head = withAttributes(text.slice(header.start, header.end), side, transaction);
  const rollbackText = rollback.kind === 'missing' ? '' : rollback.lines.map(({ start, end }) => text.slice(start, end)).join('');
  const upText = up.map(({ start, end }) => text.slice(start, end)).join('');
  // Blank lines at the end keep the changesets apart.
  const space = /(\r?\n[ \t]*)*$/.exec(text.slice(span.start, span.end).replace(/\r?\n$/, ''))?.[0] ?? '';
  const leading = directives(upText);
  const newUp = side === 'up' ? leading + withEnd(lines(sql, eol), eol) : withEnd(upText.replace(/\s*$/, ''), eol);
  const newDown = side === 'down' ? rollbackLines(sql, eol) : rollbackText === '' ? '' : withEnd(rollbackText.replace(/\s*$/, ''), eol);
  return text.slice(0, span.start) + withEnd(head, eol) + newUp + newDown + space.replace(/^\r?\n/, eol) + text.slice(span.end);
}

/** How the file ends its lines. */
function newline(text: string): '\n' | '\r\n' {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function rollbackLines(sql: string, eol: string): string {
  const told = sql.trim() === '' ? [''] : sql.trim().split(/\r?\n/).filter((line) => line.trim() !== '');
  return told.map((line) => `--rollback ${line}${eol}`).join('');
}

/** Comments that Liquibase reads at the top of a changeset. */
function directives(up: string): string {
  return /^(?:[ \t]*--[ \t]*(?:comments?|preconditions?[\w-]*|validCheckSum)\b[^\n]*\n)*/i.exec(up)?.[0] ?? '';
}

/** SQL that is written by us ends its statements with semicolons and is sent one by one. */
function withAttributes(header: string, side: Side, transaction: SideRequest['transaction']): string {
  const without = (line: string, name: string): string => line.replace(new RegExp(`[ \\t]+${name}:\\S*`, 'i'), '');
  const plain = side === 'up' ? without(header, 'endDelimiter') : without(header, 'rollbackEndDelimiter');
  if (transaction === undefined) return plain;
  const decided = without(plain, 'runInTransaction');
  return transaction === 'tool' ? decided : without(decided, side === 'up' ? 'splitStatements' : 'rollbackSplitStatements').replace(/[ \t]*(\r?\n?)$/, ' runInTransaction:false$1');
}

function quoted(word: string, also: string): string {
  return /\s/.test(word) || (also !== '' && word.includes(also)) ? `"${word}"` : word;
}

function lines(sql: string, eol: string): string {
  return sql.replaceAll(/\r?\n/g, eol);
}

function withEnd(text: string, eol: string): string {
  return text === '' || text.endsWith('\n') ? text : text + eol;
}
