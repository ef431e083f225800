import { newFromTemplate, offeredTemplates, templateNamed, typedAnswers } from '../../app/from-template.ts';
import { newMigration, type CreatedMigration } from '../../app/new-migration.ts';
import { relative } from '../../app/paths.ts';
import { openFolderAt, type MigrationFolder } from '../../app/project.ts';
import { templateContext } from '../../app/template-context.ts';
import { visible } from '../../report/display.ts';
import type { NewInvocation } from '../arguments.ts';
import { onlyFolder, withFolders, type ChosenFolders } from '../chosen-folders.ts';
import type { Output } from '../output.ts';
import { absolute } from '../wire.ts';

/** `lockstep new`: writes the next migration, or those of a template, and tells their files, one line each. */
export function newCommand(invocation: NewInvocation, output: Output): Promise<number> {
  return withFolders(invocation.path, output, async (chosen) => {
    const folder = await folderOf(chosen, invocation.path);
    const created = await create(chosen, folder, { invocation, output });
    const [first] = created;
    const told = created.map(({ id, up, down }) => ({ id, up: up.path, down: down?.path ?? null }));
    if (invocation.format === 'json') output.result(`${JSON.stringify({ version: 1, kind: 'new', layout: folder.layout.id, ...(created.length === 1 && first !== undefined ? told[0] : {}), created: told }, null, 2)}\n`);
    else output.result([...new Set(told.flatMap(({ up, down }) => (down === null ? [up] : [up, down])))].map((path) => `${visible(relative(chosen.project.root, path))}\n`).join(''));
    return 0;
  });
}

async function create({ ports, project, signal }: ChosenFolders, folder: MigrationFolder, { invocation, output }: { readonly invocation: NewInvocation; readonly output: Output }): Promise<readonly CreatedMigration[]> {
  const { name, template: id, answers: typed, target } = invocation;
  if (id === null) return [await newMigration({ ...ports, signal }, folder, name ?? '')];
  const { context, lacking } = await templateContext(ports, { project, folder, signal, progress: output.progress, target });
  output.endProgress();
  if (lacking !== null) output.status(`The schema is not known: ${visible(lacking)}`);
  const template = templateNamed(await offeredTemplates(ports.files, project.root), id);
  const { created } = await newFromTemplate({ ...ports, signal }, folder, { template, answers: typedAnswers(template, typed), context, ...(name === null ? {} : { name }) });
  return created;
}

/** A folder that is named may be empty still. */
function folderOf(chosen: ChosenFolders, path: string | null): Promise<MigrationFolder> | MigrationFolder {
  if (path === null) return onlyFolder(chosen);
  const named = chosen.folders.find((folder) => folder.path === absolute(path));
  return named ?? (chosen.folders.length > 0 ? onlyFolder(chosen) : openFolderAt(chosen.ports.files, chosen.project, absolute(path)));
}
