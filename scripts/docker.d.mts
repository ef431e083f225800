import type { SpawnSyncReturns } from 'node:child_process';
export const dockerImage: string;
export function hasDocker(): boolean;
export function startDocker(): Promise<{ readonly env: Readonly<Record<string, string>>; docker(args: readonly string[]): SpawnSyncReturns<string>; stop(): Promise<void> }>;
