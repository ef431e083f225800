// npm run package: lockstep-<version>.vsix for VS Code and lockstep-<version>.tgz for npm, from a fresh build.
import { globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { continueInPinnedNode, npm, pinnedNode, quietly, root } from './run.mjs';
import { ensurePackages } from './setup.mjs';

/** Builds both packages into the folder and names them. */
export async function makePackages(folder) {
  for (const map of globSync('dist/**/*.map', { cwd: root })) rmSync(join(root, map));
  const { buildBundles, entries } = await import('../esbuild.mjs');
  await buildBundles(Object.keys(entries), { dev: false });
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const vsix = join(folder, `${name}-${version}.vsix`);
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  await quietly(pinnedNode, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix]);
  await npm(['pack', '--ignore-scripts', `--pack-destination=${folder}`], root);
  return { vsix, tarball: join(folder, `${name}-${version}.tgz`) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensurePackages();
  await continueInPinnedNode();
  for (const file of Object.values(await makePackages(root))) console.log(`${file.slice(root.length + 1)}  ${(statSync(file).size / 1e6).toFixed(1)} MB`);
}
