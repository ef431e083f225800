import { goneSince, readMergedFolder, type MergedFolder } from '../app/merged.ts';
import type { Ports } from '../app/ports.ts';
import type { MigrationFolder } from '../app/project.ts';
import { UserError } from '../model/errors.ts';
import type { ProjectProblem } from '../model/report.ts';

/** What the main branch has of each folder, as git said it last. Nobody is asked before the workspace is trusted: git reads its configuration. */
export class MergedFolders {
  readonly #ports: Pick<Ports, 'processes'>;
  #known: ReadonlyMap<string, MergedFolder> = new Map();
  #asking = new AbortController();
  #trust: 'given' | 'none' = 'none';

  constructor(ports: Pick<Ports, 'processes'>) {
    this.#ports = ports;
  }

  trust(): void {
    this.#trust = 'given';
  }

  of({ path }: MigrationFolder): MergedFolder | null {
    return this.#known.get(path) ?? null;
  }

  /** Merged migrations that are gone. */
  problems(folders: readonly MigrationFolder[]): readonly ProjectProblem[] {
    return folders.flatMap((folder) => {
      const merged = this.of(folder);
      return merged === null ? [] : goneSince(merged, folder);
    });
  }

  /** Asks git anew; the last to ask counts. False when somebody asked meanwhile. */
  async read(folders: readonly MigrationFolder[]): Promise<boolean> {
    this.#asking.abort();
    const asking = new AbortController();
    this.#asking = asking;
    if (this.#trust === 'none') return false;
    const known = new Map<string, MergedFolder>();
    try {
      for (const folder of folders) {
        const merged = await readMergedFolder(this.#ports, folder, asking.signal);
        if (merged !== null) known.set(folder.path, merged);
      }
    } catch (error) {
      if (error instanceof UserError && error.code === 'cancelled') return false;
      throw error;
    }
    if (asking.signal.aborted) return false;
    this.#known = known;
    return true;
  }

  /** Ends what is being asked. */
  close(): void {
    this.#asking.abort();
  }
}
