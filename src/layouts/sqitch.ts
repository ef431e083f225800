import type { FileChange } from '../model/file-change.ts';
import type { Migration, TransactionMode } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import { wholeSource, type ScriptSource, type Unchecked } from '../model/source.ts';
import { pieceAt } from '../sql/split.ts';
import type { FolderView, Layout, Listing, NewMigration, NewMigrationRequest, Place, ScriptReading, WriteRequest } from './layout.ts';
import { fileName, refuseAnywhere } from './naming.ts';
import { withPlaceholders } from './placeholders.ts';
import { at, isOutside, unreadable } from './scripts.ts';
import { lineBreakOf } from './sections.ts';
import { sqitchMoves } from './sqitch-moves.ts';
import { planFile, plannerOf, readPlan, scriptFolders, scriptName, type SqitchChange, type SqitchPlan } from './sqitch-plan.ts';

/**
 * sqitch: changes in the order of `sqitch.plan`, each with a deploy, a revert and a verify script, which psql runs as they are: BEGIN and COMMIT
 * stand in the file.
 */
export const sqitch: Layout = {
  id: 'sqitch',
  title: 'sqitch',
  files: /\.sql$|(^|\/)sqitch\.(plan|conf)$/,
  separator: null,
  bookkeeping: ['sqitch.changes', 'sqitch.dependencies', 'sqitch.events', 'sqitch.projects', 'sqitch.releases', 'sqitch.tags'],
  checksum: { where: 'sqitch.changes.script_hash', counts: ['comments', 'white space', 'line ends'], then: '`sqitch check` then reports the change as divergent, and `sqitch deploy` leaves databases that have run it as they are.' },
  signed: true,
  // A plan says everything: no other tool has one.
  detect: (folder) => (folder.files.includes(planFile) ? 5 : 0),
  moves: sqitchMoves,
  list,
  read,
  write,
  refuseName(name, folder) {
    const refusal = refuseAnywhere(name);
    if (refusal !== null) return refusal;
    const outside = outsideOf(folder);
    if (outside !== null) return outside;
    if (/^(HEAD|ROOT)$/.test(name)) return `“${name}” is a word of sqitch’s own.`;
    if (name.endsWith('-')) return 'sqitch takes no name that ends in a dash.';
    return planOf(folder).changes.some((change) => change.name === name) ? `${planFile} has a change ${name} already: say what is different this time, or rework it with \`sqitch rework ${name}\`.` : null;
  },
  next,
};

function planOf(folder: FolderView): SqitchPlan {
  return readPlan(folder.read(planFile) ?? '');
}

/** What `sqitch.conf` may say and Lockstep does not follow, or null. */
function outsideOf(folder: FolderView): string | null {
  const { deploy, revert, verify } = scriptFolders(folder);
  const outside = [deploy, revert, verify].find(isOutside);
  return outside === undefined ? null : `sqitch.conf keeps scripts in ${outside}, outside the folder of ${planFile}.`;
}

function list(folder: FolderView): Listing {
  const plan = planOf(folder);
  const folders = scriptFolders(folder);
  const outside = outsideOf(folder);
  if (outside !== null) return { migrations: [], problems: [{ path: at(folder, 'sqitch.conf'), message: `${outside} Nothing outside of it is read or written.`, next: 'Open the folder above both, or keep the scripts beside the plan.' }] };
  const present = new Set(folder.files);
  const named = plan.changes.map((change) => ({ change, id: scriptName(change, folder, folders) }));
  const ids = new Set<string>();
  const migrations = named.filter(({ id }) => present.has(`${folders.deploy}/${id}.sql`) && !ids.has(id) && ids.add(id).size > 0).map(({ change, id }): Migration => {
    const down = at(folder, `${folders.revert}/${id}.sql`);
    return { id, name: change.name, up: { path: at(folder, `${folders.deploy}/${id}.sql`) }, down: present.has(`${folders.revert}/${id}.sql`) ? { path: down } : null, downPath: down };
  });
  const planned = new Set(named.map(({ id }) => id));
  const missing = named.filter(({ id }) => !present.has(`${folders.deploy}/${id}.sql`)).map(({ change, id }) => ({
    path: at(folder, `${folders.deploy}/${id}.sql`),
    message: `Line ${String(change.line)} of ${planFile} names ${id}, but ${folders.deploy}/${id}.sql is missing: every deploy fails there.`,
    next: 'Restore the file from version control, or take the change out of the plan if it was deployed nowhere.',
  }));
  const unplanned = folder.files.filter((file) => file.startsWith(`${folders.deploy}/`) && file.endsWith('.sql') && !planned.has(file.slice(folders.deploy.length + 1, -'.sql'.length))).map((file) => ({
    path: at(folder, file), message: `${file} is not in ${planFile}: sqitch will never run it.`, next: 'Add it with `sqitch add`, or delete the file.',
  }));
  const scripts = folder.files.filter((file) => file.endsWith('.sql') && (file.startsWith(`${folders.deploy}/`) || file.startsWith(`${folders.revert}/`)));
  return { migrations, problems: [...planProblems(folder, plan), ...missing, ...unplanned, ...unreadable(folder, scripts)] };
}

