import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newMigration } from '../../src/app/new-migration.ts';
import { openProject, type MigrationFolder, type Project } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import type { NewContent } from '../../src/layouts/layout.ts';
import type { Migration } from '../../src/model/migration.ts';
import { scratchFolder } from '../support/migrations.ts';
import type { Command, Tool } from './tools.ts';

/** A copy of a tool's project that goes away with the test. */
export interface RunnerProject {
  readonly path: string;
  /** The folder of migrations as Lockstep sees it now, in the only layout that it found. */
  open(): Promise<{ readonly project: Project; readonly folder: MigrationFolder }>;
  /** What New Migration makes of a name and statements. */
  add(name: string, wish: Wish): Promise<Migration>;
  /** Puts these in the place of all migrations. */
  replace(files: Readonly<Record<string, string>>): void;
  run(command: Command, url: string): Promise<Ran>;
  remove(): void;
}

export interface Wish {
  /** Without semicolons. */
  readonly up: readonly string[];
  readonly down?: readonly string[];
  readonly transaction?: NewContent['transaction'];
}

export interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

const signal = new AbortController().signal;

export function runnerProject(tool: Tool): RunnerProject {
  const scratch = scratchFolder({});
  cpSync(fileURLToPath(new URL(`../fixtures/runners/${tool.id}`, import.meta.url)), scratch.path, { recursive: true });
  symlinkSync(join(tool.packages, 'node_modules'), scratch.at('node_modules'));
  const open: RunnerProject['open'] = async () => {
    const project = await openProject(nodeFiles, scratch.path);
    const [folder, second] = project.folders;
    if (folder === undefined || second !== undefined || folder.layout.id !== tool.layout) {
      throw new Error(`The project of ${tool.id} should have one folder of the layout ${tool.layout}; it has ${project.folders.map(({ path, layout }) => `${path} (${layout.id})`).join(', ') || 'none'}.`);
    }
    return { project, folder };
  };
  return {
    path: scratch.path,
    open,
    async add(name, { up, down = ['SELECT 1'], transaction = 'tool' }) {
      const { folder } = await open();
      const separator = folder.layout.separator === null ? '' : `${folder.layout.separator}\n`;
      const script = (statements: readonly string[]): string => statements.map((each) => `${each};\n`).join(separator);
      const content: NewContent = { up: script(up), down: script(down), transaction };
      const ports = { files: nodeFiles, processes: nodeProcesses, now: () => new Date(), signal };
      const made = await newMigration(ports, folder, name, content);
      const migration = (await open()).folder.migrations.find(({ id }) => id === made.id);
      if (migration === undefined) throw new Error(`New Migration made ${made.id}, which ${tool.title} does not list.`);
      return migration;
    },
    replace(files) {
      rmSync(scratch.at(tool.folder), { recursive: true });
      for (const [name, text] of Object.entries(files)) scratch.write(join(tool.folder, name), text);
    },
    async run(command, url) {
      const [file, ...args] = command(new URL(url));
      const { exitCode, stdout, stderr } = await nodeProcesses.run({ file, args, cwd: scratch.path, timeout: 120_000, signal, env: { DATABASE_URL: url } });
      return { ok: exitCode === 0, output: `${stdout}${stderr}` };
    },
    remove: scratch.remove,
  };
}
