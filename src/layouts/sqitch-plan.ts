import type { FolderView } from './layout.ts';
import { isOutside } from './scripts.ts';
import { linesOf } from './sections.ts';

/** One change of a plan. A name that comes again is a rework: the earlier one is told by the tag between them. */
export interface SqitchChange {
  readonly name: string;
  /** Tags behind it, before the next change of its name; the file of a reworked change is named after one of them. Empty where it is not reworked. */
  readonly reworkTags: readonly string[];
  readonly isReworked: boolean;
  readonly requires: readonly string[];
  /** Tags given so far. */
  readonly tagsBefore: readonly string[];
  readonly line: number;
}

export interface SqitchPlan {
  readonly project: string;
  readonly changes: readonly SqitchChange[];
  /** What sqitch cannot read: it refuses the whole plan. */
  readonly broken: readonly { readonly line: number; readonly text: string }[];
}

export const planFile = 'sqitch.plan';

const entry = /^\s*(?<tag>@)?(?:[+-]\s*)?(?<name>[^\s@:#\\[\]]+)\s*(?:\[(?<needs>[^\]]*)\]\s*)?(?<date>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\s+(?<planner>[^<]+?)\s+<(?<email>[^>]+)>\s*$/;

export function readPlan(text: string): SqitchPlan {
  const found: (Omit<SqitchChange, 'isReworked' | 'reworkTags'> & { tags: string[] })[] = [];
  const broken: { readonly line: number; readonly text: string }[] = [];
  const tags: string[] = [];
  let project = '';
  for (const [index, { text: whole }] of linesOf(text).entries()) {
    const line = whole.replace(/\s*#.*$/, '').trim();
    if (line === '') continue;
    if (line.startsWith('%')) {
      project = /^%\s*project\s*=\s*(.+)$/.exec(line)?.[1]?.trim() ?? project;
      continue;
    }
    const { tag, name = '', needs = '' } = entry.exec(line)?.groups ?? {};
    if (!isName(name)) broken.push({ line: index + 1, text: whole });
    else if (tag !== undefined) {
      tags.push(name);
      found.at(-1)?.tags.push(name);
    } else found.push({ name, requires: needs.split(/\s+/).filter((need) => need !== '' && !need.startsWith('!')), tags: [], tagsBefore: [...tags], line: index + 1 });
  }
  const changes = found.map(({ tags: own, ...change }, index): SqitchChange => {
    const again = found.findIndex((later, at) => at > index && later.name === change.name);
    const between = again < 0 ? [] : [...own, ...found.slice(index + 1, again).flatMap((later) => later.tags)];
    return { ...change, isReworked: again >= 0, reworkTags: between };
  });
  return { project, changes, broken };
}

/** As sqitch has it: no punctuation at either end. A slash is allowed inside, a way out of the folder is not for us to follow. */
function isName(name: string): boolean {
  const edge = /^[-!"#$%&'()*+,./:;<=>?@[\\\]^`{|}~]$/;
  return name !== '' && !edge.test(name.charAt(0)) && !edge.test(name.charAt(name.length - 1)) && !isOutside(name);
}

export interface SqitchScripts {
  readonly deploy: string;
  readonly revert: string;
  readonly verify: string;
}

/** The change's own name in its files: `users`, or `users@v1.0` where it was reworked. */
export function scriptName({ name, reworkTags }: SqitchChange, folder: FolderView, { deploy }: SqitchScripts): string {
  const [first] = reworkTags;
  if (first === undefined) return name;
  return `${name}@${reworkTags.find((tag) => folder.files.includes(`${deploy}/${name}@${tag}.sql`)) ?? first}`;
}

/** Folders of the scripts, from `sqitch.conf`. */
export function scriptFolders(folder: FolderView): SqitchScripts {
  const conf = folder.read('sqitch.conf') ?? '';
  const named = (key: string, usual: string): string => (new RegExp(`^\\s*${key}_dir\\s*=\\s*"?([^"\\n]+?)"?\\s*$`, 'm').exec(conf)?.[1] ?? usual).replace(/^\.\//, '').replace(/\/$/, '');
  const top = named('top', '');
  const below = (name: string): string => named(name, top === '' || top === '.' ? name : `${top}/${name}`);
  return { deploy: below('deploy'), revert: below('revert'), verify: below('verify') };
}

/** `[user]` of `sqitch.conf`, which sqitch prefers to whatever the machine knows. */
export function plannerOf(folder: FolderView): { readonly name: string; readonly email: string } | null {
  const user = /^\[user\]\s*\n((?:(?!\[)[^\n]*\n?)*)/m.exec(folder.read('sqitch.conf') ?? '')?.[1] ?? '';
  const name = /^\s*name\s*=\s*(.+?)\s*$/m.exec(user)?.[1];
  const email = /^\s*email\s*=\s*(.+?)\s*$/m.exec(user)?.[1];
  return name === undefined || email === undefined ? null : { name: name.replace(/^"(.*)"$/, '$1'), email: email.replace(/^"(.*)"$/, '$1') };
}
