import { parseStatement } from '../../sql/parse.ts';
import type { Answers, BuiltTemplate, TemplateContext, TemplateInput, TemplateScript } from '../define-template.ts';
import type { Side } from '../../model/migration.ts';
import { built, refused, type Draft } from '../support/steps.ts';
import { fillName, fillSql, fillWords, placeholdersOf, type Filling } from './placeholders.ts';
import type { TeamStatement } from './statements.ts';

export interface TeamScript {
  readonly statements: readonly TeamStatement[];
  readonly outside: 'yes' | 'no';
}

export interface TeamStep {
  readonly name: string;
  readonly deployBefore: string | null;
  readonly only: string | null;
  readonly up: TeamScript;
  readonly down: TeamScript;
}

interface Parts {
  readonly inputs: readonly TemplateInput[];
  readonly steps: readonly TeamStep[];
}

/** The migrations of a team's template. Nothing is added to its SQL: what the rules find in it is for the team to mend. */
export function buildTeamSteps({ inputs, steps }: Parts, answers: Answers, context: TemplateContext): BuiltTemplate {
  const filling: Filling = ({ id }) => {
    const input = inputs.find((each) => each.id === id);
    const value = answers[id];
    if (input === undefined || value === undefined) throw new Error(`placeholders without an answer are left out before: ${id}`);
    return { input, value };
  };
  const isWanted = (only: string | null): boolean => only === null || answers[only] === true;
  const isAnswered = (text: string): boolean => placeholdersOf(text).every(({ id }) => id in answers);
  const wanted = steps.filter((step) => isWanted(step.only));
  const fill = (script: TeamScript): TemplateScript => ({
    statements: script.statements.filter((each) => isWanted(each.only) && isAnswered(each.sql)).map((each) => fillSql(each.sql, filling)),
    outsideTransaction: script.outside === 'yes',
  });
  const unnamed = wanted.find((step) => !isAnswered(step.name) || !isAnswered(step.deployBefore ?? ''));
  if (unnamed !== undefined) return refused(`The name or the deployment of “${unnamed.name}” needs an answer that is missing.`);
  const drafts = wanted.map((step): Draft => ({
    names: [fillName(step.name, filling)], up: fill(step.up), down: fill(step.down),
    ...(step.deployBefore === null ? {} : { deployBefore: fillWords(step.deployBefore, filling) }),
  }));
  const problem = drafts.flatMap((draft) => [...refuseScript(draft, 'up', context), ...refuseScript(draft, 'down', context)])[0];
  return problem === undefined ? built(context, drafts) : refused(problem);
}

/** What only the answers and the tool can tell. */
function refuseScript(draft: Draft, side: Side, { runners }: TemplateContext): readonly string[] {
  const { statements, outsideTransaction } = draft[side];
  const { tool, outside } = runners[side];
  const unread = statements.map((each) => parseStatement(each.replace(/;\s*$/, ''))).find((each) => each.problem !== null);
  if (unread !== undefined) return [`With these answers PostgreSQL cannot read a statement of the ${side} of ${draft.names[0]}: ${unread.problem?.message ?? ''}.`];
  if (!outsideTransaction) return [];
  if (outside === 'never') return [`The ${side} of ${draft.names[0]} has to run outside a transaction, and ${tool} has no way to do that.`];
  return outside === 'single statement' && statements.length > 1 ? [`The ${side} of ${draft.names[0]} has to run outside a transaction, and ${tool} does that only for a file of one statement.`] : [];
}
