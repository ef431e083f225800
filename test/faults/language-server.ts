import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { DryRunAnswer, Refusal } from '../../src/app/editor-protocol.ts';
import { LspClient } from '../support/lsp-client.ts';
import type { Rig } from './rig.ts';
import { arrival, upOf, type Stage } from './stages.ts';

export interface ServedRun {
  readonly answer: Promise<DryRunAnswer | Refusal>;
  cancel(): void;
  /** Resolves once the run has come to the stage. */
  at(stage: Stage): Promise<void>;
}

export interface Served {
  run(stage: Stage | 'calm'): ServedRun;
  stop(): Promise<number | null>;
}

const entry = fileURLToPath(new URL('../../src/lsp/main.ts', import.meta.url));
let runs = 0;

/** The language server on a rig. */
export async function serve({ workspace, env }: Pick<Rig, 'workspace' | 'env'>): Promise<Served> {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const client = await LspClient.start({ folder: workspace, command: ['env', ...variables, process.execPath, entry, '--stdio'] });
  return {
    stop: () => client.stop(),
    run(stage) {
      const workDoneToken = `run ${String(++runs)}`;
      const { answer, cancel } = client.begin<DryRunAnswer | Refusal>('lockstep/dryRun', { uri: pathToFileURL(join(workspace, upOf(stage))).href, workDoneToken });
      // Whoever kills the server waits for no answer.
      answer.catch(() => undefined);
      const isThere = (at: Stage): true | null => {
        const told = client.received('$/progress') as { token: string; value: { message?: string } }[]; // As the protocol has it.
        return told.some(({ token, value }) => token === workDoneToken && arrival[at].test(value.message ?? '')) ? true : null;
      };
      return { answer, cancel, at: async (at) => void (await client.until(() => isThere(at), `the stage ${at}`)) };
    },
  };
}
