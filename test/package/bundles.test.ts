import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { buildBundles, entries } from '../../esbuild.mjs';
import { root } from '../../scripts/run.mjs';

const parser = /node_modules\/libpg-query\//;
const engine = /node_modules\/@electric-sql\/pglite\//;
const rules = /^src\/(rules|analysis|layouts)\/(?!define-rule)/;

describe('the bundles', function () {
  this.timeout(120_000);
  let bundles: Readonly<Record<string, Metafile>> = {};

  before(async () => {
    await buildBundles(Object.keys(entries), { dev: false });
    // The build has just written it.
    bundles = JSON.parse(readFileSync(join(root, '.cache/metafiles.json'), 'utf8')) as Readonly<Record<string, Metafile>>;
  });

  it('keep parser, rules, drivers and app logic out of the extension host', () => {
    assert.deepEqual(inputs('extension', parser, engine, rules, /node_modules\/@babel\//, /^src\/(sql|dryrun|lsp|cli)\//, /node_modules\/pg\//), []);
  });

  it('keep the embedded PostgreSQL in the database child alone', () => {
    for (const name of ['extension', 'server', 'cli', 'webview']) assert.deepEqual(inputs(name, engine), [], name);
    assert.notDeepEqual(inputs('database', engine), []);
    assert.deepEqual(inputs('database', parser, rules), []);
  });

  it('keep everything of Node and of the core out of the page', () => {
    assert.deepEqual(inputs('webview', parser, engine, rules, /^src\/(?!webview|report|model)/), []);
    const imported = Object.values(bundles['webview']?.outputs ?? {}).flatMap((output) => output.imports.map((each) => each.path));
    assert.deepEqual(imported.filter((path) => path.startsWith('node:') || builtinModules.includes(path)), []);
  });

  it('load the parser only when something is parsed', () => {
    for (const name of ['server', 'cli']) {
      const importers = Object.entries(bundles[name]?.inputs ?? {}).flatMap(([file, input]) => input.imports.filter((each) => parser.test(each.path)).map((each) => ({ file, kind: each.kind })));
      assert.deepEqual(importers.filter(({ file }) => file.startsWith('src/')), [{ file: 'src/sql/parse.ts', kind: 'dynamic-import' }], name);
      const programs = Object.entries(bundles[name]?.inputs ?? {}).flatMap(([file, input]) => input.imports.filter((each) => /node_modules\/@babel\/parser\//.test(each.path)).map((each) => ({ file, kind: each.kind })));
      assert.deepEqual(programs, [{ file: 'src/sql/embedded/program.ts', kind: 'dynamic-import' }], name);
    }
  });

  it('ask for nothing that a package does not hold', () => {
    const outside = Object.values(bundles)
      .flatMap((bundle) => Object.values(bundle.outputs))
      .flatMap((output) => output.imports.map((each) => each.path))
      .filter((path) => path !== 'vscode' && !path.startsWith('node:') && !builtinModules.includes(path));
    assert.deepEqual(outside, []);
  });

  function inputs(name: string, ...unwanted: readonly RegExp[]): readonly string[] {
    return Object.keys(bundles[name]?.inputs ?? {}).filter((file) => unwanted.some((pattern) => pattern.test(file)));
  }
});
