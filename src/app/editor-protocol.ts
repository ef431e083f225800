import type { OwnedBranch } from '../dryrun/targets/neon.ts';
import type { TargetKind } from '../model/config.ts';
import type { DriftReport } from '../model/drift.ts';
import type { FileChange } from '../model/file-change.ts';
import type { HistoryReport } from '../model/history-run.ts';
import type { MadeDown } from '../model/made-down.ts';
import type { Side } from '../model/migration.ts';
import type { DryRunReport } from '../model/report.ts';
import type { OpenDifferenceAnswer, OpenDifferenceParams } from './difference-protocol.ts';
import type { DriftSide } from './drift.ts';
import type { Question } from './drizzle-prompts.ts';
import type { GeneratedMigration } from './generate.ts';
import type { TargetWish } from './target-choice.ts';
import type { CheckAnswerAnswer, CheckAnswerParams, NewFromTemplateAnswer, NewFromTemplateParams, TemplateQuestionAnswer, TemplateQuestionParams, TemplatesAnswer } from './template-protocol.ts';

/** What migrations are called that are no SQL files: by these names an editor sends TypeScript and JavaScript to the server, and no others. */
export const programNames: readonly string[] = ['[0-9]*.{ts,js,mts,mjs,cts,cjs}', 'Migration[0-9]*.{ts,js,mts,mjs,cts,cjs}'];

/** The same as glob patterns over paths. */
export const programPatterns: readonly string[] = programNames.map((name) => `**/${name}`);

/** Requests beyond the language server protocol. Paths are URIs, as the protocol's own are. */
export const requests = {
  dryRun: 'lockstep/dryRun',
  dryRunAll: 'lockstep/dryRunAll',
  checkName: 'lockstep/checkName',
  newMigration: 'lockstep/newMigration',
  otherSide: 'lockstep/otherSide',
  folders: 'lockstep/folders',
  migration: 'lockstep/migration',
  makeDown: 'lockstep/makeDown',
  completeDown: 'lockstep/completeDown',
  move: 'lockstep/move',
  openDifference: 'lockstep/openDifference',
  templates: 'lockstep/templates',
  templateQuestion: 'lockstep/templateQuestion',
  checkAnswer: 'lockstep/checkAnswer',
  newFromTemplate: 'lockstep/newFromTemplate',
  generate: 'lockstep/generate',
  acceptGenerated: 'lockstep/acceptGenerated',
  targets: 'lockstep/targets',
  captureStats: 'lockstep/captureStats',
  importSquawk: 'lockstep/importSquawk',
  drift: 'lockstep/drift',
  neonBranches: 'lockstep/neonBranches',
  deleteNeonBranch: 'lockstep/deleteNeonBranch',
} as const;

/** What each request takes and gives; every one can also answer with a Refusal. */
export interface RequestTypes {
  readonly 'lockstep/dryRun': { readonly params: DryRunParams; readonly answer: DryRunAnswer };
  readonly 'lockstep/dryRunAll': { readonly params: DryRunParams; readonly answer: DryRunAllAnswer };
  readonly 'lockstep/checkName': { readonly params: CheckNameParams; readonly answer: NameAnswer };
  readonly 'lockstep/newMigration': { readonly params: NewMigrationParams; readonly answer: NewMigrationAnswer };
  readonly 'lockstep/otherSide': { readonly params: OtherSideParams; readonly answer: OtherSideAnswer };
  readonly 'lockstep/migration': { readonly params: MigrationParams; readonly answer: MigrationAnswer };
  readonly 'lockstep/makeDown': { readonly params: MakeDownParams; readonly answer: MakeDownAnswer };
  readonly 'lockstep/completeDown': { readonly params: DryRunParams; readonly answer: CompleteDownAnswer };
  readonly 'lockstep/templates': { readonly params: FoldersParams; readonly answer: TemplatesAnswer };
  readonly 'lockstep/templateQuestion': { readonly params: TemplateQuestionParams; readonly answer: TemplateQuestionAnswer };
  readonly 'lockstep/checkAnswer': { readonly params: CheckAnswerParams; readonly answer: CheckAnswerAnswer };
  readonly 'lockstep/newFromTemplate': { readonly params: NewFromTemplateParams; readonly answer: NewFromTemplateAnswer };
  readonly 'lockstep/generate': { readonly params: GenerateParams; readonly answer: GenerateAnswer };
  readonly 'lockstep/acceptGenerated': { readonly params: AcceptGeneratedParams; readonly answer: NewMigrationAnswer };
  readonly 'lockstep/move': { readonly params: MoveParams; readonly answer: MoveAnswer };
  readonly 'lockstep/openDifference': { readonly params: OpenDifferenceParams; readonly answer: OpenDifferenceAnswer };
  readonly 'lockstep/neonBranches': { readonly params: Readonly<Record<string, never>>; readonly answer: NeonBranchesAnswer };
  readonly 'lockstep/deleteNeonBranch': { readonly params: DeleteNeonBranchParams; readonly answer: NeonBranchesAnswer };
  readonly 'lockstep/captureStats': { readonly params: CaptureStatsParams; readonly answer: CaptureStatsAnswer };
  readonly 'lockstep/importSquawk': { readonly params: ImportSquawkParams; readonly answer: ImportSquawkAnswer };
  readonly 'lockstep/drift': { readonly params: DriftParams; readonly answer: DriftAnswer };
  readonly 'lockstep/targets': { readonly params: TargetsParams; readonly answer: TargetsAnswer };
  readonly 'lockstep/folders': { readonly params: FoldersParams; readonly answer: FoldersAnswer };
}

