import type { SpawnSyncOptions, SpawnSyncReturns } from 'node:child_process';
export const podmanSettings: string;
export const imageMajors: readonly number[];
export function imageName(major: number): string;
export function hasPodman(): boolean;
export function podmanIsReady(): boolean;
export function preparePodman(): void;
export function podman(args: readonly string[], options?: SpawnSyncOptions): SpawnSyncReturns<string>;
