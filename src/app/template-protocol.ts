import type { Answer, Answers } from '../templates/define-template.ts';
import type { NewMigrationAnswer } from './editor-protocol.ts';
import type { PutQuestion, TakingOut } from './from-template.ts';
import type { TargetWish } from './target-choice.ts';

/** What New Migration can begin with; `uri` of the request is the folder's. */
export interface TemplatesAnswer {
  readonly kind: 'templates';
  readonly templates: readonly { readonly id: string; readonly title: string; readonly detail: string; readonly of: 'team' | 'Lockstep' }[];
  /** Sentences about the team's own that cannot be used. */
  readonly problems: readonly string[];
}

export interface TemplateQuestionParams {
  readonly folder: string;
  readonly template: string;
  readonly answers: Answers;
  /** Questions that were left empty. */
  readonly passed: readonly string[];
  /** For the progress of replaying the history, the first time. */
  readonly workDoneToken: string;
  readonly target?: TargetWish;
}

/** The next question, or what would be written once there are no more. */
export type TemplateQuestionAnswer =
  | (PutQuestion & { readonly kind: 'question' })
  | { readonly kind: 'steps'; readonly steps: readonly { readonly name: string; readonly deployBefore: string | null; readonly notes: readonly string[] }[] };

export interface CheckAnswerParams extends Omit<TemplateQuestionParams, 'passed' | 'workDoneToken'> {
  readonly id: string;
  readonly value: Answer;
}

export interface CheckAnswerAnswer {
  readonly kind: 'checked';
  /** Why it is refused, or null. */
  readonly reason: string | null;
}

export interface NewFromTemplateParams extends Omit<TemplateQuestionParams, 'passed' | 'workDoneToken'> {
  /** Of the only migration, when the user changed what was proposed. */
  readonly name?: string;
}

export interface NewFromTemplateAnswer {
  readonly kind: 'created several';
  /** In the order in which they run. */
  readonly created: readonly Omit<NewMigrationAnswer, 'kind'>[];
  readonly undo: TakingOut;
}
