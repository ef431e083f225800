import type { NeonPlace, OwnedBranch, ReadBranch } from '../dryrun/targets/neon.ts';
import type { OpenOptions, Target } from '../dryrun/targets/target.ts';
import type { TargetChoice } from './target-choice.ts';

/** Files as the use cases see them. Paths are absolute and `/` separated on every system. */
export interface FilePort {
  /** Text of a file without its byte order mark; null when it is missing, unreadable, binary or not UTF-8. */
  read(path: string): Promise<string | null>;
  /** Bytes as they are, or null; for what must be put back exactly. */
  readBytes(path: string): Promise<Uint8Array | null>;
  exists(path: string): Promise<boolean>;
  isDirectory(path: string): Promise<boolean>;
  /** Paths of all files below a folder, relative to it, sorted by code unit; `node_modules`, `.git` and links that lead back are left out. */
  list(folder: string, depth: number): Promise<readonly string[]>;
  /** The same, and what of it nobody may look into. */
  survey(folder: string, depth: number): Promise<Survey>;
  /** Writes to a temporary name beside it, then renames. Refuses to replace an existing file unless `replace` says so. */
  write(path: string, text: string, mode: 'create' | 'replace'): Promise<void>;
  /** Puts the bytes back; null removes the file, or the folder when it is empty. What is already gone is no error. */
  restore(path: string, bytes: Uint8Array | null): Promise<void>;
}

export interface Survey {
  readonly files: readonly string[];
  /** Folders that cannot be read, relative as the files are; the folder itself is the empty name. */
  readonly closed: readonly string[];
}

/** Runs a program of the workspace; never through a shell. */
export interface ProcessPort {
  run(command: ProcessRequest): Promise<ProcessResult>;
}

export interface ProcessRequest {
  /** A program's path, or `node` for the Node that runs Lockstep itself (inside VS Code that is the editor's own). */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Added to the environment: the way for secrets, which arguments would show to everybody on the machine. `undefined` takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Characters of each output that are kept; left out: a million, which is a program gone wild. */
  readonly longestOutput?: number;
}

export interface ProcessResult {
  /** `timeout` and `cancelled`: the process and all its children were killed. */
  readonly ended: 'exit' | 'timeout' | 'cancelled';
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Connections and keys. They stay in memory: nobody writes, logs or shows what this gives. */
export interface SecretPort {
  /** By the name of its environment variable; null when nobody has set it. */
  read(name: string): Promise<string | null>;
}

/** Asks the user before a server is used that looks like one others depend on. */
export type ConfirmPort = (asked: { readonly question: string; readonly detail: string }) => Promise<boolean>;

/** Tells the user what nobody asked for and nobody may overlook. */
export type TellPort = (message: string) => void;

/** The places where dry runs can happen. */
export interface TargetPort {
  of(choice: TargetChoice): Target;
  /** Null when the target can be used here and now, else what it lacks and what to do, in words for the user. Opens nothing. */
  lacking(choice: TargetChoice): Promise<string | null>;
}

/** The branches of Neon projects: those that Lockstep made, as a view of them needs it, and any other to be read. */
export interface NeonPort {
  /** Null when key and project are known, else what is missing and where it goes. */
  lacking(place: NeonPlace): Promise<string | null>;
  /** Rejects with a UserError, as `remove` does. */
  owned(place: NeonPlace, signal: AbortSignal): Promise<readonly OwnedBranch[]>;
  /** Deletes a branch, but only one that Lockstep made. */
  remove(place: NeonPlace, id: string): Promise<void>;
  /** A session on the branch that the place names, for who only reads; nothing is made for it. */
  connect(place: NeonPlace, options: Pick<OpenOptions, 'statementTimeout' | 'signal'>): Promise<ReadBranch>;
}

/** Everything that an edge wires by hand. */
export interface Ports {
  readonly files: FilePort;
  readonly processes: ProcessPort;
  readonly targets: TargetPort;
  readonly now: () => Date;
}
