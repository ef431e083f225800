import { doctor } from '../../app/doctor.ts';
import { UserError } from '../../model/errors.ts';
import { prettyDoctor } from '../../report/pretty-doctor.ts';
import type { DoctorInvocation } from '../arguments.ts';
import type { Output } from '../output.ts';
import { withSession } from '../session.ts';
import { absolute } from '../wire.ts';

/** `lockstep doctor`: 0 when nothing is wrong with folders and configuration, else 1. */
export function doctorCommand(invocation: DoctorInvocation, output: Output): Promise<number> {
  return withSession(output, async ({ ports, signal }) => {
    const path = absolute(invocation.path ?? '.');
    if (!(await ports.files.exists(path))) throw new UserError('folder-not-found', `${path} does not exist.`, 'Name a folder that exists.');
    const report = await doctor(ports, path, signal);
    output.result(invocation.format === 'json' ? `${JSON.stringify({ kind: 'doctor', ...report }, null, 2)}\n` : prettyDoctor(report, output.terminal));
    return report.problems.length === 0 && report.folders.every((folder) => folder.problems.length === 0) ? 0 : 1;
  });
}
