import { visible } from './display.ts';
import type { Terminal } from './terminal.ts';

interface Told {
  readonly path: string;
  readonly message: string;
  readonly next: string;
}

/** What the terminal shows of a look at a project; as `app/doctor.ts` gives it. */
export interface DoctorView {
  readonly root: string;
  readonly folders: readonly {
    readonly path: string;
    readonly layout: string;
    readonly migrations: number;
    readonly withoutDown: number;
    readonly newest: string | null;
    readonly postgres: number;
    readonly mainBranch: string | null;
    readonly problems: readonly Told[];
  }[];
  readonly problems: readonly Told[];
  readonly targets: readonly { readonly kind: string; readonly chosen: boolean; readonly lacking: string | null }[];
}

/** The project for a person: folders, problems, targets. */
export function prettyDoctor(view: DoctorView, { colors, root }: Terminal): string {
  const near = (path: string): string => visible(path === root ? '.' : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);
  const problem = ({ path, message, next }: Told): readonly string[] => [`  ${colors.yellow('!')} ${near(path)}: ${visible(message)}`, `    ${visible(next)}`];
  const folders = view.folders.flatMap((folder) => [
    `${colors.bold(near(folder.path))} – ${folder.layout}`,
    `  ${count(folder.migrations, 'migration')}${folder.newest === null ? '' : `, the newest ${visible(folder.newest)}`}${folder.withoutDown === 0 ? '' : `, ${String(folder.withoutDown)} without a down`}`,
    `  for PostgreSQL ${String(folder.postgres)}; main branch: ${folder.mainBranch === null ? 'git knows none' : visible(folder.mainBranch)}`,
    ...folder.problems.flatMap(problem),
  ]);
  const none = folders.length > 0 || view.problems.length > 0 ? [] : ['No migrations were found here. Name a folder, or pin it with "layouts" in lockstep.json.'];
  const targets = view.targets.map(({ kind, chosen, lacking }) => `  ${lacking === null ? colors.green('✔') : '–'} ${kind}${chosen ? ' (chosen)' : ''}${lacking === null ? '' : `: ${visible(lacking)}`}`);
  const rest = view.problems.flatMap(problem);
  return `${[`Project ${near(view.root)}`, '', ...folders, ...none, ...(rest.length === 0 ? [] : ['', ...rest]), ...(targets.length === 0 ? [] : ['', 'Where a dry run can happen', ...targets])].join('\n')}\n`;
}

function count(number: number, what: string): string {
  return `${String(number)} ${what}${number === 1 ? '' : 's'}`;
}
