import * as vscode from 'vscode';
import type { Client } from './requests.ts';

export interface ShownProgress {
  readonly title: string;
  /** Called beside the notification, with what it shows. */
  readonly also?: (message: string, percentage: number) => void;
}

let tokens = 0;

/** A notification that a request of the language server fills; `run` gets the token for its progress and the one of its Cancel button. */
export function withServerProgress<T>(client: Client, { title, also }: ShownProgress, run: (workDoneToken: string, cancellation: vscode.CancellationToken) => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, cancellation) => {
    const workDoneToken = `lockstep-${String((tokens += 1))}`;
    let shown = 0;
    const report = (message: string, percentage: number): void => {
      progress.report({ message, increment: Math.max(0, percentage - shown) });
      shown = Math.max(shown, percentage);
      also?.(message, percentage);
    };
    report('Starting', 0);
    const { onWorkDone } = await import('./client.ts');
    const listener = onWorkDone(await client, workDoneToken, (message, percentage) => report(message, percentage ?? shown));
    try {
      return await run(workDoneToken, cancellation);
    } finally {
      listener.dispose();
    }
  });
}
