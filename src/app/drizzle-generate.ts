import { journalFile, readJournal } from '../layouts/drizzle-journal.ts';
import { cancelled, UserError } from '../model/errors.ts';
import { findConfig, findKit, kitTimeout, said } from './drizzle-kit.ts';
import { answeringScript, questionIn, type Question } from './drizzle-prompts.ts';
import { baseName, join, parent, relative, within } from './paths.ts';
import type { FilePort, Ports, ProcessResult } from './ports.ts';
import { reopenFolder, type MigrationFolder } from './project.ts';

/** Answers a question of the tool: the index of an option, or null when the user gave up. */
export type ChoosePort = (question: Question) => Promise<number | null>;

export interface CopyRequest {
  readonly folder: MigrationFolder;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly choose: ChoosePort;
}

/** A copy of a Drizzle folder to which drizzle-kit has added a migration. */
export interface GeneratedCopy {
  readonly folder: MigrationFolder;
  /** Null when the schema declares nothing that the snapshots do not have. */
  readonly id: string | null;
}

/**
 * Lets the workspace's own `drizzle-kit generate` work on a copy of the folder, shows it to `use`, and removes it. The copy lies in the cache folder of the
 * packages, where drizzle-kit and the schema find what they import. Nothing else is written.
 */
export async function withGeneratedCopy<T>(ports: Pick<Ports, 'files' | 'processes'>, request: CopyRequest, use: (copy: GeneratedCopy) => Promise<T>): Promise<T> {
  const { files } = ports;
  const config = await findConfig(files, request.folder.path);
  const kit = await findKit(files, parent(config));
  const place = join(parent(parent(kit)), `.cache/lockstep/generate/${baseName(request.folder.path)}`);
  await clear(files, place);
  try {
    const copy = join(place, baseName(request.folder.path));
    await copyFolder(files, request.folder.path, copy);
    await files.write(join(place, configName), copiedConfig(config, upwards(parent(config), copy)), 'create');
    const before = await reopenFolder(files, { ...request.folder, path: copy });
    const known = new Set(readJournal(before.view).entries?.map(({ tag }) => tag));
    await generate(ports, request, { kit, config, copy: join(place, configName) });
    const folder = await reopenFolder(files, before);
    const added = (readJournal(folder.view).entries ?? []).filter(({ tag }) => !known.has(tag));
    return await use({ folder, id: added[0]?.tag ?? null });
  } finally {
    await clear(files, place);
  }
}

const configName = 'drizzle.config.cjs';

/** The workspace's own configuration with another folder to write into, which drizzle-kit takes only relative to where it runs. */
function copiedConfig(config: string, out: string): string {
  return `const own = require(${JSON.stringify(config)});\nmodule.exports = { ...(own.default ?? own), out: ${JSON.stringify(out)} };\n`;
}

interface Program {
  readonly kit: string;
  readonly config: string;
  readonly copy: string;
}

/** Once for each question more: what was answered is answered again, until drizzle-kit has no more to ask. */
async function generate({ processes }: Pick<Ports, 'processes'>, { name, signal, choose }: CopyRequest, { kit, config, copy }: Program): Promise<void> {
  const answers: number[] = [];
  for (;;) {
    const args = ['-e', answeringScript, kit, JSON.stringify(answers), 'generate', `--name=${name}`, `--config=${upwards(parent(config), copy)}`];
    const result = await processes.run({ file: 'node', args, cwd: parent(config), timeout: kitTimeout, signal });
    if (result.ended === 'cancelled') throw cancelled();
    const question = questionIn(result.stdout);
    if (question === null) return refuseFailure(result, config);
    const answer = await choose(question);
    if (answer === null || signal.aborted) throw cancelled();
    answers.push(answer);
  }
}

function refuseFailure(result: ProcessResult, config: string): void {
  if (result.ended === 'timeout') throw new UserError('tool-failed', `drizzle-kit did not end within ${String(kitTimeout / 1000)} seconds${said(result)}`, 'Run `drizzle-kit generate` in a terminal: the configuration may keep a connection open.');
  // drizzle-kit reports some failures of the schema with an exit code of 0.
  if (result.exitCode !== 0 || /^\w*Error\b/m.test(result.stderr)) throw new UserError('tool-failed', `drizzle-kit generate failed${said(result)}`, `Mend what it names; its configuration is ${config}.`);
}

async function copyFolder(files: FilePort, from: string, to: string): Promise<void> {
  for (const file of (await files.list(from, 2)).filter((each) => each.endsWith('.sql') || each.startsWith('meta/'))) {
    const bytes = await files.readBytes(join(from, file));
    if (bytes !== null) await files.restore(join(to, file), bytes);
  }
  if (!(await files.exists(join(to, journalFile)))) await files.restore(join(to, journalFile), new TextEncoder().encode('{"version":"7","dialect":"postgresql","entries":[]}'));
}

/** Removes a folder of ours, whoever left it. */
async function clear(files: FilePort, place: string): Promise<void> {
  const listed = await files.list(place, 4);
  const folders = new Set([place]);
  for (const file of listed) {
    await files.restore(join(place, file), null);
    for (let at = parent(join(place, file)); within(place, at); at = parent(at)) folders.add(at);
  }
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) await files.restore(folder, null);
}

/** The path to a file from a folder, over what both have in common. */
function upwards(from: string, to: string): string {
  let above = from;
  let steps = '';
  while (!within(above, to) && parent(above) !== above) {
    above = parent(above);
    steps += '../';
  }
  return `${steps === '' ? './' : steps}${relative(above, to)}`;
}
