import assert from 'node:assert/strict';
import type { Layout, ScriptReading } from '../../src/layouts/layout.ts';
import { defaultConfig } from '../../src/model/config.ts';
import type { Side } from '../../src/model/migration.ts';

/** A side as the layout reads it from a file of this text. */
export function readSide(layout: Layout, text: string, side: Side): ScriptReading | null {
  return layout.read(text, { path: '/repo/db/migrations/0001_a.sql', id: '0001_a', side, config: defaultConfig });
}

/** The SQL of a side without what is blank, line by line. */
export function sqlOf(layout: Layout, text: string, side: Side): readonly string[] | null {
  const reading = readSide(layout, text, side);
  if (reading === null) return null;
  assert.equal(reading.source.sql.length, text.length, 'offsets are those of the file');
  return reading.source.sql.split(/\r?\n/).map((line) => line.trimEnd()).filter((line) => line !== '');
}

/** What is wrong with the file, each with the text that it stands at. */
export function problemsOf(layout: Layout, text: string): readonly (readonly [text: string, message: string])[] {
  const both = (['up', 'down'] as const).flatMap((side) => readSide(layout, text, side)?.problems ?? []);
  for (const { next } of both) assert.match(next, /^[A-Z].*\.$/s);
  return both.map(({ span, message }) => [text.slice(span.start, span.end), message]);
}

/** The file after a side was written into it. */
export function written(layout: Layout, text: string | null, side: Side, sql: string, transaction?: 'tool' | 'none'): string {
  return layout.write(text, { path: '/repo/db/migrations/0001_a.sql', id: '0001_a', side, sql, ...(transaction === undefined ? {} : { transaction }) });
}
