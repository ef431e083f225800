import type { FolderView, NewContent } from '../layouts/layout.ts';
import { changesBetween } from '../layouts/overlay.ts';
import { UserError } from '../model/errors.ts';
import type { FileChange } from '../model/file-change.ts';
import type { Answer, Answers, BuiltTemplate, Choice, Template, TemplateContext, TemplateStep } from '../templates/define-template.ts';
import { templates as builtIn } from '../templates/index.generated.ts';
import { buildTemplate, choicesOf, nextQuestion, readAnswer, refuseAnswer, whyNothing } from '../templates/support/questions.ts';
import { scriptText } from '../templates/support/scripts.ts';
import { parseTeamTemplate } from '../templates/team/parse.ts';
import { applyChanges } from './file-changes.ts';
import { newMigration, type CreatedMigration, type NewMigrationPorts } from './new-migration.ts';
import { join, parent, relative } from './paths.ts';
import type { FilePort } from './ports.ts';
import { reopenFolder, type MigrationFolder } from './project.ts';

/** Where a team keeps templates of its own, relative to the project's root. */
export const teamFolder = '.lockstep/templates';

export interface OfferedTemplates {
  readonly templates: readonly OfferedTemplate[];
  /** What is wrong with the team's own, by file. */
  readonly problems: readonly { readonly path: string; readonly line: number; readonly message: string }[];
}

export interface OfferedTemplate {
  readonly template: Template;
  readonly of: 'team' | 'Lockstep';
}

/** The team's templates before the built-in ones. The SQL parser has to be loaded. */
export async function offeredTemplates(files: FilePort, root: string): Promise<OfferedTemplates> {
  const folder = join(root, teamFolder);
  const names = (await files.list(folder, 0)).filter((name) => name.endsWith('.sql'));
  const read = await Promise.all(names.map(async (name) => {
    const path = join(folder, name);
    const text = await files.read(path);
    return { path, ...(text === null ? { template: null, problems: [{ line: 1, message: 'The file is not readable as UTF-8 text.' }] } : parseTeamTemplate(text, path)) };
  }));
  const own = read.flatMap(({ template }): OfferedTemplate[] => (template === null ? [] : [{ template, of: 'team' }]));
  const taken = new Set(own.map(({ template }) => template.id));
  const rest = builtIn.filter(({ id }) => !taken.has(id)).map((template): OfferedTemplate => ({ template, of: 'Lockstep' }));
  return { templates: [...own, ...rest], problems: read.flatMap(({ path, problems }) => problems.map(({ line, message }) => ({ path, line, message }))) };
}

/** The template of an id. Throws `usage` with what there is. */
export function templateNamed({ templates, problems }: OfferedTemplates, id: string): Template {
  const found = templates.find(({ template }) => template.id === id);
  if (found !== undefined) return found.template;
  const broken = problems.find(({ path }) => path.endsWith(`/${id}.sql`));
  if (broken !== undefined) throw new UserError('usage', `The template ${broken.path} cannot be used: line ${String(broken.line)}: ${broken.message}`, 'Mend it; docs/templates.md says how templates are written.');
  throw new UserError('usage', `There is no template “${id}”.`, `There is ${templates.map(({ template }) => template.id).join(', ')}.`);
}

export interface Filled {
  readonly template: Template;
  readonly answers: Answers;
  readonly context: TemplateContext;
  /** Names the only migration otherwise than the template proposes; left out: as it proposes. */
  readonly name?: string;
}

/** A question as an editor or a terminal puts it. */
export interface PutQuestion {
  readonly id: string;
  readonly prompt: string;
  readonly placeholder: string | null;
  readonly form: 'one of' | 'several' | 'yes or no' | 'text' | 'number';
  readonly choices: readonly Choice[];
  /** True where an answer that is not listed can be typed. */
  readonly typed: boolean;
  readonly initial: Answer | null;
  readonly optional: boolean;
  /** Why a question that only the schema can answer has nothing to choose from; null: it has, or anything can be typed. */
  readonly lacking: string | null;
}

/** The next open question, or null when everything is answered. */
export function nextPut({ template, answers, context }: Omit<Filled, 'name'>, passed: ReadonlySet<string>): PutQuestion | null {
  const input = nextQuestion(template, answers, context, passed);
  if (input === null) return null;
  const choices = choicesOf(input, answers, context);
  const form = input.kind === 'columns' ? 'several' : input.kind === 'yes or no' || input.kind === 'number' ? input.kind : choices === null || (choices.length === 0 && input.kind !== 'choice') ? 'text' : 'one of';
  return {
    id: input.id, prompt: input.prompt, placeholder: input.placeholder ?? null, form, choices: choices ?? [], typed: input.kind !== 'choice',
    initial: input.initial?.(answers, context) ?? null, optional: input.optional === true, lacking: whyNothing(input, answers, context),
  };
}

