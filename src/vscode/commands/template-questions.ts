import * as vscode from 'vscode';
import type { TemplateQuestionAnswer } from '../../app/template-protocol.ts';

type Question = Extract<TemplateQuestionAnswer, { readonly kind: 'question' }>;
type Answer = string | number | boolean | readonly string[];

/** The user wants the question before. */
export const back = Symbol('back');

/** An answer; an empty text passes an optional question; null: the user gave up. */
export type Asked = Answer | typeof back | null;

interface Circumstances {
  /** What is being filled, for the title over every question. */
  readonly title: string;
  /** From 1. */
  readonly step: number;
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

function picked(question: Question, { title, step, check }: Circumstances): Promise<Asked> {
  return new Promise((resolve) => {
    const picker = vscode.window.createQuickPick<Item>();
    const isSeveral = question.form === 'several';
    picker.placeholder = isSeveral ? `${question.prompt} Tick them in that order.` : question.prompt;
    picker.canSelectMany = isSeveral;
    picker.matchOnDescription = true;
    setUp(picker, title, step);
    const items = itemsOf(question);
    picker.items = items;
    const first = items.find(({ value }) => value === question.initial);
    if (first !== undefined && !isSeveral) picker.activeItems = [first];
    // Ticks come back in the order of the list; whoever ticks means an order of their own.
    const ticked: Item[] = [];
    picker.onDidChangeSelection((chosen) => {
      if (!isSeveral) return;
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
      const chosen = picker.selectedItems[0];
      const value = isSeveral ? ticked.map(({ value: each }) => String(each)) : chosen?.value;
      if (value === undefined) return;
      picker.busy = true;
      const reason = value === '' ? null : await check(value);
      picker.busy = false;
      if (reason === null) return done(value);
      // A picker has no line for messages of its own; ticks stand in no row.
      if (isSeveral || chosen === undefined) picker.title = `${title}: ${reason}`;
      else refuse(picker, chosen, reason);
    });
    picker.show();
  });
}

/** The row says why it cannot be taken. */
function refuse(picker: vscode.QuickPick<Item>, chosen: Item, reason: string): void {
  const refused: Item = { ...chosen, detail: `$(error) ${reason}` };
  picker.items = picker.items.map((each) => (each.value === chosen.value ? refused : each));
  picker.activeItems = [refused];
}

function itemsOf({ form, choices, optional }: Question): readonly Item[] {
  const items = choices.map(({ value, label, detail }): Item => ({ label, description: detail, value: form === 'yes or no' ? value === 'yes' : value }));
  return optional && form !== 'several' ? [{ label: 'None', value: '' }, ...items] : items;
}

async function typed(question: Question, { title, step, check }: Circumstances): Promise<Asked> {
  const { form, optional, placeholder, initial, prompt } = question;
  const text = await askText({
    title, step, prompt, initial: initial === null ? '' : String(initial), placeholder: placeholder === null ? '' : `For example ${placeholder}`,
    check: async (value) => {
      if (value.trim() === '') return optional ? null : 'An answer is needed.';
      return check(form === 'number' ? Number(value) : value);
    },
  });
  if (typeof text !== 'string') return text;
  return text !== '' && form === 'number' ? Number(text) : text;
}

interface TextQuestion {
  readonly title: string;
  readonly step: number;
  readonly prompt: string;
  readonly initial: string;
  readonly placeholder: string;
  /** What is said of the value: a text refuses it; a message of another severity is only shown. */
  check(value: string): Promise<string | vscode.InputBoxValidationMessage | null>;
}

/** One line of text, without the spaces around it. */
export function askText({ title, step, prompt, initial, placeholder, check }: TextQuestion): Promise<string | typeof back | null> {
  return new Promise((resolve) => {
    const input = vscode.window.createInputBox();
    input.prompt = prompt;
    input.placeholder = placeholder;
    input.value = initial;
    setUp(input, title, step);
    let latest = 0;
    const done = (value: string | typeof back | null): void => {
      resolve(value);
      input.dispose();
    };
    /** Whether the value may be taken. What was typed over meanwhile is of no interest. */
    const judge = async (value: string): Promise<boolean> => {
      const mine = (latest += 1);
      const told = await check(value);
      if (mine === latest) input.validationMessage = told ?? undefined;
      return told === null || (typeof told !== 'string' && told.severity !== vscode.InputBoxValidationSeverity.Error);
    };
    // An empty field is no reproach before Enter.
    input.onDidChangeValue((value) => { if (value.trim() === '') { latest += 1; input.validationMessage = undefined; } else void judge(value); });
    input.onDidTriggerButton(() => done(back));
    input.onDidHide(() => done(null));
    input.onDidAccept(async () => {
      const { value } = input;
      input.busy = true;
      const isTaken = await judge(value);
      input.busy = false;
      if (isTaken) done(value.trim());
    });
    input.show();
    if (initial !== '') void judge(initial);
  });
}

/** What all of them have: the way back, and that a click elsewhere does not throw the answers away. */
export function setUp(input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox, title: string, step: number): void {
  input.title = title;
  input.step = step;
  input.ignoreFocusOut = true;
  input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
}
