import { readFile } from 'node:fs/promises';
import { manifest } from '../../src/vscode/contributions.ts';

/** Writes `activationEvents`, `capabilities` and `contributes` of package.json from src/vscode/contributions.ts. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  const packageJson: unknown = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof packageJson !== 'object' || packageJson === null) throw new Error('package.json is not an object');
  return new Map([['package.json', `${JSON.stringify({ ...packageJson, ...manifest }, null, 2)}\n`]]);
}