/** Why an answer is refused, or null. */
export function refuseTemplateAnswer({ template, answers, context }: Omit<Filled, 'name'>, id: string, value: Answer): string | null {
  const input = template.inputs.find((each) => each.id === id);
  return input === undefined ? `${template.id} asks nothing called ${id}.` : refuseAnswer(input, value, answers, context);
}

/** Answers that were typed, as the questions have them; what is asked by nothing stays, to be refused by its name. */
export function typedAnswers({ inputs }: Template, typed: Readonly<Record<string, string>>): Answers {
  return Object.fromEntries(Object.entries(typed).map(([id, text]): [string, Answer] => {
    const input = inputs.find((each) => each.id === id);
    return [id, input === undefined ? text : readAnswer(input, text)];
  }));
}

/** The steps, or a UserError with everything that is wrong with the answers. */
export function stepsOf({ template, answers, context }: Filled): BuiltTemplate['steps'] {
  const { steps, problems } = buildTemplate(template, answers, context);
  if (problems.length > 0) throw new UserError('usage', problems.join('\n'), `Answer them anew; the template is ${template.id}.`);
  return steps;
}

export interface WrittenMigrations {
  readonly created: readonly CreatedMigration[];
  readonly undo: TakingOut;
}

/** What takes migrations out again that nobody has touched since, files and bookkeeping. */
export interface TakingOut {
  readonly changes: readonly FileChange[];
  /** What the files that go or change have to hold still. */
  readonly written: readonly { readonly path: string; readonly text: string }[];
}

/** Writes every migration of a filled template, in order, or none: what was written before a failure is taken out again. */
export async function newFromTemplate(ports: NewMigrationPorts, folder: MigrationFolder, filled: Filled): Promise<WrittenMigrations> {
  const steps = stepsOf(filled);
  const { view: before } = await reopenFolder(ports.files, folder, 'all');
  const created: CreatedMigration[] = [];
  try {
    for (const [index, step] of steps.entries()) {
      const name = steps.length === 1 ? (filled.name ?? step.name) : step.name;
      // A second apart, because most tools order by one.
      const now = new Date(ports.now().getTime() + index * 1000);
      created.push(await newMigration({ ...ports, now: () => now }, folder, name, contentOf(step, { index, count: steps.length, separator: folder.layout.separator })));
    }
    return { created, undo: await takingOut(ports.files, folder, before) };
  } catch (error) {
    await applyChanges(ports.files, (await takingOut(ports.files, folder, before)).changes);
    throw error;
  }
}

/** Back to what the folder was: whatever the layout, and whatever its tool has written beside. */
async function takingOut(files: FilePort, folder: MigrationFolder, before: FolderView): Promise<TakingOut> {
  const { view } = await reopenFolder(files, folder, 'all');
  const changes = changesBetween(view, before);
  const emptied = new Set(changes.flatMap(({ kind, path }) => (kind === 'delete' && !before.files.some((file) => file.startsWith(`${relative(folder.path, parent(path))}/`)) ? [parent(path)] : [])));
  emptied.delete(folder.path);
  const written = changes.flatMap(({ path }) => {
    const text = view.read(relative(folder.path, path));
    return text === null ? [] : [{ path, text }];
  });
  return { changes: [...changes, ...[...emptied].map((path): FileChange => ({ kind: 'delete', path }))], written };
}

interface Place {
  readonly index: number;
  readonly count: number;
  readonly separator: string | null;
}

/** What the files of one step hold below their headers. */
function contentOf({ up, down, deployBefore, notes }: TemplateStep, { index, count, separator }: Place): NewContent {
  const said = [...(count === 1 ? [] : [`Step ${String(index + 1)} of ${String(count)}.`]), ...(deployBefore === null ? [] : [`Before it runs: ${deployBefore}`]), ...notes];
  const comments = said.map((line) => `-- ${line.replaceAll(/\s+/g, ' ')}\n`).join('');
  return {
    up: `${comments}${comments === '' ? '' : '\n'}${scriptText(up, separator)}`,
    down: scriptText(down, separator),
    transaction: up.outsideTransaction || down.outsideTransaction ? 'none' : 'tool',
  };
}
