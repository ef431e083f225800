import { WorkDoneProgress, type Connection } from 'vscode-languageserver';
import type { Progress } from '../dryrun/plan.ts';

export interface Told {
  readonly token: string;
  readonly title: string;
}

/** Tells the editor how far a request is, from its beginning to its end, however it ends. */
export async function withProgress<T>(connection: Connection, { token, title }: Told, run: (progress: (progress: Progress) => void) => Promise<T>): Promise<T> {
  await connection.sendProgress(WorkDoneProgress.type, token, { kind: 'begin', title });
  try {
    return await run(({ message, fraction }) => void connection.sendProgress(WorkDoneProgress.type, token, { kind: 'report', message, percentage: Math.round(fraction * 100) }));
  } finally {
    await connection.sendProgress(WorkDoneProgress.type, token, { kind: 'end' });
  }
}
