import * as vscode from 'vscode';
import { requests, type FolderChoice, type Refusal } from '../../app/editor-protocol.ts';
import type { NewFromTemplateAnswer, TemplateQuestionAnswer, TemplatesAnswer } from '../../app/template-protocol.ts';
import { withServerProgress } from '../progress.ts';
import { ask, showRefusal, type Client } from '../requests.ts';
import { targetWish } from '../target-settings.ts';
import { askOne, back, type Asked } from './template-questions.ts';

type Question = Extract<TemplateQuestionAnswer, { readonly kind: 'question' }>;
type Steps = Extract<TemplateQuestionAnswer, { readonly kind: 'steps' }>['steps'];
type Answers = Record<string, Exclude<Asked, null | typeof back>>;

/** What a new migration begins with: the id of a template, `blank`, or null when nothing was chosen. */
export async function chooseTemplate(client: Client, folder: FolderChoice): Promise<string | null> {
  const answer = await ask(client, requests.templates, { uri: folder.uri });
  if (answer.kind === 'refused') {
    showRefusal(answer);
    return null;
  }
  if (answer.problems.length > 0) void vscode.window.showWarningMessage(`A template of the team cannot be used: ${answer.problems.join(' ')}`);
  const picked = await vscode.window.showQuickPick(rows(answer), { title: `New Migration in ${folder.label} (${folder.layout})`, placeHolder: 'What does it begin with?', matchOnDetail: true });
  return picked?.id ?? null;
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
export async function fillTemplate(client: Client, folder: FolderChoice, template: string): Promise<NewFromTemplateAnswer | null> {
  const target = targetWish(vscode.Uri.parse(folder.uri));
  const trail: { readonly id: string; readonly passed: boolean }[] = [];
  const answers: Answers = {};
  for (;;) {
    const passed = trail.filter((each) => each.passed).map(({ id }) => id);
    const next = await withServerProgress(client, { title: 'Reading the schema' }, (workDoneToken, cancellation) =>
      ask(client, requests.templateQuestion, { folder: folder.uri, template, answers, passed, workDoneToken, target }, cancellation),
    );
    if (next.kind === 'refused') return refused(next);
    const given = next.kind === 'question' ? await askOne(next, { step: trail.length + 1, check: (value) => check(client, { folder, template, answers, question: next, value }) }) : await confirm(client, folder, next.steps);
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
        ask(client, requests.newFromTemplate, { folder: folder.uri, template, answers, target, ...name }, token),
      );
      return written.kind === 'refused' ? refused(written) : written;
    }
    const isPassed = given === '' && next.optional;
    trail.push({ id: next.id, passed: isPassed });
    if (!isPassed) answers[next.id] = given;
  }
}

interface Checking {
  readonly folder: FolderChoice;
  readonly template: string;
  readonly answers: Answers;
  readonly question: Question;
  readonly value: Exclude<Asked, null | typeof back>;
}

async function check(client: Client, { folder, template, answers, question, value }: Checking): Promise<string | null> {
  const answer = await ask(client, requests.checkAnswer, { folder: folder.uri, template, answers, id: question.id, value, target: targetWish(vscode.Uri.parse(folder.uri)) });
  return answer.kind === 'refused' ? answer.message : answer.reason;
}

/** One migration gets its name from the user; of several the order is shown, with what to deploy between them. */
async function confirm(client: Client, folder: FolderChoice, steps: Steps): Promise<Asked> {
  const [only, more] = steps;
  if (only === undefined) return null;
  if (more === undefined) {
    const put = { kind: 'question', id: '', prompt: 'What is the migration called? The next number or timestamp is added for you.', placeholder: null, form: 'text', choices: [], typed: true, initial: only.name, optional: false, lacking: null } as const;
    return askOne(put, { step: null, check: async (value) => named(await ask(client, requests.checkName, { folder: folder.uri, name: String(value) })) });
  }
  const write = { label: `$(new-file) Write these ${String(steps.length)} migrations`, detail: 'In this order; each waits for what its line says.' };
  const shown = steps.map(({ name, deployBefore }, index) => ({ label: `${String(index + 1)}  ${name}`, detail: deployBefore === null ? 'At once' : `Before it runs: ${deployBefore}` }));
  const picked = await vscode.window.showQuickPick([write, ...shown], { title: `New Migrations in ${folder.label} (${folder.layout})`, placeHolder: 'Enter writes them, Escape does not', ignoreFocusOut: true });
  return picked === undefined ? null : true;
}

function named(answer: Refusal | { readonly verdict: 'accept' | 'warn' | 'refuse'; readonly reason: string | null }): string | null {
  if ('kind' in answer) return answer.message;
  return answer.verdict === 'refuse' ? answer.reason : null;
}

function refused(refusal: Refusal): null {
  showRefusal(refusal);
  return null;
}
