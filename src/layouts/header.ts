import type { NewFile } from './layout.ts';

interface HeaderFacts {
  readonly id: string;
  readonly name: string;
  readonly now: Date;
}

/** The up as New Migration writes it; typing starts below the header. */
export function newUp(path: string, facts: HeaderFacts): NewFile {
  return startingAtEnd(path, [`-- Migration: ${inWords(facts.name)}`, `-- Date: ${day(facts.now)}`, '-- Purpose:']);
}

/** The down as New Migration writes it. */
export function newDown(path: string, facts: HeaderFacts): NewFile {
  return startingAtEnd(path, [`-- Rollback Migration: ${inWords(facts.name)}`, `-- Date: ${day(facts.now)}`, `-- Purpose: Rollback changes from ${facts.id}`]);
}

function startingAtEnd(path: string, lines: readonly string[]): NewFile {
  const text = `${lines.join('\n')}\n\n`;
  return { path, text, cursor: text.length };
}

function inWords(name: string): string {
  return name.replaceAll(/[_-]+/g, ' ');
}

function day(now: Date): string {
  return now.toISOString().slice(0, 10);
}
