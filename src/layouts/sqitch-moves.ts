import type { FileChange } from '../model/file-change.ts';
import type { Migration } from '../model/migration.ts';
import type { FolderView } from './layout.ts';
import { inOrder, type LayoutMoves, type Moves, type MovesRequest } from './moves.ts';
import { at } from './scripts.ts';
import { lineBreakOf, linesOf, type Line } from './sections.ts';
import { planFile, readPlan, scriptFolders, type SqitchChange } from './sqitch-plan.ts';

/** A change is a line of the plan and three scripts. The line gives the order, and other lines can require it. */
export const sqitchMoves: LayoutMoves = { newIds: ({ moving }) => moving.map(({ id }) => id), moved, renamed, removed };

interface Plan {
  readonly text: string;
  readonly lines: readonly Line[];
  readonly changes: readonly SqitchChange[];
}

function planOf(folder: FolderView): Plan {
  const text = folder.read(planFile) ?? '';
  return { text, lines: linesOf(text), changes: readPlan(text).changes };
}

/** Lines go to the end of the plan: what others have deployed stays before them. */
function moved({ folder, renamings }: MovesRequest): Moves {
  const plan = planOf(folder);
  const moving = new Set(renamings.map(({ migration }) => migration.id));
  const own = plan.changes.filter(({ name }) => moving.has(name));
  const refusal = [...moving].map((id) => refusalOf(plan, id)).find((each) => each !== null) ?? requiredBy(plan.changes.filter(({ name }) => !moving.has(name)), moving) ?? tagBehind(plan, own);
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  const taken = new Set(own.map(({ line }) => line - 1));
  const order = [...plan.lines.keys()].filter((index) => !taken.has(index)).concat([...taken].sort((a, b) => a - b));
  const text = joined(plan, order.map((index) => plan.lines[index]).filter((line) => line !== undefined));
  return { kind: 'changes', changes: text === plan.text ? [] : [{ kind: 'replace', path: at(folder, planFile), text }] };
}

function renamed({ folder, renamings }: MovesRequest): Moves {
  let { text } = planOf(folder);
  const changes: FileChange[] = [];
  for (const { migration: { id: from }, id: to } of renamings) {
    const refusal = refusalOf(planOf(folder), from);
    if (refusal !== null) return { kind: 'refused', reason: refusal };
    text = withName(text, from, to);
    for (const { file, role } of scriptsOf(folder, from)) {
      const whole = folder.read(file);
      const headed = whole === null ? null : whole.replace(new RegExp(`^(-- ${role} (?:[^\\s:]+:)?)${escaped(from)}(?=\\s)`, 'm'), (_line, head: string) => `${head}${to}`);
      changes.push({ kind: 'move', path: at(folder, file), to: at(folder, `${file.slice(0, file.length - from.length - '.sql'.length)}${to}.sql`), ...(headed === null || headed === whole ? {} : { text: headed }) });
    }
  }
  return { kind: 'changes', changes: [...inOrder(changes), { kind: 'replace', path: at(folder, planFile), text }] };
}

function removed(folder: FolderView, { id }: Migration): Moves {
  const plan = planOf(folder);
  const own = plan.changes.filter(({ name }) => name === id);
  const refusal = refusalOf(plan, id) ?? requiredBy(plan.changes, new Set([id])) ?? tagBehind(plan, own);
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  const line = own[0]?.line ?? 0;
  const text = joined(plan, plan.lines.filter((_each, index) => index !== line - 1));
  const scripts = scriptsOf(folder, id).map(({ file }): FileChange => ({ kind: 'delete', path: at(folder, file) }));
  return { kind: 'changes', changes: [...scripts, { kind: 'replace', path: at(folder, planFile), text }] };
}

function scriptsOf(folder: FolderView, id: string): readonly { readonly file: string; readonly role: string }[] {
  const { deploy, revert, verify } = scriptFolders(folder);
  const all = [{ file: `${deploy}/${id}.sql`, role: 'Deploy' }, { file: `${revert}/${id}.sql`, role: 'Revert' }, { file: `${verify}/${id}.sql`, role: 'Verify' }];
  return all.filter(({ file }) => folder.files.includes(file));
}

/** What a rework has made of a change cannot be told from its name alone. */
function refusalOf({ changes }: Plan, id: string): string | null {
  const named = changes.filter(({ name }) => name === id);
  if (named.length === 1) return null;
  return named.length === 0 ? `${id} is a reworked change: its tag in ${planFile} belongs to its name.` : `${id} was reworked, so ${planFile} names it more than once.`;
}

function requiredBy(changes: readonly SqitchChange[], ids: ReadonlySet<string>): string | null {
  for (const { name, requires } of changes) {
    const need = requires.find((each) => ids.has(nameOf(each)));
    if (need !== undefined) return `${name} requires ${need}.`;
  }
  return null;
}

/** A tag names a state of the database that people may have deployed. */
function tagBehind({ lines }: Plan, own: readonly SqitchChange[]): string | null {
  for (const { name, line } of own) {
    const tag = lines.slice(line).map(({ text }) => /^\s*(@\S+)/.exec(text)?.[1]).find((each) => each !== undefined);
    if (tag !== undefined) return `The tag ${tag} stands behind ${name} in ${planFile}: a release may hold it.`;
  }
  return null;
}

/** `users`, `shop:users`, `users@v1.0`, `users^2`: all of them mean `users`. */
function nameOf(need: string): string {
  return need.replace(/^!/, '').replace(/^[^:]*:/, '').replace(/[@~^].*$/, '');
}

/** The plan with a change called otherwise, on its own line and wherever another requires it. */
function withName(text: string, from: string, to: string): string {
  const own = new RegExp(`^(\\s*(?:[+-]\\s*)?)${escaped(from)}(?=[\\s[])`);
  const needs = new RegExp(`(?<=[[\\s!:])${escaped(from)}(?=[\\]\\s@~^])`, 'g');
  const line = (whole: string): string => {
    if (/^\s*[%@#]/.test(whole)) return whole;
    const named = whole.replace(own, (_match, head: string) => `${head}${to}`);
    return named.replace(/\[[^\]]*\]/, (list) => list.replaceAll(needs, () => to));
  };
  return linesOf(text).map(({ text: each, end, next }) => line(each) + text.slice(end, next)).join('');
}

/** Lines in another order or number; the last one ends as the last one did. */
function joined({ text }: Plan, lines: readonly Line[]): string {
  const eol = lineBreakOf(text);
  const all = lines.map(({ text: each, end, next }) => each + (next > end ? text.slice(end, next) : eol)).join('');
  return text.endsWith('\n') ? all : all.replace(/\r?\n$/, '');
}

function escaped(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
