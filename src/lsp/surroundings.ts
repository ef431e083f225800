import type { Connection, Disposable, FileEvent } from 'vscode-languageserver';
import { DidChangeWatchedFilesNotification, MessageType, ShowMessageNotification } from 'vscode-languageserver';
import { notifications, programPatterns } from '../app/editor-protocol.ts';
import { ConfigError } from '../app/config.ts';
import { UserError } from '../model/errors.ts';
import type { DiagnosticBoard } from './board.ts';
import type { Checks } from './checks.ts';
import { mistakeDiagnostic, problemDiagnostic } from './diagnostics.ts';
import type { LensRefresh } from './lens-refresh.ts';
import { uriOf, type Documents, type OpenDocument } from './documents.ts';
import { scripts } from './migrations.ts';
import type { MergedFolders } from './merged.ts';
import type { Projects } from './projects.ts';

/** What lies around the open documents. */
export interface SurroundingsWiring {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly projects: Projects;
  readonly merged: MergedFolders;
  readonly checks: Checks;
  readonly board: DiagnosticBoard;
  readonly lenses: LensRefresh;
  /** Whether the editor asked for the `lockstep/scripts` notification. */
  readonly tellsScripts: () => boolean;
}

/** Files whose change can change what is said about another file. */
const watched = ['**/*.sql', ...programPatterns, '**/lockstep.config.json', '**/lockstep.stats.json', '**/package.json', '**/.squawk.toml', '**/_journal.json', '**/sqitch.plan', '**/atlas.sum', '**/migration_lock.toml', '**/.neon'];

/** Keeps projects current with the disk: journals, configuration, the other side of a pair. */
export class Surroundings {
  readonly #wiring: SurroundingsWiring;
  #due: NodeJS.Timeout | null = null;
  #complained: string | null = null;

  constructor(wiring: SurroundingsWiring) {
    this.#wiring = wiring;
  }

  async watch(): Promise<Disposable> {
    return this.#wiring.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: watched.map((globPattern) => ({ globPattern })) });
  }

  /** A checkout or a generator changes many files at once: they are read together, a moment after the last. */
  filesChanged(changes: readonly FileEvent[]): void {
    if (changes.length === 0) return;
    if (this.#due !== null) clearTimeout(this.#due);
    this.#due = setTimeout(() => void this.refresh(), settleMilliseconds);
  }

  /** Reads the projects again, checks every open document in their light and tells the editor which files are migrations. */
  async refresh(): Promise<void> {
    const { connection, projects, checks, lenses } = this.#wiring;
    projects.reload();
    await this.#complaining(async () => {
      await checks.attachAll();
      await this.#showProblems();
      // A down that came or went on the disk changes what its up is told.
      lenses.askAgain();
      if (this.#wiring.tellsScripts()) await connection.sendNotification(notifications.scripts, await scripts(projects));
      this.#complained = null;
      await this.#askGit();
    });
  }

  /** What is merged is said a moment later: nothing waits for git. */
  async #askGit(): Promise<void> {
    const { projects, merged, checks } = this.#wiring;
    const folders = (await projects.all()).flatMap((project) => project.folders);
    if (!(await merged.read(folders))) return;
    checks.checkAll();
    await this.#showProblems();
  }

  /** A document was opened or saved under a name of its own: it may be a migration that nobody knew yet. */
  async opened(document: OpenDocument): Promise<void> {
    await this.#complaining(() => this.#wiring.checks.attach(document));
  }

  /** Whatever the user can mend is said once; everything else is a bug and goes on. */
  async #complaining(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error instanceof ConfigError) this.#showMistakes(error);
      this.#complain(error);
    }
  }

  async #showProblems(): Promise<void> {
    const { board, documents, projects, merged } = this.#wiring;
    const problems = (await projects.all()).flatMap((project) => [...project.problems, ...project.folders.flatMap((folder) => folder.problems), ...merged.problems(project.folders)]);
    const uris = new Map(problems.map(({ path }) => [documents.at(path)?.uri ?? uriOf(path), path]));
    for (const [uri, path] of uris) board.set({ uri, version: null }, 'project', problems.filter((problem) => problem.path === path).map(problemDiagnostic));
    for (const uri of board.shownBy('project').filter((each) => !uris.has(each))) board.set({ uri, version: null }, 'project', []);
  }

  /** What else was said stays until the configuration can be read again. */
  #showMistakes({ mistakes }: ConfigError): void {
    const { board, documents } = this.#wiring;
    for (const path of new Set(mistakes.map((mistake) => mistake.path))) {
      board.set({ uri: documents.at(path)?.uri ?? uriOf(path), version: null }, 'project', mistakes.filter((mistake) => mistake.path === path).map(mistakeDiagnostic));
    }
  }

  /** The same complaint once, however often the files around it change. */
  #complain(error: UserError): void {
    if (this.#complained === error.message) return;
    this.#complained = error.message;
    void this.#wiring.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Error, message: `${error.message} ${error.next}` });
  }
}

const settleMilliseconds = 60;