export type RequestName = keyof RequestTypes;

/** What the server asks of the editor. An editor that knows neither is asked in the protocol's own ways, or the environment is. */
export const editorRequests = {
  /** A connection or key that the editor keeps for the user. */
  secret: 'lockstep/secret',
  /** Whether a server that looks like production may be used. */
  confirmServer: 'lockstep/confirmServer',
  /** A question of a tool that only the user can answer. */
  choose: 'lockstep/choose',
} as const;

export type ChooseParams = Question;

export interface ChooseAnswer {
  /** Of the options; null when the user gave up. */
  readonly index: number | null;
}

export interface SecretParams {
  /** Name of the environment variable that would hold it. */
  readonly name: string;
}

export interface SecretAnswer {
  readonly value: string | null;
}

export interface ConfirmServerParams {
  readonly question: string;
  /** What happens on yes and what never does. */
  readonly detail: string;
}

export interface ConfirmServerAnswer {
  readonly confirmed: boolean;
}

/** What the server tells without being asked. */
export const notifications = {
  /** Which files are migrations; sent at the start and whenever that changes. */
  scripts: 'lockstep/scripts',
} as const;

/** What the editor tells. */
export const editorNotifications = {
  /** The user has trusted the workspace meanwhile. */
  trusted: 'lockstep/trusted',
} as const;

export interface ScriptsParams {
  /** URIs of the migration folders. */
  readonly folders: readonly string[];
  /** URIs of every up and down that exists. */
  readonly scripts: readonly string[];
  /** True when a project of the workspace names a Neon project. */
  readonly neon: boolean;
}

/** What an editor may tell the server about itself when it starts it; all of it can be left out. */
export interface InitializationOptions {
  /** Where the pages of the rules are; default: beside the server. Ends without a slash. */
  readonly docs?: string;
  /** True when the editor has the `lockstep.*` commands that CodeLenses call. */
  readonly commands?: boolean;
  /** The `lockstep/scripts` notification is sent only when this is true. */
  readonly scripts?: boolean;
  /** True when the user trusts the workspace: only then is git asked what is merged, because it runs what the repository's configuration names. */
  readonly trusted?: boolean;
}

/** A script of a file; several can stand in one. */
export interface ScriptParams {
  readonly uri: string;
  /** Where the cursor is: the script around it is meant. Left out, and with a file that is not open: the first one. */
  readonly at?: ScriptPosition;
  /** Id of the migration that is meant, as `lockstep/migration` gave it; it counts before the cursor. */
  readonly migration?: string;
}

/** As the protocol counts: both from 0, characters as UTF-16 units. */
export interface ScriptPosition {
  readonly line: number;
  readonly character: number;
}

export type MigrationParams = ScriptParams;

/** The migration that a file belongs to. */
export interface MigrationAnswer {
  readonly kind: 'migration';
  readonly id: string;
  /** Without number or timestamp. */
  readonly name: string;
  readonly side: Side;
  readonly up: string;
}

export interface DryRunParams extends ScriptParams {
  /** Token for `$/progress`; cancelling the request cancels the run. */
  readonly workDoneToken: string;
  /** What the user's settings say about the target; left out: `lockstep.config.json` decides. */
  readonly target?: TargetWish;
  /** `on`: other sessions read and write the tables while the up runs. */
  readonly probe?: 'on';
}

export interface CaptureStatsParams {
  /** A file of the project, or null for the first one. */
  readonly uri: string | null;
  /** Name of the secret or environment variable that holds the connection. */
  readonly variable: string;
}

/** Where the sizes of how many tables were written. */
export interface CaptureStatsAnswer {
  readonly kind: 'stats';
  readonly path: string;
  readonly tables: number;
}

export interface ImportSquawkParams {
  /** A `.squawk.toml`; null: the one of the first folder of the workspace. */
  readonly uri: string | null;
}

/** Where the configuration was written, and what of squawk's has no counterpart. */
export interface ImportSquawkAnswer {
  readonly kind: 'imported';
  readonly path: string;
  readonly notes: readonly string[];
}

