import { drizzle } from '../layouts/drizzle.ts';
import { journalFile, readJournal } from '../layouts/drizzle-journal.ts';
import { cancelled, UserError } from '../model/errors.ts';
import { findConfig, findKit, kitTimeout, said } from './drizzle-kit.ts';
import { answeringScript, questionIn } from './drizzle-prompts.ts';
import { clearFolder, type CopyRequest, type GeneratedCopy } from './generated-copy.ts';
import { baseName, join, parent, relative, within } from './paths.ts';
import type { FilePort, Ports, ProcessResult } from './ports.ts';
import { reopenFolder, type MigrationFolder } from './project.ts';

/**
 * Lets the workspace's own `drizzle-kit generate` work on a copy of the folder, shows it to `use`, and removes it. The copy lies in the cache folder of the
 * packages, where drizzle-kit and the schema find what they import. Nothing else is written.
 */
export async function withDrizzleCopy<T>(ports: Pick<Ports, 'files' | 'processes'>, request: CopyRequest, use: (copy: GeneratedCopy) => Promise<T>): Promise<T> {
  const { files } = ports;
  const config = await findConfig(files, request.folder.path);
  const kit = await findKit(files, parent(config));
  const place = join(parent(parent(kit)), `.cache/lockstep/generate/${baseName(request.folder.path)}`);
  await clearFolder(files, place);
  try {
    const copy = join(place, baseName(request.folder.path));
    await copyFolder(files, request.folder, copy);
    await files.write(join(place, configName), copiedConfig(config, upwards(parent(config), copy)), 'create');
    const before = await reopenFolder(files, { ...request.folder, path: copy });
    const known = new Set(idsOf(before));
    await generate(ports, request, { kit, config, copy: join(place, configName) });
    const folder = await reopenFolder(files, before);
    return await use({ folder, id: idsOf(folder).find((id) => !known.has(id)) ?? null, tool: 'drizzle-kit' });
  } finally {
    await clearFolder(files, place);
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

/** By the journal, or where there is none by the folders. */
function idsOf({ layout, view, migrations }: MigrationFolder): readonly string[] {
  return layout === drizzle ? (readJournal(view).entries ?? []).map(({ tag }) => tag) : migrations.map(({ id }) => id);
}

async function copyFolder(files: FilePort, { path: from, layout }: MigrationFolder, to: string): Promise<void> {
  for (const file of (await files.list(from, 2)).filter((each) => each.endsWith('.sql') || each.startsWith('meta/') || each.endsWith('/snapshot.json'))) {
    const bytes = await files.readBytes(join(from, file));
    if (bytes !== null) await files.restore(join(to, file), bytes);
  }
  if (layout === drizzle && !(await files.exists(join(to, journalFile)))) await files.restore(join(to, journalFile), new TextEncoder().encode('{"version":"7","dialect":"postgresql","entries":[]}'));
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
