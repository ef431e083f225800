import {
  CodeActionKind,
  DidChangeWorkspaceFoldersNotification,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
} from 'vscode-languageserver';
import { editorNotifications, requests, type AcceptGeneratedParams, type CaptureStatsParams, type CheckNameParams, type DeleteNeonBranchParams, type DriftParams, type DryRunParams, type FoldersParams, type GenerateParams, type ImportSquawkParams, type InitializationOptions, type MakeDownParams, type MigrationParams, type MoveParams, type NewMigrationParams, type OtherSideParams, type TargetsParams } from '../app/editor-protocol.ts';
import type { OpenDifferenceParams } from '../app/difference-protocol.ts';
import type { CheckAnswerParams, NewFromTemplateParams, TemplateQuestionParams } from '../app/template-protocol.ts';
import { hoverFile } from '../app/live-file.ts';
import { prepareToCheck } from '../app/live-script.ts';
import { checkName } from '../app/names.ts';
import type { NeonPort, Ports, SecretPort } from '../app/ports.ts';
import { DiagnosticBoard } from './board.ts';
import { Checks } from './checks.ts';
import { codeActions, fixAllKind } from './code-actions.ts';
import { codeLenses } from './code-lenses.ts';
import { Documents, pathOf, rangeOf } from './documents.ts';
import { findDrift } from './drift.ts';
import { runWholeHistory } from './dry-run-all.ts';
import { runDry } from './dry-run.ts';
import { LensRefresh } from './lens-refresh.ts';
import { completeMissing, generateDown } from './make-down.ts';
import { acceptMigration, generateMigration } from './generate.ts';
import { hoverText } from './hover.ts';
import { createMigration, folderAt, folders, migration, otherSide } from './migrations.ts';
import { deleteNeonBranch, neonBranches } from './neon-branches.ts';
import { importForProject } from './import-squawk.ts';
import { MergedFolders } from './merged.ts';
import { moveMigration } from './moves.ts';
import { planDifference } from './open-difference.ts';
import { Projects } from './projects.ts';
import { answering, stackOf } from './refusals.ts';
import { captureForProject } from './stats.ts';
import { availableTargets } from './targets.ts';
import { checkTemplateAnswer, createFromTemplate, templateQuestion, templates } from './templates.ts';
import { Surroundings } from './surroundings.ts';

/** What the entry file hands in. */
export interface ServerWiring {
  readonly ports: Ports;
  readonly neon: NeonPort;
  readonly secrets: SecretPort;
  /** Where the pages of the rules are, unless the editor says otherwise. A URI without a slash at its end. */
  readonly docs: string;
  /** Ends what dry runs have started: processes, containers, branches. */
  close(): Promise<void>;
}

/** Everything that lives as long as the connection. */
interface Server extends ServerWiring {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly projects: Projects;
  readonly board: DiagnosticBoard;
  readonly checks: Checks;
  readonly surroundings: Surroundings;
  readonly lenses: LensRefresh;
  readonly merged: MergedFolders;
  readonly editor: Editor;
}

/** What the editor said of itself in `initialize`. */
interface Editor {
  options: InitializationOptions;
  watchesFiles: boolean;
  changesFolders: boolean;
  takesSnippets: boolean;
}

/** Serves one editor over a connection; the caller makes it listen. */
export function serve(connection: Connection, wiring: ServerWiring): void {
  const editor: Editor = { options: {}, watchesFiles: false, changesFolders: false, takesSnippets: false };
  const documents = new Documents();
  const projects = new Projects(wiring.ports.files);
  const board = new DiagnosticBoard(connection);
  const lenses = new LensRefresh(connection);
  const merged = new MergedFolders(wiring.ports);
  const checks: Checks = new Checks({ files: wiring.ports.files, documents, projects, merged, board, now: wiring.ports.now, docs: () => editor.options.docs ?? wiring.docs, otherChanged: (path) => lenses.otherChanged(path, checks) });
  const surroundings = new Surroundings({ connection, documents, projects, merged, checks, board, lenses, tellsScripts: () => editor.options.scripts === true });
  const server: Server = { ...wiring, connection, documents, projects, board, checks, surroundings, merged, lenses, editor };
  listenToLifecycle(server);
  listenToDocuments(server);
  answerFeatures(server);
  answerRequests(server);
}

