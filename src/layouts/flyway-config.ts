import type { FolderView } from './layout.ts';
import { isOutside } from './scripts.ts';

/** What a project and a script's own file say of how the script runs. */
export interface FlywaySettings {
  /** Whether a script may hold statements that can and statements that cannot run in a transaction. */
  readonly mixed: boolean;
  /** What somebody decided; null: Flyway decides by the statements. */
  readonly executeInTransaction: boolean | null;
  readonly placeholders: boolean;
}

export const flywayMarkers: readonly string[] = ['flyway.toml', 'flyway.user.toml', 'flyway.conf'];

/** `script` is relative to the folder. */
export function flywaySettings(folder: FolderView | undefined, script: string): FlywaySettings {
  const own = folder?.read(`${script}.conf`) ?? '';
  const project = projectText(folder);
  const replaced = setting(own, 'placeholderReplacement') ?? setting(project, 'placeholderReplacement');
  const inTransaction = setting(own, 'executeInTransaction') ?? setting(project, 'executeInTransaction');
  // Only a script's own file can say "true" against what Flyway sees in the script; for a project it is the default.
  const decided = setting(own, 'executeInTransaction') !== null || inTransaction === 'false' ? inTransaction : null;
  return { mixed: setting(project, 'mixed') === 'true', executeInTransaction: decided === null ? null : decided !== 'false', placeholders: replaced !== 'false' };
}

/** Folders inside this one that the project names, relative to it; null when it names none. */
export function flywayLocations(folder: FolderView): readonly string[] | null {
  const text = setting(projectText(folder), 'locations', '(.*)');
  const named = [...(text ?? '').matchAll(/filesystem:\s*([^"',\]\s]+)/g)].map((match) => (match[1] ?? '').replace(/^\.\//, '').replace(/\/$/, '').replace(/^\.$/, '')).filter((location) => !isOutside(location));
  return named.length === 0 ? null : named;
}

function projectText(folder: FolderView | undefined): string {
  return flywayMarkers.map((file) => folder?.read(file) ?? '').join('\n');
}

/** `flyway.mixed=true` in a .conf and `mixed = true` in a .toml are read alike; the last one counts. */
function setting(text: string, key: string, value = '"?([A-Za-z]+)'): string | null {
  const lines = [...text.matchAll(new RegExp(`^[ \\t]*(?:flyway\\.)?${key}[ \\t]*=[ \\t]*${value}`, 'gm'))];
  return lines.at(-1)?.[1]?.toLowerCase() ?? null;
}
