import type { ObjectName } from '../../model/schema.ts';
import type { BuiltTemplate, TemplateContext, TemplateScript, TemplateStep } from '../define-template.ts';
import { numbered } from './identifiers.ts';
import { comments } from './scripts.ts';

/** A migration whose name is still to be chosen. */
export interface Draft {
  /** Names that would fit, the best first. */
  readonly names: readonly [string, ...string[]];
  readonly up: TemplateScript;
  readonly down: TemplateScript;
  readonly deployBefore?: string;
  readonly notes?: readonly string[];
}

/** The migrations of a template, in order. */
export function built(context: TemplateContext, drafts: readonly Draft[]): BuiltTemplate {
  const taken = new Set(context.takenNames.map((each) => each.toLowerCase()));
  const steps = drafts.map((draft): TemplateStep => {
    const name = chosenName(draft.names, context, taken);
    taken.add(name);
    const deployBefore = draft.deployBefore ?? null;
    return { name, up: deployBefore === null ? draft.up : told(draft.up, `Before this: ${deployBefore}`), down: draft.down, deployBefore, notes: draft.notes ?? [] };
  });
  return { steps, problems: [] };
}

export function refused(problem: string): BuiltTemplate {
  return { steps: [], problems: [problem] };
}

/** A name as a file gets it: small letters, digits and underscores. */
export function slug(...parts: readonly string[]): string {
  const words = parts.map((part) => part.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, ''));
  return words.filter((word) => word !== '').join('_').slice(0, longestName);
}

/** A table in a migration's name. */
export function tableSlug({ schema, name }: ObjectName): string {
  return schema === 'public' ? slug(name) : slug(schema, name);
}

/** Layouts take 120; numbers of a second of the same name need room. */
const longestName = 110;

/** The first that matches a pattern of the team; the first of all where none does or there are none. */
function chosenName(names: Draft['names'], { config }: TemplateContext, taken: ReadonlySet<string>): string {
  const slugs = names.map((each) => slug(each));
  const patterns = config.naming.patterns.flatMap(readPattern);
  const best = slugs.find((name) => patterns.some((pattern) => pattern.test(name))) ?? slugs[0] ?? 'migration';
  return numbered((number) => (number === 1 ? best : `${best}_${String(number)}`), (name) => taken.has(name));
}

/** A pattern that is none is told where the configuration is read. */
function readPattern(pattern: string): readonly RegExp[] {
  try {
    return [new RegExp(pattern)];
  } catch {
    return [];
  }
}

function told(script: TemplateScript, comment: string): TemplateScript {
  const [first, ...others] = script.statements;
  return first === undefined ? script : { ...script, statements: [`${comments(comment)}\n${first}`, ...others] };
}
