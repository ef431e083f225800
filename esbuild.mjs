// Builds what ships into dist/: five bundles and the files they read.
//   node esbuild.mjs [--dev] [bundle …]      --dev keeps names and adds source maps
import { build } from 'esbuild';
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));

/** The bundles by name, each with its entry. */
export const entries = {
  extension: 'src/vscode/extension.ts',
  server: 'src/lsp/main.ts',
  database: 'src/host/database-child.ts',
  cli: 'src/cli/main.ts',
  webview: 'src/webview/main.ts',
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  await buildBundles(names.length > 0 ? names : Object.keys(entries), { dev: process.argv.includes('--dev') });
}

/** Writes the bundles, the files they read at run time and the notices of the packages inside them. */
export async function buildBundles(names, { dev }) {
  const metafiles = {};
  for (const name of names) {
    const { metafile } = await build(name === 'webview' ? forBrowser(dev) : forNode(name, dev));
    metafiles[name] = metafile;
  }
  copyAssets();
  if (names.length < Object.keys(entries).length) return;
  writeFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), notices(metafiles));
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(join(root, '.cache/metafiles.json'), JSON.stringify(metafiles));
}

/** Mocha's suite for the inside of VS Code; mocha itself is loaded from node_modules. */
export async function buildSuite() {
  const files = globSync('test/vscode/suite/**/*.test.ts', { cwd: root }).sort();
  const loads = files.map((file) => `await import('./${file.replaceAll('\\', '/')}');`).join('\n');
  await build({
    ...shared(true),
    ...forCommonJs(),
    stdin: {
      contents: `import { runSuite } from './test/support/suite-runner.ts';\nexport const run = () => runSuite(async () => {\n${loads}\n});`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile: '.cache/suite/index.cjs',
    external: ['vscode', 'mocha'],
  });
}

// CommonJS has no import.meta, but libraries find their WASM by it: it becomes the address of the bundle.
function forCommonJs() {
  return {
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
  // The CommonJS build of jsonc-parser loads its parts by names that only run-time resolution finds.
  mainFields: ['module', 'main'],
    define: { 'import.meta.url': 'bundleUrl' },
    // `pg` offers a driver in C, which nobody here installs and no bundle may ask for.
    alias: { 'pg-native': './scripts/no-module.cjs' },
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
  };
}

function shared(dev) {
  return {
    absWorkingDir: root,
    bundle: true,
    minify: !dev,
    sourcemap: dev,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    logOverride: { 'empty-import-meta': 'error' },
  };
}

function forNode(name, dev) {
  return { ...shared(dev), ...forCommonJs(), entryPoints: [entries[name]], outfile: `dist/${name}.cjs`, external: ['vscode'] };
}

function forBrowser(dev) {
  return {
    ...shared(dev),
    entryPoints: { webview: entries.webview },
    outdir: 'dist',
    platform: 'browser',
    format: 'esm',
    target: 'chrome132',
    loader: { '.ttf': 'dataurl', '.woff2': 'dataurl', '.svg': 'dataurl' },
  };
}

function copyAssets() {
  const engine = 'node_modules/@electric-sql/pglite/dist';
  const beside = ['node_modules/libpg-query/wasm/libpg-query.wasm', ...['pglite.wasm', 'pglite.data', 'initdb.wasm'].map((file) => `${engine}/${file}`)];
  const archives = globSync(`${engine}/*.tar.gz`, { cwd: root });
  mkdirSync(join(root, 'dist/extensions'), { recursive: true });
  for (const file of beside) copyFileSync(join(root, file), join(root, 'dist', file.split('/').at(-1)));
  for (const file of archives) copyFileSync(join(root, file), join(root, 'dist/extensions', file.split(/[\\/]/).at(-1)));
}

/** The licences of the bundled packages ask for their text to travel with the copies. */
function notices(metafiles) {
  const inputs = Object.values(metafiles).flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  return [...folders].sort().map(notice).join(`\n${'-'.repeat(80)}\n\n`);
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const file = globSync('{LICEN[CS]E,licen[cs]e}*', { cwd: join(root, folder) })[0];
  const text = file === undefined ? `Licence: ${license}\n` : readFileSync(join(root, folder, file), 'utf8');
  return `${name} ${version}\n\n${text.trim()}\n`;
}
