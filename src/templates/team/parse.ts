import type { Side } from '../../model/migration.ts';
import { parseStatement } from '../../sql/parse.ts';
import type { Template, TemplateInput } from '../define-template.ts';
import { buildTeamSteps, type TeamScript, type TeamStep } from './build.ts';
import { brokenPlaceholder, fillSql, placeholdersOf, refusePlaceholder } from './placeholders.ts';
import { readQuestion } from './question-line.ts';
import { sampleFilling } from './samples.ts';
import { teamStatements, type TeamStatement } from './statements.ts';

export interface TeamProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export interface TeamTemplate {
  /** Null when anything is wrong: half a template would write half a migration. */
  readonly template: Template | null;
  readonly problems: readonly TeamProblem[];
}

/**
 * Reads a team's template: comments say what it is called and asks, sections hold the SQL (docs/templates.md). The file's name
 * is its id. Never throws for what stands in it; `loadParser()` has to have finished.
 */
export function parseTeamTemplate(text: string, path: string): TeamTemplate {
  const draft: Draft = { title: null, detail: null, inputs: [], steps: [], problems: [], section: null };
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, line] of lines.entries()) readLine(draft, line, index + 1);
  checkWhole(draft);
  const steps = draft.steps.map((step): TeamStep => ({ ...step, up: finished(draft, step, 'up'), down: finished(draft, step, 'down') }));
  const problems = draft.problems.toSorted((a, b) => a.line - b.line);
  if (problems.length > 0) return { template: null, problems };
  const id = (path.split('/').at(-1) ?? path).replace(/\.sql$/i, '');
  const { inputs } = draft;
  return { problems, template: { id, title: draft.title ?? id, detail: draft.detail ?? '', inputs, build: (answers, context) => buildTeamSteps({ inputs, steps }, answers, context) } };
}

interface Section {
  readonly line: number;
  outside: 'yes' | 'no';
  readonly lines: string[];
}

interface DraftStep {
  readonly line: number;
  readonly name: string;
  deployBefore: string | null;
  /** The yes-or-no question that decides whether the step is written. */
  readonly only: string | null;
  readonly sections: Partial<Record<Side, Section>>;
}

interface Draft {
  title: string | null;
  detail: string | null;
  readonly inputs: TemplateInput[];
  readonly steps: DraftStep[];
  readonly problems: TeamProblem[];
  section: Section | null;
}

/** `-- key: value`, `-- ask id: …`, `-- up`, `-- down`. */
const keyLine = /^--\s*(template|detail|name|step|deploy|ask(?:\s+[^:]*)?)\s*:\s*(.*?)\s*$/;
const sideLine = /^--\s*(up|down)(\s+outside transaction)?\s*$/;

function readLine(draft: Draft, line: string, number: number): void {
  const side = sideLine.exec(line);
  if (side !== null) {
    startSection(draft, side[1] === 'up' ? 'up' : 'down', { line: number, outside: side[2] === undefined ? 'no' : 'yes', lines: [] });
    return;
  }
  const key = keyLine.exec(line);
  const isHead = draft.section === null;
  if (key !== null && (isHead || key[1] === 'step')) {
    readKey(draft, key[1] ?? '', key[2] ?? '', number);
    return;
  }
  if (draft.section !== null) draft.section.lines.push(line);
  else if (line.trim() !== '') report(draft, number, headProblem(line));
}

function headProblem(line: string): string {
  const unknown = /^--\s*([a-z]+)\s*:/.exec(line)?.[1];
  if (unknown !== undefined) return `“${unknown}” is no line of a template. There are template, detail, name, ask, step and deploy.`;
  return line.startsWith('--') ? 'This line says nothing to Lockstep. A comment for readers goes into the SQL, below -- up.' : 'SQL begins below a line “-- up”.';
}

function readKey(draft: Draft, key: string, value: string, line: number): void {
  if (value === '') {
    report(draft, line, `“${key}:” has nothing behind it.`);
  } else if (key === 'template' || key === 'detail') {
    const known = key === 'template' ? draft.title : draft.detail;
    if (known !== null) report(draft, line, `“${key}:” is there twice.`);
    if (key === 'template') draft.title = value;
    else draft.detail = value;
  } else if (key === 'name' || key === 'step') startStep(draft, key, value, line);
  else if (key === 'deploy') {
    const step = draft.steps.at(-1);
    if (step === undefined || draft.steps.length < 2) report(draft, line, '“deploy:” says what is deployed before a further step: it stands below a line “-- step: …”.');
    else step.deployBefore = value;
  } else ask(draft, key.slice('ask'.length).trim(), value, line);
}

