import { join, parent } from './paths.ts';
import type { FilePort } from './ports.ts';

/** The version of the package that a folder's `npx` would run, or null. */
export async function installedVersion(files: FilePort, from: string, name: string): Promise<string | null> {
  const text = await files.read(join((await installedAt(files, from, name)) ?? from, 'package.json'));
  return text === null ? null : (/"version"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? null);
}

/** Where a package lies that programs of a folder find; null where it is not installed. */
export async function installedAt(files: FilePort, from: string, name: string): Promise<string | null> {
  for (let at = from; ; at = parent(at)) {
    const place = join(at, `node_modules/${name}`);
    if (await files.exists(join(place, 'package.json'))) return place;
    if (parent(at) === at) return null;
  }
}

export function majorOf(version: string | null): number | null {
  const digits = version === null ? undefined : /^\d+/.exec(version)?.[0];
  return digits === undefined ? null : Number(digits);
}
