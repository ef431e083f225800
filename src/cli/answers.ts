import type { ChoosePort } from '../app/generated-copy.ts';
import type { Question } from '../app/drizzle-prompts.ts';
import { UserError } from '../model/errors.ts';

/** An answer as it is typed: `full_name=display_name` for what was renamed, `nickname=+` for what is new. */
export interface GivenAnswer {
  readonly name: string;
  /** The name before; null for what is new. */
  readonly before: string | null;
}

export interface Answering {
  readonly choose: ChoosePort;
  /** Throws `usage` when an answer was for no question: then it meant something else than what was generated. */
  readonly finish: () => void;
}

/** What `--answer` says of each question; what it leaves open goes on to somebody else. */
export function answering(given: readonly GivenAnswer[], otherwise: ChoosePort): Answering {
  const open = [...given];
  return {
    choose: (question) => {
      const fitting = open.flatMap((answer) => question.options.flatMap((option, index) => (fits(answer, { question, option }) ? [{ answer, index }] : [])));
      const [first] = fitting;
      if (first === undefined) return otherwise(question);
      if (fitting.some(({ index }) => index !== first.index)) {
        throw new UserError('usage', `The answers ${fitting.map(({ answer }) => written(answer)).join(' and ')} contradict each other: ${question.question}`, 'Give one of them, or write the table before the name, as in users.full_name=users.display_name.');
      }
      open.splice(open.indexOf(first.answer), 1);
      return Promise.resolve(first.index);
    },
    finish: () => {
      const [unused] = open;
      if (unused !== undefined) throw new UserError('usage', `--answer ${written(unused)} answers nothing that was asked.`, 'Leave it out, or correct its names; without --answer the questions are shown.');
    },
  };
}

/** How the options of a question are written as answers. */
export function answersTo({ options }: Question): readonly string[] {
  return options.flatMap((option) => {
    const meant = meaningOf(option);
    return meant === null ? [] : [`--answer '${written(meant)}'`];
  });
}

function written({ name, before }: GivenAnswer): string {
  return `${name}=${before ?? '+'}`;
}

/** drizzle-kit 0.x writes `~ old › new rename column`, and 1.0 the table before both names. */
function meaningOf(option: string): GivenAnswer | null {
  const words = /^(?:\+ (?<created>\S+)|~ (?<before>\S+) › (?<name>\S+))(?: |$)/.exec(option)?.groups;
  if (words === undefined) return null;
  const { created, before = null, name = created } = words;
  return name === undefined ? null : { name, before };
}

function fits(answer: GivenAnswer, { question, option }: { readonly question: Question; readonly option: string }): boolean {
  const meant = meaningOf(option);
  if (meant === null || (meant.before === null) !== (answer.before === null)) return false;
  const table = / in (\S+) table /.exec(question.question)?.[1] ?? null;
  const isSame = (told: string, asked: string): boolean => told === asked || asked.endsWith(`.${told}`) || (table !== null && told === `${table}.${asked}`);
  return isSame(answer.name, meant.name) && (answer.before === null || meant.before === null || isSame(answer.before, meant.before));
}
