import type { Connection } from 'vscode-languageserver';
import type { NewMigrationAnswer } from '../app/editor-protocol.ts';
import type { CheckAnswerAnswer, CheckAnswerParams, NewFromTemplateAnswer, NewFromTemplateParams, TemplateQuestionAnswer, TemplateQuestionParams, TemplatesAnswer } from '../app/template-protocol.ts';
import { newFromTemplate, nextPut, offeredTemplates, refuseTemplateAnswer, stepsOf, templateNamed, type Filled } from '../app/from-template.ts';
import type { CreatedMigration } from '../app/new-migration.ts';
import { relative } from '../app/paths.ts';
import type { Ports } from '../app/ports.ts';
import type { MigrationFolder } from '../app/project.ts';
import { templateContext } from '../app/template-context.ts';
import { uriOf } from './documents.ts';
import { projectFolderAt } from './migrations.ts';
import { withProgress } from './progress.ts';
import type { Projects } from './projects.ts';

export interface TemplateWiring {
  readonly connection: Connection;
  readonly ports: Ports;
  readonly projects: Projects;
}

type Asked = Pick<TemplateQuestionParams, 'folder' | 'template' | 'target'> & { readonly workDoneToken?: string };

export async function templates({ ports, projects }: TemplateWiring, uri: string | null): Promise<TemplatesAnswer> {
  const { project } = await projectFolderAt(projects, ports.files, uri ?? '');
  const offered = await offeredTemplates(ports.files, project.root);
  return {
    kind: 'templates',
    templates: offered.templates.map(({ template: { id, title, detail }, of }) => ({ id, title, detail, of })),
    problems: offered.problems.map(({ path, line, message }) => `${relative(project.root, path)}:${String(line)}: ${message}`),
  };
}

/** The next question of a template, or the migrations that it would write. */
export async function templateQuestion(wiring: TemplateWiring, params: TemplateQuestionParams, signal: AbortSignal): Promise<TemplateQuestionAnswer> {
  const { template, context, lacking } = await filling(wiring, params, signal);
  const { answers } = params;
  const next = nextPut({ template, answers, context }, new Set(params.passed));
  if (next !== null) return { kind: 'question', ...next, lacking: next.lacking === null || lacking === null ? next.lacking : `The schema is not known. ${lacking}` };
  return { kind: 'steps', steps: stepsOf({ template, answers, context }).map(({ name, deployBefore, notes }) => ({ name, deployBefore, notes })) };
}

export async function checkTemplateAnswer(wiring: TemplateWiring, params: CheckAnswerParams, signal: AbortSignal): Promise<CheckAnswerAnswer> {
  const { template, context } = await filling(wiring, params, signal);
  return { kind: 'checked', reason: refuseTemplateAnswer({ template, answers: params.answers, context }, params.id, params.value) };
}

export async function createFromTemplate(wiring: TemplateWiring, params: NewFromTemplateParams, signal: AbortSignal): Promise<NewFromTemplateAnswer> {
  const { folder, template, context } = await filling(wiring, params, signal);
  const { files, processes, now } = wiring.ports;
  const { answers, name } = params;
  const { created, undo } = await newFromTemplate({ files, processes, now, signal }, folder, { template, answers, context, ...(name === undefined ? {} : { name }) });
  return { kind: 'created several', created: created.map(createdAnswer), undo };
}

function createdAnswer({ up, down }: CreatedMigration): Omit<NewMigrationAnswer, 'kind'> {
  const file = ({ path, cursor }: CreatedMigration['up']): NewMigrationAnswer['up'] => ({ uri: uriOf(path), cursor });
  return { up: file(up), down: down === null ? null : file(down) };
}

async function filling(wiring: TemplateWiring, { folder: uri, template: id, target, workDoneToken }: Asked, signal: AbortSignal): Promise<Pick<Filled, 'template' | 'context'> & { readonly folder: MigrationFolder; readonly lacking: string | null }> {
  const { folder, project } = await projectFolderAt(wiring.projects, wiring.ports.files, uri);
  const read = (progress: Parameters<typeof templateContext>[1]['progress']): ReturnType<typeof templateContext> => templateContext(wiring.ports, { project, folder, signal, progress, ...(target === undefined ? {} : { target }) });
  const known = workDoneToken === undefined ? await read(() => undefined) : await withProgress(wiring.connection, { token: workDoneToken, title: 'Reading the schema' }, read);
  const template = templateNamed(await offeredTemplates(wiring.ports.files, project.root), id);
  return { ...known, template, folder };
}
