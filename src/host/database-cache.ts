import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './owner.ts';

/** Saved databases, one gzipped data directory each. What cannot be read or written counts as not there. */
export interface DatabaseCache {
  /** The file of a key, whether or not it exists. */
  file(key: string): string;
  /** True when the key is there; it then counts as just used. */
  has(key: string): boolean;
  forget(key: string): void;
  /** Removes the least recently used files beyond the limit, and what a killed process left unfinished. */
  trim(): void;
}

/** Five megabytes for an ordinary schema, so some eighty in all. */
const mostFiles = 16;

export function databaseCache(folder: string): DatabaseCache {
  const file = (key: string): string => join(folder, `${key}.tar.gz`);
  return {
    file,
    has: (key) => quietly(() => touch(file(key))),
    forget: (key) => void quietly(() => { rmSync(file(key), { force: true }); }),
    trim: () => void quietly(() => { trim(folder); }),
  };
}

/** Where this system keeps what can be made again, with Lockstep's name on it. */
export function defaultCacheFolder(): string {
  const home = homedir();
  if (process.platform === 'darwin') return join(home, 'Library/Caches/lockstep');
  if (process.platform === 'win32') return join(process.env['LOCALAPPDATA'] ?? join(home, 'AppData/Local'), 'lockstep');
  return join(process.env['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'lockstep');
}

function touch(file: string): void {
  const now = new Date();
  utimesSync(file, now, now);
}

function trim(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const found = readdirSync(folder).map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }));
  const unfinished = found.filter((each) => isUnfinished(each.path));
  // One place stays free for what is about to be saved.
  const oldest = found.filter((each) => each.path.endsWith('.tar.gz')).sort((a, b) => b.time - a.time).slice(mostFiles - 1);
  for (const { path } of [...unfinished, ...oldest]) rmSync(path, { force: true });
}

/** `<key>.tar.gz.<process>.tmp`, as the database child names it, when that process is gone. */
function isUnfinished(path: string): boolean {
  const writer = /\.(\d+)\.tmp$/.exec(path)?.[1];
  return writer !== undefined && !isAlive(Number(writer));
}

function quietly(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
