import { TextDocument } from 'vscode-languageserver-textdocument';
import { checkFile, editFile, openFile, type FileSurroundings, type LiveFile } from '../app/live-file.ts';
import { openLive, type LiveScript } from '../app/live-script.ts';
import { pathOfSide } from '../app/lint-input.ts';
import type { FilePort } from '../app/ports.ts';
import type { Edit } from '../model/edit.ts';
import type { Finding } from '../model/finding.ts';
import type { JudgedFinding } from '../model/report.ts';
import type { DiagnosticBoard } from './board.ts';
import { findingDiagnostic } from './diagnostics.ts';
import type { DocumentChange, Documents, OpenDocument } from './documents.ts';
import type { Located, Project } from '../app/project.ts';
import type { MergedFolders } from './merged.ts';
import type { Place, Projects } from './projects.ts';

/** An open document that is ours, and the last word on it. */
interface Checked {
  readonly document: OpenDocument;
  live: LiveFile;
  /** Edits that `live` has yet to see; null when the whole text was replaced. */
  pending: readonly Edit[] | null;
  readonly others: readonly OtherFile[];
  findings: readonly Finding[];
  /** The version that the findings are about; another version means that a check is due. */
  version: number | null;
  /** What a dry run of this very text said of the findings; an edit forgets it. */
  judged: readonly JudgedFinding[];
  /** Milliseconds that the last check after an edit took. */
  took: number;
  /** Whether the check that is due comes from an edit of its other side. */
  otherChanged: boolean;
  /** Calls off the check that is due, if one is. */
  callOff: (() => void) | null;
}

/** A file that holds the other side of a script. */
interface OtherFile {
  readonly path: string;
  /** As the disk has it, null when it is missing. An open document goes before it. */
  readonly onDisk: string | null;
}

/** What the checks work with. */
export interface ChecksWiring {
  readonly files: FilePort;
  readonly documents: Documents;
  readonly projects: Projects;
  readonly merged: MergedFolders;
  readonly board: DiagnosticBoard;
  readonly now: () => Date;
  /** Where the rules' pages are. */
  readonly docs: () => string;
  /** Told when a document was checked because its other side was edited. */
  readonly otherChanged: (path: string) => void;
}

/** Keeps every open migration checked: only what an edit touched is read again, and the newest version wins. */
export class Checks {
  readonly #wiring: ChecksWiring;
  readonly #checked = new Map<string, Checked>();
  /** The other sides that no editor has open, by path. */
  readonly #onDisk = new Map<string, { readonly text: string; readonly live: LiveScript | null }>();

  constructor(wiring: ChecksWiring) {
    this.#wiring = wiring;
  }

