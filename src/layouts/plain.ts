import type { Migration, Side } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import { newPair } from './header.ts';
import type { FolderView, Layout, Listing, ReadingProblem } from './layout.ts';
import { compareNumbers, compareText, fileName, nextNumber, refuseAnywhere, timestamp } from './naming.ts';
import { at, unreadable, wholeFile } from './scripts.ts';

/**
 * Numbered SQL files in pairs, run by the project's own runner: `0001_name.sql` with `0001_name_rollback.sql`
 * or `0001_name_down.sql`, `0001_name.up.sql` with `0001_name.down.sql`, or folders `up` and `down`.
 */
export const plain: Layout = {
  id: 'plain',
  title: 'SQL pairs',
  files: /\.sql$/,
  separator: null,
  bookkeeping: [],
  detect,
  list,
  read: (text, { config }) => ({
    ...wholeFile(text, {
      kind: config.plainTransaction,
      tool: 'the migration runner',
      optOut: 'send this file statement by statement, and say so with "plainTransaction": "autocommit" in lockstep.config.json',
    }),
    problems: foreignMark(text),
  }),
  write: (_text, { sql }) => sql,
  refuseName(name, folder) {
    const refusal = refuseAnywhere(name);
    if (refusal !== null) return refusal;
    const suffix = /[_-](rollback|up|down)$/i.exec(name)?.[0];
    if (suffix !== undefined) return `A name that ends in “${suffix}” would be read as one side of a pair.`;
    const taken = parts(folder).find((part) => part.name.toLowerCase() === name.toLowerCase());
    return taken === undefined ? null : `${taken.file} has this name already: say what is different this time.`;
  },
  next(request) {
    const { folder, name, now } = request;
    const all = parts(folder);
    const numbers = all.map((part) => part.number);
    const style = newestStyle(all);
    const description = fileName(name);
    const number = (numbers.toSorted(compareNumbers).at(-1)?.length ?? 0) >= 12 ? timestamp(now) : nextNumber(numbers);
    const facts = { id: `${number}_${description}`, name: description, now };
    return newPair({ facts, up: at(folder, styles[style].up(facts.id)), down: at(folder, styles[style].down(facts.id)), request });
  },
};

type Style = 'rollback' | 'underscored' | 'underscored both' | 'dotted' | 'dotted down' | 'folders';

const styles: Readonly<Record<Style, { readonly up: (id: string) => string; readonly down: (id: string) => string }>> = {
  rollback: { up: (id) => `${id}.sql`, down: (id) => `${id}_rollback.sql` },
  underscored: { up: (id) => `${id}.sql`, down: (id) => `${id}_down.sql` },
  'underscored both': { up: (id) => `${id}_up.sql`, down: (id) => `${id}_down.sql` },
  dotted: { up: (id) => `${id}.up.sql`, down: (id) => `${id}.down.sql` },
  'dotted down': { up: (id) => `${id}.sql`, down: (id) => `${id}.down.sql` },
  folders: { up: (id) => `up/${id}.sql`, down: (id) => `down/${id}.sql` },
};

/** One numbered file. */
interface Part {
  readonly file: string;
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly side: Side;
  /** The styles that this file alone allows; the pair decides. */
  readonly mark: string;
}

/** Other tools number their SQL files too, and keep both sides in one: taking those for a whole up would be wrong. */
const markedByAnotherTool = /^--\s*(migrate:up|\+goose\s+up|\+migrate\s+up|liquibase formatted sql|(up|down) migration\s*$)/im;

/** A folder can be pinned to SQL pairs, and one such file can have strayed into it. */
function foreignMark(text: string): readonly ReadingProblem[] {
  const mark = markedByAnotherTool.exec(text);
  if (mark === null) return [];
  return [{
    span: { start: mark.index, end: mark.index + mark[0].trimEnd().length },
    message: 'This line belongs to another migration tool: as a plain SQL file the whole text runs, whatever its sections are for.',
    next: 'Give both sides files of their own, or pin the folder to that tool with "layouts" in lockstep.config.json.',
  }];
}

function detect(folder: FolderView): number {
  const all = parts(folder);
  if (all.length === 0 || all.some((part) => part.side === 'up' && markedByAnotherTool.test(folder.read(part.file) ?? ''))) return 0;
  if (all.some((part) => part.side === 'down')) return 2;
  return /migrat/i.test(folder.path.slice(folder.path.lastIndexOf('/') + 1)) ? 1 : 0;
}

