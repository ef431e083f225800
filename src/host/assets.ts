import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * A file of the embedded PostgreSQL: `pglite.wasm`, `pglite.data`, `initdb.wasm`.
 * In a package it lies beside the bundle that asks; from the sources it lies where its npm package keeps it.
 */
export function engineFile(name: 'pglite.wasm' | 'pglite.data' | 'initdb.wasm'): URL {
  return new URL(name, bundled ? import.meta.url : engineFolder());
}

/** The archive of a contrib extension (`pg_trgm`, `uuid-ossp`, …), or null when the embedded PostgreSQL has no such extension. */
export function extensionArchive(extension: string): URL | null {
  if (!/^[a-z0-9_-]+$/.test(extension)) return null;
  const file = `${archives[extension] ?? extension}.tar.gz`;
  const url = bundled ? new URL(`extensions/${file}`, import.meta.url) : new URL(file, engineFolder());
  return existsSync(url) ? url : null;
}

/** The script of another process: `dist/<name>.cjs` of a package, the given source file when run from the sources. */
export function processFile(name: 'server' | 'database', source: string): URL {
  return bundled ? new URL(`${name}.cjs`, import.meta.url) : new URL(`../${source}`, import.meta.url);
}

// esbuild writes the bundles as CommonJS and gives `import.meta.url` their own address (esbuild.mjs).
const bundled = import.meta.url.endsWith('.cjs');

/** Extensions that come in the archive of another one: the `spi` modules of the manual's appendix F.41. */
const archives: Readonly<Record<string, string>> = { autoinc: 'spi', insert_username: 'spi', moddatetime: 'spi', refint: 'spi' };

function engineFolder(): URL {
  return pathToFileURL(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
}
