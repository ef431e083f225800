import { createConnection } from 'vscode-languageserver/node';
import { embeddedTarget } from '../dryrun/targets/embedded.ts';
import { databaseEngine } from '../host/database.ts';
import { defaultCacheFolder } from '../host/database-cache.ts';
import { nodeFiles } from '../host/files.ts';
import { nodeProcesses } from '../host/processes.ts';
import { serve } from './server.ts';

// The entry of the language server: `--stdio` for any editor, `--node-ipc` for VS Code.
const engine = databaseEngine({ cacheFolder: defaultCacheFolder(), spareFor: 10 * 60_000 });
const connection = createConnection();
connection.onShutdown(() => engine.close());
serve(connection, {
  ports: { files: nodeFiles, processes: nodeProcesses, target: embeddedTarget(engine), now: () => new Date() },
  // dist/server.cjs and src/lsp/main.ts are one and two folders away from docs/.
  docs: new URL(import.meta.url.endsWith('.cjs') ? '../docs/rules' : '../../docs/rules', import.meta.url).href,
});
connection.listen();