function planProblems(folder: FolderView, { changes, broken }: SqitchPlan): readonly ProjectProblem[] {
  const path = at(folder, planFile);
  if (folder.read(planFile) === null) return unreadable(folder, [planFile]);
  const conflicted = broken.find(({ text }) => /^(<{7}|={7}|>{7})/.test(text));
  if (conflicted !== undefined) return [{ path, message: `${planFile} has a merge conflict in line ${String(conflicted.line)}: sqitch cannot read it.`, next: 'Keep the changes of both sides, in the order in which they are to be deployed.' }];
  const unread = broken.map(({ line }) => ({ path, message: `sqitch cannot read line ${String(line)} of ${planFile} and refuses the whole plan.`, next: 'A line is a change or a @tag, its date, and who planned it: name 2026-11-20T18:30:05Z Ada <ada@example.com>.' }));
  const unmet = changes.flatMap((change, index) => change.requires.filter((need) => !isMet(need, change, changes.slice(0, index))).map((need) => ({
    path, message: `Line ${String(change.line)} of ${planFile}: ${change.name} requires ${need}, which no line above it plans.`, next: 'Move it below what it requires, or mend the requirement.',
  })));
  const untagged = changes.filter(({ isReworked, reworkTags }) => isReworked && reworkTags.length === 0).map(({ name, line }) => ({
    path, message: `${planFile} plans ${name} in line ${String(line)} and once more below it, with no tag between them: sqitch refuses the whole plan.`, next: 'Give one of them another name. To change what is deployed, tag it first and use `sqitch rework`.',
  }));
  return [...unread, ...unmet, ...untagged];
}

/** `users`, `users@v1.0`, `@v1.0`; what belongs to another project is for the database to say. */
function isMet(need: string, { tagsBefore }: SqitchChange, before: readonly SqitchChange[]): boolean {
  if (need.includes(':') || /^[0-9a-f]{40}$/.test(need)) return true;
  const [name = '', tag] = need.split('@');
  return (name === '' || before.some((change) => change.name === name.replace(/[~^]+\d*$/, ''))) && (tag === undefined || /^(HEAD|ROOT)/.test(tag) || tagsBefore.includes(tag.replace(/[~^]+\d*$/, '')));
}

const mode: TransactionMode = { kind: 'autocommit', tool: 'sqitch', optOut: 'leave BEGIN and COMMIT out of the script' };

function read(text: string): ScriptReading {
  const source = withPlaceholders(wholeSource(text), 'psql', 'psql');
  return { source: { ...source, unchecked: [...source.unchecked, ...commandsIn(source)] }, span: { start: 0, end: text.length }, mode, client: 'psql', problems: [] };
}

function commandsIn({ sql }: ScriptSource): readonly Unchecked[] {
  const found: Unchecked[] = [];
  for (let from = 0; sql.includes('\\') && from < sql.length; ) {
    const piece = pieceAt(sql, from, sql.length, { separator: null, quotes: 'trusting' });
    for (const { kind, start, end } of piece.comments) {
      const command = /^\\\S+/.exec(sql.slice(start, end))?.[0] ?? '\\';
      if (kind === 'psql' && !changesNothing.test(command)) found.push({ span: { start, end }, ...told(command) });
    }
    from = piece.close;
  }
  return found;
}

