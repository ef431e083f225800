/** A run of characters on one side; `changed` marks what the other side has not. */
export interface DiffSegment {
  readonly text: string;
  readonly changed: boolean;
}

/** One row of a side-by-side view; a null side is a gap. */
export interface DiffRow {
  readonly kind: 'same' | 'changed' | 'removed' | 'added';
  readonly before: readonly DiffSegment[] | null;
  readonly after: readonly DiffSegment[] | null;
}

/** Compares two texts line by line; lines that changed in place share a row and say where they differ. */
export function diffLines(before: string, after: string): readonly DiffRow[] {
  const left = before === '' ? [] : before.split('\n');
  const right = after === '' ? [] : after.split('\n');
  const rows: DiffRow[] = [];
  let at = 0;
  let to = 0;
  for (const [i, j] of [...commonLines(left, right), [left.length, right.length] as const]) {
    rows.push(...changedRows(left.slice(at, i), right.slice(to, j)));
    const line = left[i];
    if (line !== undefined && j < right.length) rows.push({ kind: 'same', before: [whole(line, 'same')], after: [whole(line, 'same')] });
    at = i + 1;
    to = j + 1;
  }
  return rows;
}

/** Pairs of line numbers of a longest common subsequence. */
function commonLines(left: readonly string[], right: readonly string[]): readonly (readonly [number, number])[] {
  const width = right.length + 1;
  if (left.length * width > largest) return [];
  const lengths = new Uint16Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const skip = Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
      lengths[i * width + j] = left[i] === right[j] ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : skip;
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (left[i] === right[j]) pairs.push([i++, j++]);
    else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return pairs;
}

function changedRows(left: readonly string[], right: readonly string[]): readonly DiffRow[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index): DiffRow => {
    const before = left[index];
    const after = right[index];
    if (before === undefined) return { kind: 'added', before: null, after: [whole(after ?? '', 'changed')] };
    if (after === undefined) return { kind: 'removed', before: [whole(before, 'changed')], after: null };
    return changedLine(before, after);
  });
}

/** Marks what lies between the words that both lines begin with and the words that both end with. */
function changedLine(before: string, after: string): DiffRow {
  const left = before.match(words) ?? [];
  const right = after.match(words) ?? [];
  const shorter = Math.min(left.length, right.length);
  let head = 0;
  while (head < shorter && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail += 1;
  return { kind: 'changed', before: segments(left, head, tail), after: segments(right, head, tail) };
}

function segments(line: readonly string[], head: number, tail: number): readonly DiffSegment[] {
  const parts = [
    { text: line.slice(0, head).join(''), changed: false },
    { text: line.slice(head, line.length - tail).join(''), changed: true },
    { text: line.slice(line.length - tail).join(''), changed: false },
  ];
  return parts.filter((part) => part.text !== '');
}

function whole(text: string, kind: 'same' | 'changed'): DiffSegment {
  return { text, changed: kind === 'changed' };
}

const words = /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;

/** Beyond this many cells the two texts are shown as wholly different rather than compared. */
const largest = 4_000_000;
