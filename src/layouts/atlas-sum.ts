import { sha256 } from '@noble/hashes/sha2.js';
import { compareText } from './naming.ts';

export const sumFile = 'atlas.sum';

/** One line of `atlas.sum`: the hash is of this file and of all before it. */
interface SumLine {
  readonly file: string;
  readonly hash: string;
}

/** The migrations of a folder with their texts; every SQL file directly in it is one. */
export type AtlasTexts = ReadonlyMap<string, string>;

/** `atlas.sum` as `atlas migrate hash` writes it. */
export function sumOf(texts: AtlasTexts): string {
  const lines = sumLines(texts);
  return `h1:${total(lines)}\n${lines.map(({ file, hash }) => `${file} h1:${hash}\n`).join('')}`;
}

/**
 * Where a written sum and the folder part: `null` when they agree. `edited` names the first file whose hash differs, `added` one that the sum does
 * not have, `missing` one that only the sum has; `unreadable`: the sum itself was edited, or has a merge conflict.
 */
export function staleSum(written: string, texts: AtlasTexts): { readonly kind: 'edited' | 'added' | 'missing' | 'unreadable'; readonly file: string } | null {
  if (written.replaceAll('\r\n', '\n').trimEnd() === sumOf(texts).trimEnd()) return null;
  const known = new Map<string, string>();
  for (const line of written.split(/\r?\n/).slice(1)) {
    const [, file, hash] = /^(.+?) h1:(\S+)$/.exec(line) ?? [];
    if (file !== undefined && hash !== undefined) known.set(file, hash);
  }
  const missing = [...known.keys()].find((file) => !texts.has(file));
  if (missing !== undefined) return { kind: 'missing', file: missing };
  for (const { file, hash } of sumLines(texts)) {
    const before = known.get(file);
    if (before === undefined) return { kind: 'added', file };
    if (before !== hash) return { kind: 'edited', file };
  }
  return { kind: 'unreadable', file: sumFile };
}

/** Each hash goes on from the one before; a file that says `atlas:sum ignore` counts by its name alone and gets no line. */
function sumLines(texts: AtlasTexts): readonly SumLine[] {
  const chain = sha256.create();
  const lines: SumLine[] = [];
  for (const [file, text] of [...texts].sort(([a], [b]) => compareText(a, b))) {
    chain.update(bytes(file));
    if (/^[ -~]*atlas:sum +ignore *(?=[\r\n]|$)/.test(text)) continue;
    chain.update(bytes(text));
    lines.push({ file, hash: base64(chain.clone().digest()) });
  }
  return lines;
}

function total(lines: readonly SumLine[]): string {
  const sum = sha256.create();
  for (const { file, hash } of lines) sum.update(bytes(file + hash));
  return base64(sum.digest());
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function base64(digest: Uint8Array): string {
  return btoa(String.fromCharCode(...digest));
}