function startStep(draft: Draft, key: 'name' | 'step', value: string, line: number): void {
  const [name = '', only = null] = value.split(/,\s*only if\s+/);
  if (key === 'name' && draft.steps.length > 0) report(draft, line, 'The template has a name already. Further migrations begin with “-- step: <name>”.');
  if (key === 'step' && draft.steps.length === 0) report(draft, line, 'The first migration’s name stands in a line “-- name: …” above it.');
  draft.section = null;
  draft.steps.push({ line, name, deployBefore: null, only, sections: {} });
}

function ask(draft: Draft, id: string, value: string, line: number): void {
  if (draft.steps.some((each) => each.sections.up !== undefined || each.sections.down !== undefined)) {
    report(draft, line, 'Questions stand above the first “-- up”.');
    return;
  }
  const read = readQuestion(id, value, new Map(draft.inputs.map((each) => [each.id, each])));
  if (read.kind === 'question') draft.inputs.push(read.input);
  else report(draft, line, read.message);
}

function startSection(draft: Draft, side: Side, section: Section): void {
  const step = draft.steps.at(-1);
  // What follows is read on, so that only one thing is said of it.
  draft.section = section;
  if (step === undefined) report(draft, section.line, 'Above the first section a line “-- name: …” says what the migration is called.');
  else if (step.sections[side] !== undefined) report(draft, section.line, `This migration has ${side === 'up' ? 'an up' : 'a down'} already. Another migration begins with “-- step: <name>”.`);
  else step.sections[side] = section;
}

function checkWhole(draft: Draft): void {
  if (draft.title === null) report(draft, 1, 'A line “-- template: <title>” has to say what the template is called.');
  if (draft.steps.length === 0 && draft.problems.length === 0) report(draft, 1, 'There is no “-- name: …” and no “-- up”: the template writes nothing.');
  for (const step of draft.steps) {
    for (const side of ['up', 'down'] as const) if (step.sections[side] === undefined) report(draft, step.line, `This migration has no “-- ${side}” section.${side === 'down' ? ' What cannot be taken back says so there: DO $$ BEGIN RAISE EXCEPTION … END $$;' : ''}`);
    checkPlaceholders(draft, step.name, step.line);
    if (step.deployBefore !== null) checkPlaceholders(draft, step.deployBefore, step.line);
    if (step.only !== null) checkCondition(draft, step.only, step.line);
  }
}

function finished(draft: Draft, step: DraftStep, side: Side): TeamScript {
  const section = step.sections[side];
  if (section === undefined) return { statements: [], outside: 'no' };
  const statements = teamStatements(section.lines.join('\n'), section.line + 1);
  if (statements.length === 0) report(draft, section.line, 'There is no statement in this section.');
  for (const statement of statements) checkStatement(draft, statement);
  return { statements, outside: section.outside };
}

function checkStatement(draft: Draft, statement: TeamStatement): void {
  if (statement.only !== null) checkCondition(draft, statement.only, statement.line);
  if (!checkPlaceholders(draft, statement.sql, statement.line)) return;
  const parsed = parseStatement(fillSql(statement.sql, sampleFilling(draft.inputs)).replace(/;\s*$/, ''));
  if (parsed.problem === null) return;
  const line = statement.line + (statement.sql.slice(0, statement.sql.search(/\S/)).split('\n').length - 1);
  report(draft, line, `PostgreSQL cannot read this statement: ${parsed.problem.message}.`);
}

/** True when all is well. */
function checkPlaceholders(draft: Draft, text: string, line: number): boolean {
  const before = draft.problems.length;
  const lineAt = (offset: number): number => line + text.slice(0, offset).split('\n').length - 1;
  const broken = brokenPlaceholder(text);
  if (broken !== null) report(draft, lineAt(broken), 'These braces are no placeholder: write {{question}}, or {{question.name}} for a table without its schema.');
  for (const placeholder of placeholdersOf(text)) {
    const reason = refusePlaceholder(placeholder, draft.inputs);
    if (reason !== null) report(draft, lineAt(placeholder.start), reason);
  }
  return draft.problems.length === before;
}

function checkCondition(draft: Draft, id: string, line: number): void {
  const input = draft.inputs.find((each) => each.id === id);
  if (input === undefined) report(draft, line, `“only if ${id}”: no question is called ${id}.`);
  else if (input.kind !== 'yes or no') report(draft, line, `“only if ${id}”: ${id} is no question of yes or no.`);
}

function report(draft: Draft, line: number, message: string): void {
  draft.problems.push({ line, message });
}
