import type { NewContent, NewMigration, Place } from '../layouts/layout.ts';
import { fileName } from '../layouts/naming.ts';
import { UserError } from '../model/errors.ts';
import type { FileChange } from '../model/file-change.ts';
import { readAuthor } from './author.ts';
import { generateFolder } from './drizzle-folders.ts';
import { generateCustom } from './drizzle-kit.ts';
import { applyChanges, refuseExisting } from './file-changes.ts';
import { checkName } from './names.ts';
import { join } from './paths.ts';
import type { FilePort, ProcessPort } from './ports.ts';
import { reopenFolder, type MigrationFolder } from './project.ts';

export interface NewMigrationPorts {
  readonly files: FilePort;
  readonly processes: ProcessPort;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export interface CreatedMigration {
  readonly id: string;
  readonly up: Place;
  readonly down: Place | null;
}

/**
 * Writes the up and the down of the folder's next migration, with their headers and what they are to hold from the beginning. All or nothing: whatever goes
 * wrong, the folder is left as it was, to the byte. Throws `UserError`s alone.
 */
export async function newMigration(ports: NewMigrationPorts, folder: MigrationFolder, name: string, content?: NewContent): Promise<CreatedMigration> {
  // The number must be free now, not when the folder was last looked at.
  const fresh = await reopenFolder(ports.files, folder);
  const now = ports.now();
  const { verdict, reason } = checkName(fresh, name, now);
  if (verdict === 'refuse') throw new UserError('name-invalid', reason ?? 'This name cannot be used.', 'Choose another name.');
  const author = fresh.layout.signed === true ? await readAuthor(ports.processes, { path: fresh.path, signal: ports.signal }) : null;
  const next = fresh.layout.next({ folder: fresh.view, name: fileName(name), now, config: fresh.config, ...(author === null ? {} : { author }), ...(content === undefined ? {} : { content }) });
  if (!next.upByTool) return written(ports.files, next);
  // Refused before the tool has run, and again with the id that it chose.
  await refuseExisting(ports.files, next.changes);
  const generate = fresh.layout.id === 'drizzle-1' ? generateFolder : generateCustom;
  return generate(ports, fresh, { name: fileName(name), expected: next, finish: (id) => written(ports.files, renamed(next, id, fresh.path)) });
}

async function written(files: FilePort, { id, up, down, changes }: NewMigration): Promise<CreatedMigration> {
  await applyChanges(files, changes);
  return { id, up, down };
}

/** The tool chose the id in the end, because its clock may have ticked since ours, and wrote an up already, which gets our header. */
function renamed(next: NewMigration, id: string, folder: string): NewMigration {
  const named = (path: string): string => join(folder, path.slice(folder.length + 1).replace(next.id, id));
  const place = ({ path, cursor }: Place): Place => {
    const change = next.changes.find((each) => each.path === path);
    const before = change?.kind === 'create' ? change.text.slice(0, cursor) : '';
    return { path: named(path), cursor: cursor + before.replaceAll(next.id, id).length - before.length };
  };
  const changes = next.changes.map((change): FileChange => {
    if (change.kind !== 'create') return change;
    const text = change.text.replaceAll(next.id, id);
    return { kind: change.path === next.up.path ? 'replace' : 'create', path: named(change.path), text };
  });
  return { ...next, id, up: place(next.up), down: next.down === null ? null : place(next.down), changes };
}
