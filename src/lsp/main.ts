import { createConnection } from 'vscode-languageserver/node';
import { environmentSecrets } from '../host/environment.ts';
import { nodeFiles } from '../host/files.ts';
import { nodeProcesses } from '../host/processes.ts';
import { hostTargets } from '../host/targets.ts';
import { serve } from './server.ts';
import { editorConfirm, editorSecrets } from './targets.ts';

// The entry of the language server: `--stdio` for any editor, `--node-ipc` for VS Code.
const connection = createConnection();
const secrets = editorSecrets(connection, environmentSecrets);
const { targets, neon, close } = hostTargets({ keepFor: 10 * 60_000, secrets, confirm: editorConfirm(connection), tell: (message) => connection.window.showWarningMessage(message) });
// Without a handler SIGTERM would skip what ends containers and branches at exit.
process.once('SIGTERM', () => process.exit(143));
serve(connection, {
  ports: { files: nodeFiles, processes: nodeProcesses, targets, now: () => new Date() },
  neon,
  secrets,
  close,
  // dist/server.cjs and src/lsp/main.ts are one and two folders away from docs/.
  docs: new URL(import.meta.url.endsWith('.cjs') ? '../docs/rules' : '../../docs/rules', import.meta.url).href,
});
connection.listen();