  /** Finds out whether the document is ours, and checks it if so. */
  async attach(document: OpenDocument): Promise<void> {
    const place = await this.#wiring.projects.placeOf(document.path);
    const others = place === null ? [] : await this.#readOthers(place, document.path);
    if (this.#wiring.documents.at(document.path) !== document) return;
    const before = this.#checked.get(document.path);
    this.#forget(document.path);
    if (place === null) {
      this.#wiring.board.set({ uri: document.uri, version: document.text.version }, 'check', []);
      return;
    }
    this.#checked.set(document.path, { document, live: openFile(document.text.getText(), place), pending: [], others, findings: [], version: null, judged: before?.document === document ? before.judged : [], took: 0, otherChanged: false, callOff: null });
    this.#schedule(document.path);
    this.#scheduleOther(document.path);
  }

  changed({ document, edits }: DocumentChange): void {
    const checked = this.#checked.get(document.path);
    // Until `attach` has read the surroundings there is nothing to edit; it then begins with the newest text.
    if (checked?.document !== document) return;
    checked.pending = edits === null || checked.pending === null ? null : [...checked.pending, ...edits];
    checked.version = null;
    checked.judged = [];
    this.#schedule(document.path);
    this.#scheduleOther(document.path);
  }

  /** A dry run of these texts confirms or withdraws what is underlined; a text that was edited meanwhile keeps its own. */
  judge(texts: ReadonlyMap<string, string>, judged: readonly JudgedFinding[]): void {
    for (const [path, ran] of texts) {
      const checked = this.#checked.get(path);
      if (checked === undefined || checked.document.text.getText() !== ran) continue;
      checked.judged = judged.filter((each) => each.path === path);
      this.#schedule(path);
    }
  }

  closed(document: OpenDocument): void {
    this.#forget(document.path);
    this.#wiring.board.set({ uri: document.uri, version: null }, 'check', []);
  }

  /** What stands around the open documents is another, though their texts are not. */
  checkAll(): void {
    for (const [path, checked] of this.#checked) {
      checked.version = null;
      this.#schedule(path);
    }
  }

  /** Reads the surroundings of every open document again: files beside them changed. */
  async attachAll(): Promise<void> {
    await Promise.all(this.#wiring.documents.all().map((document) => this.attach(document)));
  }

  /** The findings of exactly this version, checked now if that is still due; null when the document is not ours. */
  findings(document: OpenDocument): readonly Finding[] | null {
    const checked = this.#checked.get(document.path);
    if (checked?.document !== document) return null;
    if (checked.version !== document.text.version) this.#run(document.path);
    return checked.findings;
  }

  live(path: string): LiveFile | null {
    const checked = this.#checked.get(path);
    return checked === undefined ? null : current(checked);
  }

  /** The other side as it is now, open in the editor or else on the disk, and today's date. */
  surroundingsOf(path: string): FileSurroundings {
    return { otherOf: (located) => this.#otherOf(path, located), mergedOf: (folder) => this.#wiring.merged.of(folder), now: this.#wiring.now() };
  }

  #otherOf(path: string, located: Located): LiveScript | null {
    const side = located.side === 'up' ? 'down' : 'up';
    const other = this.#checked.get(path)?.others.find((each) => each.path === pathOfSide(located.migration, side));
    if (other === undefined) return null;
    const open = this.live(other.path)?.scripts.find((each) => each.located?.migration.id === located.migration.id && each.located.side === side);
    if (open !== undefined) return open;
    const project = this.#checked.get(path)?.live.project;
    return other.onDisk === null || project === undefined ? null : this.#opened({ ...other, onDisk: other.onDisk }, { project, located: { ...located, side } });
  }

  /** What is on the disk is parsed once. */
  #opened(other: OtherFile & { readonly onDisk: string }, place: { readonly project: Project; readonly located: Located }): LiveScript | null {
    const kept = this.#onDisk.get(other.path);
    if (kept !== undefined && kept.text === other.onDisk && kept.live?.located?.folder === place.located.folder && kept.live.located.migration === place.located.migration) return kept.live;
    const live = openLive(other.onDisk, place);
    this.#onDisk.set(other.path, { text: other.onDisk, live });
    return live;
  }

  async #readOthers({ places }: Place, own: string): Promise<readonly OtherFile[]> {
    const paths = places.map(({ migration, side }) => pathOfSide(migration, side === 'up' ? 'down' : 'up'));
    const elsewhere = new Set(paths.filter((path) => path !== null).filter((path) => path !== own));
    return Promise.all([...elsewhere].map(async (path) => ({ path, onDisk: await this.#wiring.files.read(path) })));
  }

  /** A tick for scripts that check in no time; a slow one waits as long as its last check took, so that typing stays smooth. */
  #schedule(path: string): void {
    const checked = this.#checked.get(path);
    if (checked === undefined || checked.callOff !== null) return;
    if (checked.took < smoothMilliseconds) {
      const tick = setImmediate(() => this.#run(path));
      checked.callOff = () => clearImmediate(tick);
    } else {
      const timer = setTimeout(() => this.#run(path), Math.min(checked.took, mostMilliseconds));
      checked.callOff = () => clearTimeout(timer);
    }
  }

  #scheduleOther(path: string): void {
    for (const { path: other } of this.#checked.get(path)?.others ?? []) {
      const checked = this.#checked.get(other);
      if (checked !== undefined) checked.otherChanged = true;
      this.#schedule(other);
    }
  }

  #run(path: string): void {
    const checked = this.#checked.get(path);
    if (checked === undefined) return;
    callOff(checked);
    const { document } = checked;
    const isEdited = checked.pending === null || checked.pending.length > 0;
    const started = performance.now();
    checked.findings = checkFile(current(checked), this.surroundingsOf(path));
    checked.version = document.text.version;
    // The first check reads everything; how smoothly edits go is known only from the ones after it.
    checked.took = isEdited ? performance.now() - started : 0;
    const context = { uri: document.uri, text: document.text, docs: this.#wiring.docs(), textOf: (file: string) => this.#textOf(file) };
    this.#wiring.board.set({ uri: document.uri, version: document.text.version }, 'check', checked.findings.map((finding) => findingDiagnostic(finding, judgementOf(finding, checked.judged), context)));
    if (checked.otherChanged) this.#wiring.otherChanged(path);
    checked.otherChanged = false;
  }

  #textOf(path: string): TextDocument | null {
    const open = this.#wiring.documents.at(path);
    if (open !== null) return open.text;
    const onDisk = [...this.#checked.values()].flatMap((checked) => checked.others).find((other) => other.path === path)?.onDisk;
    return onDisk == null ? null : TextDocument.create(path, 'sql', 0, onDisk);
  }

  #forget(path: string): void {
    const checked = this.#checked.get(path);
    if (checked !== undefined) callOff(checked);
    this.#checked.delete(path);
  }
}

const smoothMilliseconds = 30;
const mostMilliseconds = 500;

/** The script with every edit in it. Many edits of a script that is slow to read are read together, once. */
function current(checked: Checked): LiveFile {
  const { pending, document } = checked;
  if (pending === null || (pending.length > 1 && checked.took >= smoothMilliseconds)) checked.live = openFile(document.text.getText(), checked.live);
  else checked.live = pending.reduce(editFile, checked.live);
  checked.pending = [];
  return checked.live;
}

function judgementOf(finding: Finding, judged: readonly JudgedFinding[]): JudgedFinding | null {
  return judged.find((each) => each.finding.rule === finding.rule && each.finding.span.start === finding.span.start && each.finding.span.end === finding.span.end) ?? null;
}

function callOff(checked: Checked): void {
  checked.callOff?.();
  checked.callOff = null;
}
