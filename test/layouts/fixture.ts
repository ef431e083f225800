import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FolderView } from '../../src/layouts/layout.ts';
import { folderOf } from './folder.ts';

/** A folder that the real tool made. */
export function fixtureFolder(tool: string): FolderView {
  const root = fileURLToPath(new URL(`../fixtures/layouts/${tool}`, import.meta.url));
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = files.map(({ parentPath, name }) => [`${parentPath}/${name}`.slice(root.length + 1), readFileSync(`${parentPath}/${name}`, 'utf8')] as const);
  return folderOf(Object.fromEntries(texts));
}
