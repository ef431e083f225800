import type { Config } from '../model/config.ts';
import type { Side, TransactionMode } from '../model/migration.ts';
import type { SchemaFacts } from '../model/schema.ts';

/** How a tool can run one script outside a transaction. `each statement`: it never opens one. `single statement`: it opens none for a script of one statement. `marked`: the script, or a setting beside it, asks for it. */
export type OutsideTransaction = 'each statement' | 'single statement' | 'marked' | 'never';

/** How the layout runs the scripts of one side. */
export interface ScriptRunner {
  /** As a message says it: "Drizzle". */
  readonly tool: string;
  readonly outside: OutsideTransaction;
}

/** All that a template knows. Plain data. */
export interface TemplateContext {
  readonly schema: SchemaFacts;
  readonly config: Config;
  readonly runners: Readonly<Record<Side, ScriptRunner>>;
  /** Names of the migrations that the folder has, without their numbers. */
  readonly takenNames: readonly string[];
}

/**
 * Tables, columns, types and other identifiers are written as SQL writes them: `sales."Order Lines"`, `"Total"`; without quotes
 * PostgreSQL reads capitals as small letters. Lists are lists of such texts.
 */
export type Answer = string | number | boolean | readonly string[];

export type Answers = Readonly<Record<string, Answer>>;

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly detail: string;
}

interface Question {
  /** What the answers and `lockstep new --answer <id>=…` call it. */
  readonly id: string;
  readonly prompt: string;
  readonly placeholder?: string;
  /** Asked only where this holds; left out: always. An unasked question has no answer. */
  when?(answers: Answers, context: TemplateContext): boolean;
  /** What the picker offers first; null: nothing. */
  initial?(answers: Answers, context: TemplateContext): Answer | null;
  /** Why the value is refused, or null; asked when the value is right for its kind. */
  refuse?(value: Answer, answers: Answers, context: TemplateContext): string | null;
}

/** A question that may be left empty has `optional`; then its answer is missing. */
export type TemplateInput = Question & { readonly optional?: true } & (
  /** An existing table. */
  | { readonly kind: 'table' }
  /** The name of a table that does not exist, qualified where it is not in `public`. */
  | { readonly kind: 'new table' }
  /** Existing columns of the table that the question `of` asked for. */
  | { readonly kind: 'column' | 'columns'; readonly of: string }
  /** A name that the table of `of` has no column of. */
  | { readonly kind: 'new column'; readonly of: string }
  | { readonly kind: 'name' }
  | { readonly kind: 'type' }
  | { readonly kind: 'expression' }
  /** One of a list; `choices` may depend on what was answered. */
  | { readonly kind: 'choice'; choices(answers: Answers, context: TemplateContext): readonly Choice[] }
  | { readonly kind: 'yes or no' }
  /** A role of the cluster; roles that no migration makes can be typed. */
  | { readonly kind: 'role' }
  | { readonly kind: 'text' }
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
);

/** One script of a migration. */
export interface TemplateScript {
  /** Each ends with its semicolon and begins with its comments. */
  readonly statements: readonly string[];
  /** True when it has to run outside a transaction: where the runner says `marked`, the layout writes the mark. */
  readonly outsideTransaction: boolean;
}

/** One migration. */
export interface TemplateStep {
  /** Without number: `add_status_to_orders`. */
  readonly name: string;
  readonly up: TemplateScript;
  readonly down: TemplateScript;
  /** What has to be deployed, or to happen, between the step before and this one; null: nothing. */
  readonly deployBefore: string | null;
  /** Sentences for whoever writes the migration: what to look at, what the down cannot bring back. */
  readonly notes: readonly string[];
}

/** What a template makes of answers. With problems there are no steps. */
export interface BuiltTemplate {
  readonly steps: readonly TemplateStep[];
  readonly problems: readonly string[];
}

/** What New Migration can begin with. Pure: equal answers give equal steps. */
export interface Template {
  readonly id: string;
  readonly title: string;
  /** One sentence: what it writes. */
  readonly detail: string;
  readonly inputs: readonly TemplateInput[];
  /** Gets answers that `checkAnswers` has no objection to. */
  build(answers: Answers, context: TemplateContext): BuiltTemplate;
}

/** Declares a template. The file's name is its id. */
export function defineTemplate(template: Template): Template {
  return template;
}

/** What a layout's transaction mode means for templates; a layout that can mark single scripts says `marked` itself. */
export function runnerOf({ tool, kind }: TransactionMode): ScriptRunner {
  return { tool, outside: ({ transaction: 'never', implicit: 'single statement', autocommit: 'each statement' } as const)[kind] };
}
