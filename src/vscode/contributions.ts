import { programNames } from '../app/editor-protocol.ts';
import { targetKinds } from '../model/config.ts';
import { grammars } from './grammars.ts';

/**
 * Everything that the manifest promises, in one typed place. `npm run generate` writes it into package.json,
 * so a misspelt command id is a compile error here and a difference there.
 */
export const commandIds = {
  newMigration: 'lockstep.newMigration',
  dryRun: 'lockstep.dryRun',
  dryRunAll: 'lockstep.dryRunAll',
  openOtherSide: 'lockstep.openOtherSide',
  generateDown: 'lockstep.generateDown',
  completeDown: 'lockstep.completeDown',
  generateFromSchema: 'lockstep.generateFromSchema',
  renumber: 'lockstep.renumber',
  renameMigration: 'lockstep.renameMigration',
  deleteMigration: 'lockstep.deleteMigration',
  openDifference: 'lockstep.openDifference',
  openSchemaDiff: 'lockstep.openSchemaDiff',
  showOutput: 'lockstep.showOutput',
  chooseTarget: 'lockstep.chooseTarget',
  captureSizes: 'lockstep.captureSizes',
  importSquawk: 'lockstep.importSquawk',
  drift: 'lockstep.drift',
  setConnection: 'lockstep.setConnection',
  forgetConnection: 'lockstep.forgetConnection',
  setNeonKey: 'lockstep.setNeonKey',
  forgetNeonKey: 'lockstep.forgetNeonKey',
  refreshNeonBranches: 'lockstep.refreshNeonBranches',
  deleteNeonBranch: 'lockstep.deleteNeonBranch',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** Settings of the user. What the team decides stands in lockstep.config.json. */
export const settings = {
  trace: 'lockstep.trace.server',
  target: 'lockstep.target',
  engine: 'lockstep.container.engine',
  probe: 'lockstep.probe',
} as const;

/** Context keys that Lockstep sets for `when` clauses. Lists of file system paths, for the `in` operator; `neon` is a boolean. */
export const contextKeys = {
  scripts: 'lockstep.scripts',
  folders: 'lockstep.folders',
  neon: 'lockstep.neon',
} as const;

/** The webview panel of a dry run; `onWebviewPanel` brings it back after a reload. */
export const reportViewType = 'lockstep.report';

/** The view of the branches that Lockstep made in Neon projects. */
export const neonViewId = 'lockstep.neonBranches';

/** SQL files carry one of these, depending on which other extensions are installed. */
export const sqlLanguages = ['sql', 'postgres', 'pgsql'] as const;

/** What makes a folder worth looking at before any SQL file is open. */
const activationPatterns = [
  'drizzle.config.{ts,js,mts,mjs,cts,cjs,json}',
  'drizzle/**/meta/_journal.json',
  'migrations/meta/_journal.json',
  'prisma/migrations/migration_lock.toml',
  'migrations/*.sql',
  ...programNames.map((name) => `migrations/${name}`),
  'lockstep.config.json',
];

interface CommandContribution {
  readonly title: string;
  readonly icon?: string;
  readonly enablement?: string;
}

const commands: Readonly<Record<CommandId, CommandContribution>> = {
  [commandIds.newMigration]: { title: 'New Migration', icon: '$(new-file)', enablement: 'isWorkspaceTrusted' },
  [commandIds.dryRun]: { title: 'Dry Run', icon: '$(beaker)', enablement: 'isWorkspaceTrusted' },
  [commandIds.dryRunAll]: { title: 'Dry Run Whole History', enablement: 'isWorkspaceTrusted' },
  [commandIds.openOtherSide]: { title: 'Open the Other Side', icon: '$(arrow-swap)' },
  [commandIds.generateDown]: { title: 'Generate Down', enablement: 'isWorkspaceTrusted' },
  [commandIds.completeDown]: { title: 'Complete Down', enablement: 'isWorkspaceTrusted' },
  [commandIds.generateFromSchema]: { title: 'Generate from Schema', enablement: 'isWorkspaceTrusted' },
  [commandIds.renumber]: { title: 'Renumber Migration', enablement: 'isWorkspaceTrusted' },
  [commandIds.renameMigration]: { title: 'Rename Migration', enablement: 'isWorkspaceTrusted' },
  [commandIds.deleteMigration]: { title: 'Delete Migration', enablement: 'isWorkspaceTrusted' },
  [commandIds.openDifference]: { title: 'Open a New Migration with the Difference', enablement: 'isWorkspaceTrusted' },
  [commandIds.openSchemaDiff]: { title: 'Open the Schema Diff', icon: '$(diff)', enablement: `activeWebviewPanelId == '${reportViewType}'` },
  [commandIds.showOutput]: { title: 'Show Output' },
  [commandIds.chooseTarget]: { title: 'Choose Target', enablement: 'isWorkspaceTrusted' },
  [commandIds.captureSizes]: { title: 'Capture Table Sizes', enablement: 'isWorkspaceTrusted' },
  [commandIds.importSquawk]: { title: 'Import squawk Configuration', enablement: 'isWorkspaceTrusted' },
  [commandIds.drift]: { title: 'Drift', enablement: 'isWorkspaceTrusted' },
  [commandIds.setConnection]: { title: 'Set the Connection of the Server Target' },
  [commandIds.forgetConnection]: { title: 'Forget the Connection of the Server Target' },
  [commandIds.setNeonKey]: { title: 'Set Neon API Key' },
  [commandIds.forgetNeonKey]: { title: 'Forget Neon API Key' },
  [commandIds.refreshNeonBranches]: { title: 'Refresh Neon Branches', icon: '$(refresh)' },
  [commandIds.deleteNeonBranch]: { title: 'Delete Neon Branch', icon: '$(trash)', enablement: 'isWorkspaceTrusted' },
};

const inScript = `resourcePath in ${contextKeys.scripts}`;
const inFolder = `resourcePath in ${contextKeys.folders}`;
const besideScript = `resourceDirname in ${contextKeys.folders}`;
/** A folder that is still empty has no layout, but its name says what it is for. */
const namedForMigrations = 'explorerResourceIsFolder && resourceFilename =~ /^migrations?$/i';
const inReport = `activeWebviewPanelId == '${reportViewType}'`;

const menus = {
  // A branch is deleted where it is seen.
  commandPalette: [{ command: commandIds.deleteNeonBranch, when: 'false' }],
  'view/title': [
    { command: commandIds.refreshNeonBranches, when: `view == ${neonViewId}`, group: 'navigation@1' },
    { command: commandIds.setNeonKey, when: `view == ${neonViewId}`, group: '1_lockstep@1' },
    { command: commandIds.forgetNeonKey, when: `view == ${neonViewId}`, group: '1_lockstep@2' },
  ],
  'view/item/context': [{ command: commandIds.deleteNeonBranch, when: `view == ${neonViewId} && viewItem == branch`, group: 'inline@1' }],
  'editor/title': [
    { command: commandIds.dryRun, when: inScript, group: 'navigation@1' },
    { command: commandIds.openOtherSide, when: inScript, group: 'navigation@2' },
    { command: commandIds.openSchemaDiff, when: inReport, group: 'navigation@1' },
  ],
  'editor/context': [
    { command: commandIds.dryRun, when: inScript, group: '1_lockstep@1' },
    { command: commandIds.openOtherSide, when: inScript, group: '1_lockstep@2' },
    { command: commandIds.generateDown, when: inScript, group: '1_lockstep@3' },
  ],
  'explorer/context': [
    { command: commandIds.newMigration, when: `${inFolder} || ${besideScript} || ${inScript} || ${namedForMigrations}`, group: '2_lockstep@1' },
    { command: commandIds.dryRun, when: inScript, group: '2_lockstep@2' },
    { command: commandIds.openOtherSide, when: inScript, group: '2_lockstep@3' },
    { command: commandIds.generateDown, when: inScript, group: '2_lockstep@4' },
    { command: commandIds.renumber, when: inScript, group: '3_lockstep@1' },
    { command: commandIds.renameMigration, when: inScript, group: '3_lockstep@2' },
    { command: commandIds.deleteMigration, when: inScript, group: '3_lockstep@3' },
  ],
} as const;

const walkthrough = {
  id: 'start',
  title: 'Write a migration with Lockstep',
  description: 'From an empty file to a migration whose down is proven, in four steps.',
  when: `workspacePlatform != webworker`,
  steps: [
    {
      id: 'new',
      title: 'Start the up and the down together',
      description: `Lockstep finds the next number or timestamp, writes both files the way your tool expects them, and opens them side by side.\n[New Migration](command:${commandIds.newMigration})`,
      media: { markdown: 'media/walkthrough/new-migration.md' },
      completionEvents: [`onCommand:${commandIds.newMigration}`],
    },
    {
      id: 'check',
      title: 'See what is unsafe while you type',
      description: 'Statements that block traffic, rewrite tables or fail on real rows are underlined, with the safe form one key away (the light bulb).',
      media: { markdown: 'media/walkthrough/check.md' },
      completionEvents: ['stepSelected'],
    },
    {
      id: 'dry-run',
      title: 'Dry-run the pair',
      description: `Up, down and up again run on an embedded PostgreSQL on your machine; nothing else is touched.\n[Dry Run](command:${commandIds.dryRun})`,
      media: { markdown: 'media/walkthrough/dry-run.md' },
      completionEvents: [`onCommand:${commandIds.dryRun}`],
    },
    {
      id: 'ci',
      title: 'Keep it true in CI',
      description: 'The same checks run as a command line: `npx lockstep check` and `npx lockstep dry-run`.',
      media: { markdown: 'media/walkthrough/ci.md' },
      completionEvents: ['stepSelected'],
    },
  ],
};

/** The generated parts of package.json. */
export const manifest = {
  activationEvents: [...sqlLanguages.map((language) => `onLanguage:${language}`), ...activationPatterns.map((pattern) => `workspaceContains:**/${pattern}`), `onWebviewPanel:${reportViewType}`],
  capabilities: {
    untrustedWorkspaces: {
      supported: 'limited',
      restrictedConfigurations: [settings.target, settings.engine],
      description: "Migrations are checked in Restricted Mode too. New migrations and dry runs wait until the workspace is trusted, because they run its SQL and its own drizzle-kit.",
    },
    virtualWorkspaces: { supported: false, description: 'The language server reads migrations from the file system.' },
  },
  contributes: {
    commands: Object.entries(commands).map(([command, contribution]) => ({ command, category: 'Lockstep', ...contribution })),
    menus,
    views: { explorer: [{ id: neonViewId, name: 'Neon Branches', when: contextKeys.neon, visibility: 'collapsed', icon: 'media/icon.png' }] },
    configuration: {
      title: 'Lockstep',
      properties: {
        [settings.target]: {
          type: 'string',
          enum: ['project', ...targetKinds],
          enumDescriptions: ['As lockstep.config.json says, else embedded', 'An embedded PostgreSQL 18; nothing to install', 'A container of Docker or Podman, made and removed by Lockstep', 'A throw-away branch of a Neon project', 'A scratch database on a server of yours, made and dropped by Lockstep'],
          default: 'project',
          scope: 'resource',
          description: 'Where dry runs happen. A workspace decides only when it is trusted.',
        },
        [settings.engine]: {
          type: 'string',
          enum: ['auto', 'docker', 'podman'],
          enumDescriptions: ['As lockstep.config.json says, else the first that answers', 'Docker', 'Podman'],
          default: 'auto',
          scope: 'machine',
          description: 'The container engine of this machine for the target “container”.',
        },
        [settings.probe]: {
          type: 'boolean',
          default: false,
          scope: 'resource',
          description: 'Contention probe: while the up of a dry run runs, other sessions keep reading and writing its tables, and the report tells how long each really waited. Not on the embedded PostgreSQL, which has a single session.',
        },
        [settings.trace]: {
          type: 'string',
          enum: ['off', 'messages', 'verbose'],
          default: 'off',
          scope: 'window',
          description: 'Writes the messages between VS Code and the Lockstep language server to the output. What is checked is decided by lockstep.config.json, which the team shares.',
        },
      },
    },
    configurationDefaults: {
      'workbench.editorAssociations': { '**/lockstep*/docs/rules/*.md': 'vscode.markdown.preview.editor' },
    },
    grammars,
    jsonValidation: [{ fileMatch: 'lockstep.config.json', url: './media/lockstep.schema.json' }],
    walkthroughs: [walkthrough],
  },
} as const;
