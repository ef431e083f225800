import type { ExplainedScript, ExplainReport } from '../model/explanation.ts';
import { UserError } from '../model/errors.ts';
import { openFile } from './live-file.ts';
import { explainLive, openLive, prepareToCheck, type LiveScript } from './live-script.ts';
import { pathOfSide } from './lint-input.ts';
import type { Ports } from './ports.ts';
import { locateAll, openProject, rootOf, type Located, type Project } from './project.ts';

/**
 * What each statement of a file does to a running database, as far as its words and the history tell: locks, rewrites, scans.
 * Throws `file-unreadable` and `config-invalid`.
 */
export async function explain({ files, now }: Pick<Ports, 'files' | 'now'>, path: string): Promise<ExplainReport> {
  await prepareToCheck();
  const text = await files.read(path);
  if (text === null || (await files.isDirectory(path))) throw new UserError('file-unreadable', `${path} cannot be read as UTF-8 text.`, 'Name one file of a migration, or any file with SQL.');
  const project = await openProject(files, await rootOf(files, path));
  const places = locateAll(project, path);
  const { scripts } = openFile(text, { project, places });
  const explained = await Promise.all(scripts.map(async (live): Promise<ExplainedScript> => {
    const other = live.located === null ? null : await otherSide({ files, project, path, text, located: live.located });
    return {
      migration: live.located?.migration.id ?? null,
      side: live.located?.side ?? 'up',
      tool: live.located?.folder.layout.title ?? null,
      statements: explainLive(live, { other, now: now() }),
    };
  }));
  const config = places[0]?.folder.config ?? project.config;
  return { version: 1, path, postgres: config.postgres, scripts: explained };
}

interface OtherSide {
  readonly files: Ports['files'];
  readonly project: Project;
  readonly path: string;
  /** Of the file itself, where both sides may stand. */
  readonly text: string;
  readonly located: Located;
}

async function otherSide({ files, project, path, text, located }: OtherSide): Promise<LiveScript | null> {
  const other: Located = { ...located, side: located.side === 'up' ? 'down' : 'up' };
  const otherPath = pathOfSide(located.migration, other.side);
  const otherText = otherPath === path ? text : otherPath === null ? null : await files.read(otherPath);
  return otherText === null ? null : openLive(otherText, { project, located: other });
}
