// npm run test:electron: the suite of test/vscode/suite in the desktop VS Code, where its download works.
import { continueInPinnedNode, root } from './run.mjs';
import { ensurePackages } from './setup.mjs';

await ensurePackages();
await continueInPinnedNode();
const { join } = await import('node:path');
const { runTests } = await import('@vscode/test-electron');
const { buildBundles, buildSuite, entries } = await import('../esbuild.mjs');
const { copyExamples } = await import('../test/support/workspace.ts');

await buildBundles(Object.keys(entries), { dev: false });
await buildSuite();
const workspace = copyExamples();
try {
  await runTests({
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, '.cache/suite/index.cjs'),
    launchArgs: [workspace.folder, '--disable-workspace-trust', '--disable-extensions'],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  workspace.remove();
}