function list(folder: FolderView): Listing {
  const all = parts(folder);
  const fallback = newestStyle(all.filter((part) => part.side === 'down' || part.mark === ''));
  const ups = all.filter((part) => part.side === 'up');
  const downs = new Map(all.filter((part) => part.side === 'down').map((part) => [part.id, part]));
  const byId = new Map(ups.map((part) => [part.id, part]));
  const migrations = [...byId.values()]
    .sort((a, b) => compareNumbers(a.number, b.number) || compareText(a.id, b.id))
    .map((up): Migration => {
      const down = downs.get(up.id);
      return {
        id: up.id,
        name: up.name,
        up: { path: at(folder, up.file) },
        down: down === undefined ? null : { path: at(folder, down.file) },
        downPath: at(folder, down?.file ?? styles[styleOf(up, down) ?? fallback].down(up.id)),
      };
    });
  return { migrations, problems: [...pairProblems(folder, all), ...unreadable(folder, all.map((part) => part.file))] };
}

const grammar = /^(?:(?<folder>up|down)\/)?(?<number>\d+)[_-](?<name>[^/]+?)(?<mark>_rollback|_down|_up|\.up|\.down)?\.sql$/;

function parts(folder: FolderView): readonly Part[] {
  return folder.files.flatMap((file): readonly Part[] => {
    const groups = grammar.exec(file)?.groups;
    if (groups === undefined) return [];
    const { number = '', name = '', mark = '', folder: inside } = groups;
    const id = file.slice(inside === undefined ? 0 : inside.length + 1, file.length - mark.length - '.sql'.length);
    const side = inside === 'down' || mark === '_rollback' || mark.endsWith('down') ? 'down' : 'up';
    return [{ file, id, number, name, side, mark: inside === undefined ? mark : 'folder' }];
  });
}

/** What a pair, or an up alone, says of its style; null when an up alone could belong to several. */
function styleOf(up: Part, down: Part | undefined): Style | null {
  if (up.mark === 'folder') return 'folders';
  if (up.mark === '.up') return 'dotted';
  if (up.mark === '_up') return 'underscored both';
  if (down === undefined) return null;
  return down.mark === '.down' ? 'dotted down' : down.mark === '_down' ? 'underscored' : 'rollback';
}

/** The style of the newest pair, so that a new migration looks like its neighbours. */
function newestStyle(all: readonly Part[]): Style {
  const newestFirst = all.filter((part) => part.side === 'up').sort((a, b) => compareNumbers(b.number, a.number) || compareText(b.id, a.id));
  for (const up of newestFirst) {
    const style = styleOf(up, all.find((part) => part.side === 'down' && part.id === up.id));
    if (style !== null) return style;
  }
  return 'rollback';
}

function pairProblems(folder: FolderView, all: readonly Part[]): readonly ProjectProblem[] {
  const problems: ProjectProblem[] = [];
  const ups = new Map<string, Part>();
  const byNumber = new Map<string, Part>();
  const downs = new Map<string, Part>();
  for (const part of all) {
    const same = part.side === 'up' ? ups : downs;
    const twin = same.get(part.id);
    const sharing = byNumber.get(BigInt(part.number).toString());
    if (twin !== undefined) {
      problems.push({ path: at(folder, part.file), message: `${twin.file} and ${part.file} are both the ${part.side} of ${part.id}.`, next: 'Keep one of them.' });
    } else if (part.side === 'up' && sharing !== undefined) {
      problems.push({
        path: at(folder, part.file),
        message: `${sharing.id} and ${part.id} share the number ${part.number}: their order is an accident of their names.`,
        next: 'Give the one that was merged later the next free number, in both of its files.',
        renumber: at(folder, part.file),
      });
    }
    same.set(part.id, part);
    if (part.side === 'up') byNumber.set(BigInt(part.number).toString(), part);
  }
  for (const down of downs.values()) {
    if (ups.has(down.id)) continue;
    problems.push({ path: at(folder, down.file), message: `${down.file} is a down without its up.`, next: `Add the up of ${down.id}, or rename this file to match the up it belongs to.` });
  }
  return problems;
}
