import * as vscode from 'vscode';
import { requests, type FolderChoice, type Refusal } from '../../app/editor-protocol.ts';
import type { CheckAnswerParams, NewFromTemplateAnswer, TemplateQuestionAnswer, TemplatesAnswer } from '../../app/template-protocol.ts';
import { withServerProgress } from '../progress.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { targetWish } from '../target-settings.ts';
import { judgeName, namePrompt } from './migration-name.ts';
import { askOne, askText, back, setUp, type Asked } from './template-questions.ts';

type Question = Extract<TemplateQuestionAnswer, { readonly kind: 'question' }>;
type Steps = Extract<TemplateQuestionAnswer, { readonly kind: 'steps' }>['steps'];
type Answers = Record<string, Exclude<Asked, null | typeof back>>;

export interface ChosenTemplate {
  readonly id: string;
  readonly title: string;
}

/** What a new migration begins with, or null when nothing was chosen. */
export async function chooseTemplate(client: Client, folder: FolderChoice): Promise<ChosenTemplate | null> {
  const answer = await ask(client, requests.templates, { uri: folder.uri });
  if (answer.kind === 'refused') {
    showRefusal(answer);
    return null;
  }
  if (answer.problems.length > 0) void vscode.window.showWarningMessage(`A template of the team cannot be used: ${answer.problems.join(' ')}`);
  const picked = await vscode.window.showQuickPick(rows(answer), { title: `New Migration in ${folder.label} (${folder.layout})`, placeHolder: 'What does it begin with?', matchOnDetail: true });
  return picked === undefined ? null : { id: picked.id, title: picked.label };
}

interface Row extends vscode.QuickPickItem {
  readonly id: string;
}

/** Blank comes first, so that Enter is all it takes. */
function rows({ templates }: TemplatesAnswer): readonly Row[] {
  const blank = templates.filter(({ id }) => id === 'blank');
  const own = templates.filter(({ of }) => of === 'team');
  const rest = templates.filter(({ id, of }) => of === 'Lockstep' && id !== 'blank');
  const line = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator, id: '' });
  const row = ({ id, title, detail }: TemplatesAnswer['templates'][number]): Row => ({ label: title, detail, id });
  return [...blank.map(row), ...(own.length === 0 ? [] : [line('Your team’s')]), ...own.map(row), line('Templates'), ...rest.map(row)];
}

/** Asks what the template asks, one question after the other with a way back, and writes what it makes. Null when the user gave up or it was refused. */
export async function fillTemplate(client: Client, folder: FolderChoice, template: ChosenTemplate): Promise<NewFromTemplateAnswer | null> {
  const target = targetWish(vscode.Uri.parse(folder.uri));
  const asked = { folder: folder.uri, template: template.id, target };
  const trail: { readonly id: string; readonly passed: boolean }[] = [];
  const answers: Answers = {};
  for (;;) {
    const passed = trail.filter((each) => each.passed).map(({ id }) => id);
    const next = await withServerProgress(client, { title: 'Reading the schema' }, (workDoneToken, cancellation) =>
      ask(client, requests.templateQuestion, { ...asked, answers, passed, workDoneToken }, cancellation),
    );
    if (next.kind === 'refused') return refused(next);
    const step = trail.length + 1;
    const given = next.kind === 'question' ? await put(client, next, { ...asked, title: template.title, step, answers }) : await confirm(client, { folder, template, steps: next.steps, step });
    if (given === null) return null;
    if (given === back) {
      const last = trail.pop();
      if (last === undefined) return null;
      delete answers[last.id];
      continue;
    }
    if (next.kind === 'steps') {
      const name = next.steps.length === 1 && typeof given === 'string' ? { name: given } : {};
      const written = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: 'Writing', cancellable: true }, (_progress, token) =>
        ask(client, requests.newFromTemplate, { ...asked, answers, ...name }, token),
      );
      return written.kind === 'refused' ? refused(written) : written;
    }
    const isPassed = given === '' && next.optional;
    trail.push({ id: next.id, passed: isPassed });
    if (!isPassed) answers[next.id] = given;
  }
}

interface Putting extends Omit<CheckAnswerParams, 'id' | 'value'> {
  readonly title: string;
  readonly step: number;
}

/** A question that nothing in the schema answers is the end: what is missing is said instead. */
async function put(client: Client, question: Question, { title, step, ...asked }: Putting): Promise<Asked> {
  if (question.lacking !== null) {
    void vscode.window.showWarningMessage(`${title}: ${question.prompt} ${question.lacking}`);
    return null;
  }
  return askOne(question, {
    title, step,
    async check(value) {
      const answer = await ask(client, requests.checkAnswer, { ...asked, id: question.id, value });
      return answer.kind === 'refused' ? answer.message : answer.reason;
    },
  });
}

interface Confirming {
  readonly folder: FolderChoice;
  readonly template: ChosenTemplate;
  readonly steps: Steps;
  readonly step: number;
}

/** One migration gets its name from the user; of several the order is shown, with what to deploy between them. */
async function confirm(client: Client, { folder, template: { title }, steps, step }: Confirming): Promise<Asked> {
  const [only, more] = steps;
  if (only === undefined) return null;
  if (more === undefined) return askText({ title: `${title}: the migration’s name`, step, prompt: namePrompt, initial: only.name, placeholder: '', check: (value) => judgeName(client, folder, value) });
  return new Promise((resolve) => {
    const write: vscode.QuickPickItem = { label: `$(new-file) Write these ${String(steps.length)} migrations`, detail: 'In this order; each says at its top what has to be deployed before it runs.' };
    const shown = steps.map(({ name, deployBefore }, index): vscode.QuickPickItem => ({ label: `${String(index + 1)}. ${name}`, detail: deployBefore === null ? 'With this release.' : `Before it runs: ${deployBefore}`, alwaysShow: true }));
    const list = vscode.window.createQuickPick();
    list.placeholder = `Enter writes them into ${folder.label}, Escape does not`;
    list.items = [write, { label: 'What will be written', kind: vscode.QuickPickItemKind.Separator }, ...shown];
    setUp(list, title, step);
    const done = (value: Asked): void => {
      resolve(value);
      list.dispose();
    };
    list.onDidTriggerButton(() => done(back));
    list.onDidHide(() => done(null));
    // The other rows are there to be read.
    list.onDidAccept(() => { if (list.activeItems.includes(write)) done(true); else list.activeItems = [write]; });
    list.show();
  });
}

function refused(refusal: Refusal): null {
  showRefusal(refusal);
  return null;
}