function listenToLifecycle(server: Server): void {
  const { connection, projects, surroundings, merged, editor } = server;
  connection.onInitialize((params) => initialize(server, params));
  connection.onInitialized(() => {
    inBackground(server, 'starting', async () => {
      if (editor.watchesFiles) await surroundings.watch();
      if (editor.changesFolders) await connection.client.register(DidChangeWorkspaceFoldersNotification.type, undefined);
      if (editor.changesFolders) {
        connection.workspace.onDidChangeWorkspaceFolders(() => {
          inBackground(server, 'changing folders', async () => {
            projects.setRoots(rootsOf((await connection.workspace.getWorkspaceFolders()) ?? []));
            await surroundings.refresh();
          });
        });
      }
      await surroundings.refresh();
    });
  });
  connection.onNotification(editorNotifications.trusted, () => {
    merged.trust();
    inBackground(server, 'asking git', () => surroundings.refresh());
  });
  // A connection keeps one handler only.
  connection.onShutdown(() => {
    merged.close();
    return server.close();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => surroundings.filesChanged(changes));
}

async function initialize(server: Server, params: InitializeParams): Promise<InitializeResult> {
  const { editor, projects, merged, lenses } = server;
  await prepareToCheck();
  // The client sends what it likes here; every part is optional and read with care where it is used.
  editor.options = (params.initializationOptions ?? {}) as InitializationOptions;
  if (editor.options.trusted === true) merged.trust();
  const workspace = params.capabilities.workspace;
  editor.watchesFiles = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
  lenses.isWanted = editor.options.commands === true && workspace?.codeLens?.refreshSupport === true;
  editor.changesFolders = workspace?.workspaceFolders === true;
  editor.takesSnippets = workspace?.workspaceEdit?.snippetEditSupport === true;
  const legacyRoot = params.rootUri == null ? [] : [{ uri: params.rootUri }];
  projects.setRoots(rootsOf(params.workspaceFolders ?? legacyRoot));
  return {
    serverInfo: { name: 'Lockstep' },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      hoverProvider: true,
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
      ...(editor.options.commands === true ? { codeLensProvider: { resolveProvider: false } } : {}),
      workspace: { workspaceFolders: { supported: true } },
    },
  };
}

function rootsOf(workspaceFolders: readonly { readonly uri: string }[]): readonly string[] {
  return workspaceFolders.flatMap((folder) => pathOf(folder.uri) ?? []);
}

function listenToDocuments(server: Server): void {
  const { connection, documents, checks, board, surroundings, lenses } = server;
  connection.onDidOpenTextDocument(({ textDocument }) => {
    const document = documents.open(textDocument);
    if (document !== null) inBackground(server, 'opening', () => surroundings.opened(document));
  });
  connection.onDidChangeTextDocument((params) => {
    const change = documents.change(params);
    if (change === null) return;
    board.set({ uri: change.document.uri, version: params.textDocument.version }, 'dry run', []);
    checks.changed(change);
  });
  connection.onDidSaveTextDocument(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    if (document !== null && checks.live(document.path) === null) inBackground(server, 'saving', () => surroundings.refresh());
  });
  connection.onDidCloseTextDocument(({ textDocument }) => {
    const document = documents.close(textDocument.uri);
    if (document === null) return;
    checks.closed(document);
    lenses.closed(document.path);
  });
}

function answerFeatures(server: Server): void {
  const { connection, documents, checks, editor, ports, lenses } = server;
  connection.onHover(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    const live = document === null ? null : checks.live(document.path);
    if (document === null || live === null) return null;
    const facts = hoverFile(live, checks.surroundingsOf(document.path), document.text.offsetAt(position));
    return facts === null ? null : { contents: { kind: 'markdown', value: hoverText(facts) }, range: rangeOf(document.text, facts.span) };
  });
  connection.onCodeAction(({ textDocument, range, context }) => {
    const document = documents.get(textDocument.uri);
    const findings = document === null ? null : checks.findings(document);
    const live = document === null ? null : checks.live(document.path);
    return document === null || findings === null || live === null ? [] : codeActions({ document, live, range, findings, diagnostics: context.diagnostics, surroundings: checks.surroundingsOf(document.path), ...(context.only === undefined ? {} : { only: context.only }), snippets: editor.takesSnippets, commands: editor.options.commands === true });
  });
  connection.onCodeLens(async ({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    if (document === null) return [];
    lenses.answered(document.path, checks);
    return codeLenses(document, checks, ports.files);
  });
}

