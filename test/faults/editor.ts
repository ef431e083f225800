// As VS Code's extension host does: starts the language server with a channel of its own, a dry run in it, and tells when
// the stage is reached. embedded.test.ts then kills it.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { arrival, upOf, type Stage } from './stages.ts';

const [workspace = '', word = ''] = process.argv.slice(2);
const stage = word as Stage; // Whoever starts this names one.
const server = fork(fileURLToPath(new URL('../../src/lsp/main.ts', import.meta.url)), ['--node-ipc', `--clientProcessId=${String(process.pid)}`]);
const send = (message: object): void => void server.send({ jsonrpc: '2.0', ...message });

server.on('message', ({ id, method, params }: { id?: number; method?: string; params?: { value?: { message?: string } } }) => {
  if (id === 1 && method === undefined) {
    send({ method: 'initialized', params: {} });
    send({ id: 2, method: 'lockstep/dryRun', params: { uri: pathToFileURL(join(workspace, upOf(stage))).href, workDoneToken: stage } });
  } else if (id !== undefined && method !== undefined) {
    // The server asks for nothing that needs more than "yes".
    send({ id, result: null });
  } else if (method === '$/progress' && arrival[stage].test(params?.value?.message ?? '')) {
    process.send?.('there');
  }
});
const folder = { uri: pathToFileURL(workspace).href, name: 'test' };
send({ id: 1, method: 'initialize', params: { processId: process.pid, rootUri: folder.uri, workspaceFolders: [folder], capabilities: { workspace: { workspaceFolders: true } } } });
