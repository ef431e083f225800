import { readFileSync } from 'node:fs';

/** The version of the package: dist/cli.cjs and src/cli/version.ts are one and two folders away from package.json. */
export function version(): string {
  const manifest = new URL(import.meta.url.endsWith('.cjs') ? '../package.json' : '../../package.json', import.meta.url);
  // Our own manifest, whose version is always a string.
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
