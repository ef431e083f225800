import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const folder = new URL('../fixtures/reports/', import.meta.url);

/**
 * Compares a text with the golden file of that name. `UPDATE_GOLDEN=1` writes the file instead: read the difference
 * before it is committed.
 */
export function assertGolden(name: string, actual: string): void {
  const file = new URL(name, folder);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file.pathname), { recursive: true });
    writeFileSync(file, actual);
  }
  assert.ok(existsSync(file), `there is no golden file ${name}; write it with UPDATE_GOLDEN=1`);
  assert.equal(actual, readFileSync(file, 'utf8').replaceAll('\r\n', '\n'));
}
