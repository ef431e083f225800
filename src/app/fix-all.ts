import type { Edit } from '../model/edit.ts';
import { applyEdits } from '../model/edit.ts';
import type { Finding } from '../model/finding.ts';
import { rules } from '../rules/index.generated.ts';
import { checkFile, openFile, type FileSurroundings, type LiveFile } from './live-file.ts';

/**
 * Every fix of a file that can be made unasked: those that lead to the same catalog and leave nothing to do, as the suite proves of their rules' examples.
 * One edit of the text, null when there is nothing to mend.
 */
export function fixAll(file: LiveFile, surroundings: FileSurroundings): Edit | null {
  let [fixed, findings] = [file, checkFile(file, surroundings)];
  for (let round = 0; round < mostRounds; round += 1) {
    const edits = together(findings.filter(isWhole));
    if (edits.length === 0) break;
    fixed = openFile(applyEdits(fixed.text, edits), fixed);
    findings = checkFile(fixed, surroundings);
  }
  return difference(file.text, fixed.text);
}

/** Whether `fixAll` would mend it. */
export function isWhole({ rule, fixes }: Finding): boolean {
  return fixes.length > 0 && !unfinished.has(rule);
}

/** A fix can uncover what another one mends; more rounds than rules that do so are a circle. */
const mostRounds = 10;

/** Rules with a fix that leaves a step to a later migration, or changes what the migration leads to: their fixes are offered one by one. */
const unfinished = new Set(rules.flatMap(({ id, examples }) => (examples.bad.some(({ fixLeaves, fixChanges }) => fixLeaves !== undefined || fixChanges !== undefined) ? [id] : [])));

/** The edits of the first fix of each finding, without those that would edit the same place. */
function together(findings: readonly Finding[]): readonly Edit[] {
  const taken: Edit[] = [];
  for (const { fixes } of findings) {
    const edits = fixes[0]?.edits ?? [];
    if (edits.every((edit) => taken.every((other) => isApart(edit, other)))) taken.push(...edits);
  }
  return taken;
}

function isApart({ span: a }: Edit, { span: b }: Edit): boolean {
  return a.end < b.start || b.end < a.start;
}

/** What both texts begin and end with stays, so that cursors stay where they are. */
function difference(before: string, after: string): Edit | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { span: { start: head, end: before.length - tail }, text: after.slice(head, after.length - tail) };
}
