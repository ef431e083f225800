import { isRecord } from '../model/record.ts';
import type { FileChange } from '../model/file-change.ts';
import { parsed, writtenAs } from './json-text.ts';
import type { FolderView } from './layout.ts';
import { at } from './scripts.ts';

type Json = Readonly<Record<string, unknown>>;

interface ChainRequest {
  /** The migration after which the moved ones stand now, or null at the beginning. */
  readonly before: string | null;
  /** Prefixes of the moved migrations, in their new order; `text` is the snapshot where it is not in its place. */
  readonly moved: readonly { readonly from: string; readonly to: string; readonly text: string | null }[];
}

export type Chained = { readonly kind: 'changes'; readonly changes: readonly FileChange[] } | { readonly kind: 'refused'; readonly reason: string };

/**
 * The snapshots of migrations that now stand behind others. A snapshot holds the whole schema, so each becomes what it was, with
 * what the migrations before it changed meanwhile: a merge of three, as git merges lines.
 */
export function chained(folder: FolderView, { before, moved }: ChainRequest): Chained {
  const changes: FileChange[] = [];
  let tip = before === null ? null : snapshotOf(folder, prefixOf(before));
  if (before !== null && tip === null) return missing(prefixOf(before));
  for (const { from, to, text: found } of moved) {
    const own = found === null ? snapshotOf(folder, from) : snapshotFrom(found);
    if (own === null) return missing(from);
    if (found === null && before !== null && from === prefixOf(before)) return shared(from);
    const base = snapshotById(folder, own.content['prevId']);
    const next = tip === null || own.content['prevId'] === tip.content['id'] ? { value: own.content, clash: null } : rebased(base, { own: own.content, onto: tip.content });
    if (next.clash !== null) {
      return { kind: 'refused', reason: `The snapshots of ${from} and of the migrations before it both change ${next.clash}, each in its own way. Take ${from} out, and let \`drizzle-kit generate\` make it anew.` };
    }
    const text = writtenAs(own.text, next.value);
    if (found !== null) changes.push({ kind: 'create', path: at(folder, fileOf(to)), text });
    else changes.push({ kind: 'move', path: at(folder, fileOf(from)), to: at(folder, fileOf(to)), ...(text === own.text ? {} : { text }) });
    tip = { content: next.value, text };
  }
  return { kind: 'changes', changes };
}

function missing(prefix: string): Chained {
  return { kind: 'refused', reason: `${fileOf(prefix)} is missing or is not readable, so the chain of Drizzle’s snapshots cannot be mended.` };
}

function shared(prefix: string): Chained {
  return { kind: 'refused', reason: `Two migrations have the number ${prefix}, but there is one ${fileOf(prefix)}: the snapshot of the other was lost in the merge, and git does not know it. Take the migration out, and let \`drizzle-kit generate\` make it anew.` };
}

/** Bookkeeping that says which snapshot this is; all else is the schema. */
const identity = new Set(['id', 'prevId']);

function rebased(base: Json | null, { own, onto }: { readonly own: Json; readonly onto: Json }): { readonly value: Json; readonly clash: string | null } {
  const schema = (whole: Json): Json => Object.fromEntries(Object.entries(whole).filter(([key]) => !identity.has(key)));
  const merged = merge(base === null ? {} : schema(base), schema(own), schema(onto));
  return { value: { id: own['id'], prevId: onto['id'], ...merged.value }, clash: merged.clash };
}

/** What both sides changed, where they do not contradict each other; `clash` names the first place where they do. */
export function merge(base: Json, own: Json, onto: Json, path: readonly string[] = []): { readonly value: Json; readonly clash: string | null } {
  const value: Record<string, unknown> = {};
  let clash: string | null = null;
  for (const key of new Set([...Object.keys(onto), ...Object.keys(own)])) {
    const [was, mine, theirs] = [base[key], own[key], onto[key]];
    if (same(mine, theirs) || same(mine, was)) value[key] = theirs;
    else if (same(theirs, was)) value[key] = mine;
    else if (isRecord(mine) && isRecord(theirs)) {
      const inner = merge(isRecord(was) ? was : {}, mine, theirs, [...path, key]);
      value[key] = inner.value;
      clash ??= inner.clash;
    } else clash ??= [...path, key].join('.');
    if (value[key] === undefined) delete value[key];
  }
  return { value, clash };
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, index) => same(each, b[index]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

interface Snapshot {
  readonly content: Json;
  readonly text: string;
}

function snapshotOf(folder: FolderView, prefix: string): Snapshot | null {
  const text = folder.read(fileOf(prefix));
  return text === null ? null : snapshotFrom(text);
}

function snapshotFrom(text: string): Snapshot | null {
  const content = parsed(text);
  return isRecord(content) ? { content, text } : null;
}

function snapshotById(folder: FolderView, id: unknown): Json | null {
  for (const file of folder.files.filter((each) => /^meta\/[^/]*snapshot\.json$/.test(each))) {
    const content = parsed(folder.read(file) ?? '');
    if (isRecord(content) && content['id'] === id) return content;
  }
  return null;
}

function fileOf(prefix: string): string {
  return `meta/${prefix}_snapshot.json`;
}

function prefixOf(tag: string): string {
  return tag.slice(0, Math.max(0, tag.indexOf('_')));
}
