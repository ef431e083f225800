// The logger of the VS Code server. Its npm package holds the source alone, and without it VS Code writes no log and shows no output.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { quietly, root } from './run.mjs';

const source = join(root, 'test/vscode/server/node_modules/code-server/lib/vscode/node_modules/@vscode/spdlog');
const built = join(source, 'build/Release/spdlog.node');

/** Whether the VS Code of the tests writes logs and shows outputs. */
export const writesLogs = () => existsSync(built);

/** Compiles it as its binding.gyp says; it speaks Node-API, so any Node can load it. */
export async function buildLogger(headers) {
  mkdirSync(dirname(built), { recursive: true });
  const unfinished = `${built}.${process.pid}`;
  const defines = ['NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', 'NAPI_CPP_EXCEPTIONS', 'FMT_CONSTEVAL=', 'BUILDING_NODE_EXTENSION', 'NODE_GYP_MODULE_NAME=spdlog'];
  const folders = [headers, join(source, 'node_modules/node-addon-api'), join(source, 'deps/spdlog/include')];
  const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  await quietly('c++', [
    ...shared, '-fPIC', '-std=c++20', '-O1', '-w', ...defines.map((each) => `-D${each}`), ...folders.map((each) => `-I${each}`),
    join(source, 'src/main.cc'), join(source, 'src/logger.cc'), '-o', unfinished,
  ]);
  renameSync(unfinished, built);
}
