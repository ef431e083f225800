import * as vscode from 'vscode';
import type { TemplateQuestionAnswer } from '../../app/template-protocol.ts';

type Question = Extract<TemplateQuestionAnswer, { readonly kind: 'question' }>;
type Answer = string | number | boolean | readonly string[];

/** The user wants the question before. */
export const back = Symbol('back');

/** An answer; an empty text passes an optional question; null: the user gave up. */
export type Asked = Answer | typeof back | null;

interface Circumstances {
  /** From 1; null for what is no question of the template. */
  readonly step: number | null;
  /** Why an answer is refused, or null. */
  check(value: Answer): Promise<string | null>;
}

/** Puts one question in VS Code's own pickers. */
export function askOne(question: Question, circumstances: Circumstances): Promise<Asked> {
  return question.form === 'text' || question.form === 'number' ? typed(question, circumstances) : picked(question, circumstances);
}

interface Item extends vscode.QuickPickItem {
  readonly value: Answer;
}

function picked(question: Question, { step, check }: Circumstances): Promise<Asked> {
  return new Promise((resolve) => {
    const picker = vscode.window.createQuickPick<Item>();
    picker.title = question.prompt;
    picker.placeholder = question.lacking ?? question.placeholder ?? (question.form === 'several' ? 'Tick them, in the order in which you want them' : '');
    picker.canSelectMany = question.form === 'several';
    picker.ignoreFocusOut = true;
    picker.matchOnDetail = true;
    picker.buttons = step !== null && step > 1 ? [vscode.QuickInputButtons.Back] : [];
    const items = itemsOf(question);
    picker.items = items;
    const first = items.find(({ value }) => value === question.initial);
    if (first !== undefined && !picker.canSelectMany) picker.activeItems = [first];
    // Ticks come back in the order of the list; whoever ticks means an order of their own.
    const ticked: Item[] = [];
    picker.onDidChangeSelection((chosen) => {
      if (!picker.canSelectMany) return;
      ticked.splice(0, Infinity, ...ticked.filter((each) => chosen.includes(each)), ...chosen.filter((each) => !ticked.includes(each)));
    });
    picker.onDidChangeValue((value) => {
      if (!question.typed || question.form !== 'one of') return;
      const isListed = items.some(({ label }) => label === value);
      picker.items = value === '' || isListed ? items : [...items, { label: value, description: 'as typed', value, alwaysShow: true }];
    });
    const done = (value: Asked): void => {
      resolve(value);
      picker.dispose();
    };
    picker.onDidTriggerButton(() => done(back));
    picker.onDidHide(() => done(null));
    picker.onDidAccept(async () => {
      const value = picker.canSelectMany ? ticked.map(({ value: each }) => String(each)) : picker.selectedItems[0]?.value;
      if (value === undefined) return;
      picker.busy = true;
      const reason = value === '' ? null : await check(value);
      picker.busy = false;
      if (reason === null) done(value);
      else picker.title = `${question.prompt} – ${reason}`;
    });
    picker.show();
  });
}

function itemsOf({ form, choices, optional }: Question): readonly Item[] {
  const items = choices.map(({ value, label, detail }): Item => ({ label, description: detail, value: form === 'yes or no' ? value === 'yes' : value }));
  return optional && form !== 'several' ? [{ label: 'None', value: '' }, ...items] : items;
}

async function typed(question: Question, { step, check }: Circumstances): Promise<Asked> {
  return new Promise((resolve) => {
    const input = vscode.window.createInputBox();
    input.title = question.prompt;
    input.placeholder = question.placeholder ?? '';
    input.prompt = question.optional ? 'May be left empty' : '';
    input.value = question.initial === null ? '' : String(question.initial);
    input.ignoreFocusOut = true;
    input.buttons = step !== null && step > 1 ? [vscode.QuickInputButtons.Back] : [];
    let latest = 0;
    const refusal = async (value: string): Promise<string | null> => {
      if (value.trim() === '') return question.optional ? null : 'An answer is needed.';
      return check(question.form === 'number' ? Number(value) : value);
    };
    const done = (value: Asked): void => {
      resolve(value);
      input.dispose();
    };
    input.onDidChangeValue(async (value) => {
      const mine = (latest += 1);
      const reason = value.trim() === '' ? null : await refusal(value);
      // An answer that was typed over meanwhile is of no interest.
      if (mine === latest) input.validationMessage = reason ?? '';
    });
    input.onDidTriggerButton(() => done(back));
    input.onDidHide(() => done(null));
    input.onDidAccept(async () => {
      const { value } = input;
      input.busy = true;
      const reason = await refusal(value);
      input.busy = false;
      if (reason !== null) input.validationMessage = reason;
      else done(value.trim() === '' ? '' : question.form === 'number' ? Number(value) : value.trim());
    });
    input.show();
  });
}
