import type { DriftInvocation } from '../arguments.ts';
import type { Output } from '../output.ts';

export function driftCommand(_invocation: DriftInvocation, _output: Output): Promise<number> {
  throw new Error('drift');
}
