import { importSquawk } from '../../app/squawk.ts';
import { nodeFiles } from '../../host/files.ts';
import { visible } from '../../report/display.ts';
import type { ImportSquawkInvocation } from '../arguments.ts';
import type { Output } from '../output.ts';
import { absolute } from '../wire.ts';

/** `lockstep import-squawk`: tells the file that it wrote, and what has no counterpart. */
export async function importSquawkCommand(invocation: ImportSquawkInvocation, output: Output): Promise<number> {
  const { path, notes } = await importSquawk(nodeFiles, absolute(invocation.path ?? '.'));
  output.result(`${visible(path)}\n`);
  for (const note of notes) output.status(visible(note));
  return 0;
}
