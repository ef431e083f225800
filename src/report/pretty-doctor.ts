import type { DoctorProblem, DoctorReport } from '../model/doctor.ts';
import { visible } from './display.ts';
import type { Terminal } from './terminal.ts';

/** The project for a person: folders, problems, targets. */
export function prettyDoctor(report: DoctorReport, { colors, root }: Terminal): string {
  const near = (path: string): string => visible(path === root ? '.' : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);
  const problem = ({ path, message, next }: DoctorProblem): readonly string[] => [`  ${colors.yellow('!')} ${near(path)}: ${visible(message)}`, `    ${visible(next)}`];
  const folders = report.folders.flatMap((folder) => [
    `${colors.bold(near(folder.path))} – ${folder.layout}`,
    `  ${count(folder.migrations, 'migration')}${folder.newest === null ? '' : `, the newest ${visible(folder.newest)}`}${folder.withoutDown === 0 ? '' : `, ${String(folder.withoutDown)} without a down`}`,
    `  for PostgreSQL ${String(folder.postgres)}; main branch: ${folder.mainBranch === null ? 'git knows none' : visible(folder.mainBranch)}`,
    ...(folder.tool === null ? [] : [`  ${folder.tool.name} ${visible(folder.tool.version)}`]),
    ...folder.problems.flatMap(problem),
  ]);
  const none = folders.length > 0 || report.problems.length > 0 ? [] : ['No migrations were found here. Name a folder, or pin it with "layouts" in lockstep.config.json.'];
  const targets = report.targets.map(({ kind, chosen, lacking }) => `  ${lacking === null ? colors.green('✔') : '–'} ${kind}${chosen ? ' (chosen)' : ''}${lacking === null ? '' : `: ${visible(lacking)}`}`);
  const rest = report.problems.flatMap(problem);
  return `${[`Project ${near(report.root)}`, '', ...folders, ...none, ...(rest.length === 0 ? [] : ['', ...rest]), ...(targets.length === 0 ? [] : ['', 'Where a dry run can happen', ...targets])].join('\n')}\n`;
}

function count(number: number, what: string): string {
  return `${String(number)} ${what}${number === 1 ? '' : 's'}`;
}
