import { drift } from '../../app/drift.ts';
import { relative } from '../../app/paths.ts';
import { UserError } from '../../model/errors.ts';
import { environmentSecrets } from '../../host/environment.ts';
import { jsonDrift, prettyDrift } from '../../report/pretty-drift.ts';
import type { DriftInvocation } from '../arguments.ts';
import { withFolders, type ChosenFolders } from '../chosen-folders.ts';
import type { Output } from '../output.ts';

/** `lockstep drift`: 0 when nothing differs from what the history yields, else 1. */
export function driftCommand(invocation: DriftInvocation, output: Output): Promise<number> {
  return withFolders(invocation.path, output, async (chosen) => {
    const { ports, project, signal } = chosen;
    const { other, target } = invocation;
    const report = await drift({ ...ports, secrets: environmentSecrets }, { project, folder: onlyFolder(chosen), other, target, signal, progress: output.progress });
    output.endProgress();
    output.result(invocation.format === 'json' ? jsonDrift(report) : prettyDrift(report, output.terminal));
    return report.differences.length === 0 ? 0 : 1;
  });
}

function onlyFolder({ folders, project }: ChosenFolders): ChosenFolders['folders'][number] {
  const [first, second] = folders.filter((folder) => folder.migrations.length > 0);
  if (first === undefined) throw new UserError('no-migrations', `No migrations were found in ${project.root}.`, 'Name the folder that holds them, or pin it with "layouts" in lockstep.json.');
  if (second === undefined) return first;
  throw new UserError('usage', 'There are several folders of migrations here, and a server has the schema of one.', `Name one: ${folders.map((folder) => relative(project.root, folder.path)).join(', ')}.`);
}