function answerRequests(server: Server): void {
  const { connection, projects, ports, surroundings } = server;
  const { files, now } = ports;
  connection.onRequest(requests.folders, (params: FoldersParams) => answering(connection, requests.folders, () => folders(projects, files, params.uri)));
  connection.onRequest(requests.migration, (params: MigrationParams) => answering(connection, requests.migration, () => migration(server, params)));
  connection.onRequest(requests.otherSide, (params: OtherSideParams) => answering(connection, requests.otherSide, () => otherSide(server, files, params)));
  connection.onRequest(requests.checkName, (params: CheckNameParams) =>
    answering(connection, requests.checkName, async () => checkName(await folderAt(projects, files, params.folder), params.name, now())),
  );
  connection.onRequest(requests.newMigration, (params: NewMigrationParams, token: CancellationToken) =>
    answering(connection, requests.newMigration, async () => {
      const answer = await createMigration(server, params, signalOf(token));
      await surroundings.refresh();
      return answer;
    }),
  );
  connection.onRequest(requests.neonBranches, (_: unknown, token: CancellationToken) => answering(connection, requests.neonBranches, () => neonBranches(server, signalOf(token))));
  connection.onRequest(requests.deleteNeonBranch, (params: DeleteNeonBranchParams, token: CancellationToken) => answering(connection, requests.deleteNeonBranch, () => deleteNeonBranch(server, params, signalOf(token))));
  connection.onRequest(requests.captureStats, (params: CaptureStatsParams, token: CancellationToken) => answering(connection, requests.captureStats, () => captureForProject(server, params, signalOf(token))));
  connection.onRequest(requests.importSquawk, (params: ImportSquawkParams) =>
    answering(connection, requests.importSquawk, async () => {
      const answer = await importForProject({ projects, files }, params);
      await surroundings.refresh();
      return answer;
    }),
  );
  connection.onRequest(requests.drift, (params: DriftParams, token: CancellationToken) => answering(connection, requests.drift, () => findDrift(server, params, signalOf(token))));
  connection.onRequest(requests.targets, (params: TargetsParams) => answering(connection, requests.targets, () => availableTargets(server, params)));
  connection.onRequest(requests.makeDown, (params: MakeDownParams, token: CancellationToken) => answering(connection, requests.makeDown, () => generateDown(server, params, signalOf(token))));
  connection.onRequest(requests.completeDown, (params: DryRunParams, token: CancellationToken) => answering(connection, requests.completeDown, () => completeMissing(server, params, signalOf(token))));
  connection.onRequest(requests.templates, (params: FoldersParams) => answering(connection, requests.templates, () => templates(server, params.uri)));
  connection.onRequest(requests.templateQuestion, (params: TemplateQuestionParams, token: CancellationToken) => answering(connection, requests.templateQuestion, () => templateQuestion(server, params, signalOf(token))));
  connection.onRequest(requests.checkAnswer, (params: CheckAnswerParams, token: CancellationToken) => answering(connection, requests.checkAnswer, () => checkTemplateAnswer(server, params, signalOf(token))));
  connection.onRequest(requests.newFromTemplate, (params: NewFromTemplateParams, token: CancellationToken) =>
    answering(connection, requests.newFromTemplate, async () => {
      const answer = await createFromTemplate(server, params, signalOf(token));
      await surroundings.refresh();
      return answer;
    }),
  );
  connection.onRequest(requests.generate, (params: GenerateParams, token: CancellationToken) => answering(connection, requests.generate, () => generateMigration(server, params, signalOf(token))));
  connection.onRequest(requests.acceptGenerated, (params: AcceptGeneratedParams) =>
    answering(connection, requests.acceptGenerated, async () => {
      const answer = await acceptMigration(server, params);
      await surroundings.refresh();
      return answer;
    }),
  );
  connection.onRequest(requests.move, (params: MoveParams, token: CancellationToken) => answering(connection, requests.move, () => moveMigration(server, params, signalOf(token))));
  connection.onRequest(requests.openDifference, (params: OpenDifferenceParams, token: CancellationToken) => answering(connection, requests.openDifference, () => planDifference(server, params, signalOf(token))));
  connection.onRequest(requests.dryRunAll, (params: DryRunParams, token: CancellationToken) => answering(connection, requests.dryRunAll, () => runWholeHistory(server, params, signalOf(token))));
  connection.onRequest(requests.dryRun, (params: DryRunParams, token: CancellationToken) => answering(connection, requests.dryRun, () => runDry(server, params, signalOf(token))));
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  // A request that was cancelled before its turn came has a token that never fires.
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** Runs what nobody waits for: a bug in it is logged, and the server goes on. */
function inBackground(server: Server, what: string, run: () => Promise<void>): void {
  run().catch((error: unknown) => server.connection.console.error(`${what} failed because of a bug in Lockstep. ${stackOf(error)}`));
}