export interface DriftParams {
  /** The migration folder. */
  readonly uri: string;
  /** As for a dry run. */
  readonly workDoneToken: string;
  readonly other: DriftSide;
  /** As for a dry run, but that a history is replayed nowhere else than in a container or the embedded PostgreSQL. */
  readonly target?: TargetWish;
}

export interface DriftAnswer {
  readonly kind: 'drift';
  readonly report: DriftReport;
}

export interface TargetsParams {
  /** A file of the project whose `lockstep.config.json` counts, or null for the first project. */
  readonly uri: string | null;
  readonly target?: TargetWish;
}

/** Where dry runs can happen, and what each target lacks. */
export interface TargetsAnswer {
  readonly kind: 'targets';
  /** What `lockstep.config.json` says, or its default. */
  readonly project: TargetKind;
  readonly choices: readonly { readonly kind: TargetKind; readonly lacking: string | null }[];
  /** Name of the connection to the server. */
  readonly connection: string;
  /** The Neon branch that the project names; null: the default one. */
  readonly branch: string | null;
}

export interface MakeDownParams extends DryRunParams {
  /** Left out: `lose`. */
  readonly data?: 'lose' | 'keep aside';
}

/** The branches that Lockstep made in the projects of the workspace, after what was asked for. */
export interface NeonBranchesAnswer {
  readonly kind: 'neon branches';
  /** What is missing for a list, in words; null when there is one. */
  readonly lacking: string | null;
  readonly branches: readonly NeonBranchView[];
}

export interface NeonBranchView extends OwnedBranch {
  readonly project: string;
}

export interface DeleteNeonBranchParams {
  readonly project: string;
  readonly id: string;
}

/** A failure that the user can mend, as data, so that it reaches the user in its own words. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

export interface DryRunAnswer {
  readonly kind: 'report';
  readonly report: DryRunReport;
}

/** What the round trips of a whole folder gave; `uri` of the request is the folder's. */
export interface DryRunAllAnswer {
  readonly kind: 'history';
  readonly report: HistoryReport;
}

/** A generated down for the user to accept; nothing has been written. */
export interface MakeDownAnswer {
  readonly kind: 'down';
  readonly down: MadeDown;
  /** Where it belongs, as a URI. */
  readonly uri: string;
  /** The up, as a URI. */
  readonly up: string;
}

/** The down with what it lacked; `nothing`: it lacks nothing that its words would tell. */
export type CompleteDownAnswer = { readonly kind: 'nothing' } | MakeDownAnswer;

export interface GenerateParams extends Omit<DryRunParams, keyof ScriptParams | 'probe'> {
  readonly folder: string;
  readonly name: string;
}

/** What the declared schema asks for; nothing has been written. */
export type GenerateAnswer = { readonly kind: 'nothing' } | GeneratedMigration;

export interface AcceptGeneratedParams extends Pick<GeneratedMigration, 'changes' | 'basis'> {
  /** Absolute paths, for the editor to open. */
  readonly up: string;
  readonly down: string | null;
}

export interface MoveParams extends ScriptParams {
  readonly move: { readonly kind: 'renumber' } | { readonly kind: 'rename'; readonly name: string } | { readonly kind: 'delete' };
}

/** What moves, for the editor to do as one step that can be undone; nothing has been written. Paths are the file system's. */
export interface MoveAnswer {
  readonly kind: 'moves';
  readonly id: string;
  readonly renamings: readonly { readonly from: string; readonly to: string }[];
  readonly changes: readonly FileChange[];
}

export interface FoldersParams {
  /** The active editor, or the folder that was clicked; its folder wins. */
  readonly uri: string | null;
}

export interface FoldersAnswer {
  readonly kind: 'folders';
  readonly choices: readonly FolderChoice[];
}

export interface FolderChoice {
  readonly uri: string;
  /** Relative to its workspace folder. */
  readonly label: string;
  readonly layout: string;
  readonly migrations: number;
  /** True when this is the folder of the URI asked about. */
  readonly preferred: boolean;
}

export interface CheckNameParams {
  readonly folder: string;
  readonly name: string;
}

/** `refuse` keeps the name from being accepted; `warn` shows the reason and lets it pass. */
export interface NameAnswer {
  readonly verdict: 'accept' | 'warn' | 'refuse';
  readonly reason: string | null;
  /** The file name it will get. */
  readonly preview: string | null;
}

export interface NewMigrationParams {
  readonly folder: string;
  readonly name: string;
}

export interface NewMigrationAnswer {
  readonly kind: 'created';
  readonly up: { readonly uri: string; readonly cursor: number };
  readonly down: { readonly uri: string; readonly cursor: number } | null;
}

export type OtherSideParams = ScriptParams;

export interface OtherSideAnswer {
  readonly kind: 'other side';
  readonly uri: string;
  readonly exists: boolean;
  /** Where the cursor belongs, when both sides stand in one file. */
  readonly at?: ScriptPosition;
  /** The file with an empty section for the side, when it has none yet. */
  readonly text?: string;
}
