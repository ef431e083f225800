import type { FileChange } from '../model/file-change.ts';
import type { NewMigration, NewMigrationRequest, Place } from './layout.ts';

export interface HeaderFacts {
  readonly id: string;
  readonly name: string;
  readonly now: Date;
}

/** Comment lines at the top of an up. */
export function upHeader(facts: HeaderFacts): string {
  return block([`-- Migration: ${inWords(facts.name)}`, `-- Date: ${day(facts.now)}`, '-- Purpose:']);
}

/** Comment lines at the top of a down. */
export function downHeader(facts: HeaderFacts): string {
  return block([`-- Rollback Migration: ${inWords(facts.name)}`, `-- Date: ${day(facts.now)}`, `-- Purpose: Rollback changes from ${facts.id}`]);
}

interface PairRequest {
  readonly facts: HeaderFacts;
  /** Absolute path of the up, and of the down; null: no down is wanted. */
  readonly up: string;
  readonly down: string | null;
  readonly request: NewMigrationRequest;
  /** What the tool wants to read at the top of both, before anything else; ends with its line. */
  readonly preamble?: string;
}

/** A new migration of two files, each with its header; typing starts below it. */
export function newPair({ facts, up, down, request, preamble = '' }: PairRequest): NewMigration {
  const { content, config } = request;
  const first = fileWith(up, `${preamble}${upHeader(facts)}`, content?.up ?? '');
  const second = down === null || config.down === 'forbidden' ? null : fileWith(down, `${preamble}${downHeader(facts)}`, content?.down ?? '');
  return { id: facts.id, up: first.place, down: second?.place ?? null, changes: second === null ? [first.change] : [first.change, second.change], upByTool: false };
}

interface FileRequest {
  readonly facts: HeaderFacts;
  /** Absolute. */
  readonly path: string;
  /** The lines that begin each section, without their last line break. */
  readonly up: string;
  readonly down: string;
  readonly request: NewMigrationRequest;
  /** What the tool wants to read at the top, before anything else; ends with its line. */
  readonly preamble?: string;
}

/** A new migration of one file with both sections below one header; typing starts in the up. */
export function newFile({ facts, path, up, down, request, preamble = '' }: FileRequest): NewMigration {
  const { content, config } = request;
  const head = `${preamble}${upHeader(facts)}${up}\n`;
  const middle = `${head}${section(content?.up ?? '')}\n${down}\n`;
  const text = `${middle}${section(content?.down ?? '')}`;
  const place = (cursor: number): Place => ({ path, cursor });
  return { id: facts.id, up: place(head.length), down: config.down === 'forbidden' ? null : place(middle.length), changes: [{ kind: 'create', path, text }], upByTool: false };
}

/** An empty section has an empty line to type in. */
function section(content: string): string {
  return content === '' || content.endsWith('\n') ? content || '\n' : `${content}\n`;
}

function fileWith(path: string, header: string, content: string): { readonly place: Place; readonly change: FileChange } {
  const text = `${header}${content === '' || content.endsWith('\n') ? content : `${content}\n`}`;
  return { place: { path, cursor: header.length }, change: { kind: 'create', path, text } };
}

function block(lines: readonly string[]): string {
  return `${lines.join('\n')}\n\n`;
}

function inWords(name: string): string {
  return name.replaceAll(/[_-]+/g, ' ');
}

function day(now: Date): string {
  return now.toISOString().slice(0, 10);
}
