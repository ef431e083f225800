import { hover, type StatementFacts } from '../analysis/hover.ts';
import { lint } from '../analysis/lint.ts';
import type { Edit } from '../model/edit.ts';
import type { Finding } from '../model/finding.ts';
import { loadParser } from '../sql/parse.ts';
import { editScript, parseScript, type SqlScript } from '../sql/script.ts';
import { lintInput, scriptOptions } from './lint-input.ts';
import type { Located, Project } from './project.ts';

export type { StatementFacts };

/** A script as an editor has it open. Immutable: an edit gives the next one and shares what it did not touch. */
export interface LiveScript {
  readonly project: Project;
  /** Null for SQL in a migration folder that no layout claims. */
  readonly located: Located | null;
  readonly script: SqlScript;
}

/** What a script is seen together with. */
export interface LiveSurroundings {
  /** The other side of the pair, or null where there is none. */
  readonly other: LiveScript | null;
  readonly now: Date;
}

/** Loads the parser; everything below is synchronous afterwards. */
export async function prepareToCheck(): Promise<void> {
  await loadParser();
}

export function openLive(text: string, place: { readonly project: Project; readonly located: Located | null }): LiveScript {
  return { ...place, script: parseScript(text, scriptOptions(text, place.located)) };
}

/** Only the statements that the edit touched are parsed again. */
export function editLive(live: LiveScript, edit: Edit): LiveScript {
  return { ...live, script: editScript(live.script, edit) };
}

/** Everything the rules say, in the order of the text. */
export function checkLive(live: LiveScript, surroundings: LiveSurroundings): readonly Finding[] {
  return lint(inputOf(live, surroundings));
}

/** What is known of the statement at an offset, or null between statements. */
export function hoverLive(live: LiveScript, surroundings: LiveSurroundings, offset: number): StatementFacts | null {
  return hover(live.script, offset, inputOf(live, surroundings));
}

function inputOf(live: LiveScript, { other, now }: LiveSurroundings): ReturnType<typeof lintInput> {
  return lintInput({ ...live, other: other?.script ?? null, today: now.toISOString().slice(0, 10) });
}