/** They set how psql itself works and what it prints. A variable counts where it is used. */
const changesNothing = /^\\(set|unset|echo|qecho|warn|timing|pset|prompt|encoding|x|t|a|f|o|g|gx|gset|elif|else|endif)$/;

function told(command: string): Pick<Unchecked, 'kind' | 'reason'> {
  if (/^\\(i|ir|include|include_relative)$/.test(command)) return { kind: 'unread', reason: `psql reads the file of \`${command}\` when sqitch runs: its SQL was not checked.` };
  if (command === '\\gexec') return { kind: 'unread', reason: 'psql runs whatever this query returns: that was not checked.' };
  if (command === '\\if') return { kind: 'dynamic', reason: `psql runs one branch of \`${command}\`: all were checked, and a dry run runs all.` };
  return { kind: 'dynamic', reason: `psql runs \`${command}\` when sqitch does: what it does was not checked, and a dry run leaves it out.` };
}

/** The script with other statements: its comments at the top stay, and its transaction unless it has to go. */
function write(text: string | null, { id, side, sql, transaction }: WriteRequest): string {
  const eol = lineBreakOf(text ?? '');
  const head = text === null ? `-- ${side === 'up' ? 'Deploy' : 'Revert'} ${id} ${side === 'up' ? 'to' : 'from'} pg\n\n` : (/^(?:[ \t]*(?:--[^\n]*)?\r?\n)*/.exec(text)?.[0] ?? '');
  const isOwn = /^\s*-- (Deploy|Revert) /.test(sql);
  const isWrapped = transaction === undefined ? text === null || text.trim() === '' || begins.test(text) : transaction === 'tool';
  const body = sql.trim();
  const wrapped = !isWrapped || begins.test(body) ? body : `BEGIN;\n\n${body}\n\nCOMMIT;`;
  return `${isOwn ? '' : head}${wrapped}\n`.replaceAll(/\r?\n/g, eol);
}

const begins = /^\s*(BEGIN|START\s+TRANSACTION)\b[^;]*;/im;

/** What `sqitch add` writes: three scripts and a line of the plan. */
function next({ folder, name, now, config, content, author }: NewMigrationRequest): NewMigration {
  const id = fileName(name);
  const { project } = planOf(folder);
  const folders = scriptFolders(folder);
  const label = project === '' ? id : `${project}:${id}`;
  const isBare = content?.transaction === 'none';
  const deploy = script(at(folder, `${folders.deploy}/${id}.sql`), `-- Deploy ${label} to pg\n\n`, content?.up ?? '', isBare ? 'none' : 'tool');
  const revert = config.down === 'forbidden' ? null : script(at(folder, `${folders.revert}/${id}.sql`), `-- Revert ${label} from pg\n\n`, content?.down ?? '', isBare ? 'none' : 'tool');
  const verify: FileChange = { kind: 'create', path: at(folder, `${folders.verify}/${id}.sql`), text: `-- Verify ${label} on pg\n\nBEGIN;\n\n-- XXX Add verifications here.\n\nROLLBACK;\n` };
  const plan = folder.read(planFile) ?? '%syntax-version=1.0.0\n%project=unnamed\n\n';
  const planner = plannerOf(folder) ?? author ?? { name: 'Your Name', email: 'you@example.com' };
  const line = `${id} ${now.toISOString().slice(0, 19)}Z ${planner.name} <${planner.email}> # ${id.replaceAll(/[_-]+/g, ' ')}`;
  const eol = lineBreakOf(plan);
  const planned: FileChange = { kind: folder.files.includes(planFile) ? 'replace' : 'create', path: at(folder, planFile), text: `${plan === '' || plan.endsWith('\n') ? plan : `${plan}${eol}`}${line}${eol}` };
  return { id, up: deploy.place, down: revert?.place ?? null, changes: [deploy.change, ...(revert === null ? [] : [revert.change]), verify, planned], upByTool: false };
}

function script(path: string, head: string, content: string, transaction: 'tool' | 'none'): { readonly place: Place; readonly change: FileChange } {
  const before = transaction === 'none' || begins.test(content) ? head : `${head}BEGIN;\n\n`;
  const body = content === '' || content.endsWith('\n') ? content : `${content}\n`;
  return { place: { path, cursor: before.length }, change: { kind: 'create', path, text: `${before}${body}${before === head ? '' : `\nCOMMIT;\n`}` } };
}
