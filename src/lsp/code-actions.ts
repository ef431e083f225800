import { CodeActionKind, type CodeAction, type Diagnostic, type Range, type SnippetTextEdit, type TextEdit, type WorkspaceEdit } from 'vscode-languageserver';
import { fixAll, isWhole } from '../app/fix-all.ts';
import { commentPlace, startOf, type CommentPlace, type FileSurroundings, type LiveFile } from '../app/live-file.ts';
import type { Fix } from '../model/edit.ts';
import type { Finding } from '../model/finding.ts';
import { isRecord } from '../model/record.ts';
import { rangeOf, spanOf, type OpenDocument } from './documents.ts';

/** What the light bulb needs to know. */
export interface CodeActionRequest {
  readonly document: OpenDocument;
  readonly range: Range;
  /** What stands in the document. */
  readonly live: LiveFile;
  readonly findings: readonly Finding[];
  /** What the editor has underlined there; an action carries the diagnostic that it mends. */
  readonly diagnostics: readonly Diagnostic[];
  /** The kinds of action that are asked for; left out: quick fixes. */
  readonly only?: readonly CodeActionKind[];
  readonly surroundings: FileSurroundings;
  /** True when the editor takes snippets in edits, so that the reason can be typed over at once. */
  readonly snippets: boolean;
  /** True when the editor has the `lockstep.*` commands. */
  readonly commands: boolean;
}

/** What an editor runs on save, or from “Source Action…”. */
export const fixAllKind: CodeActionKind = `${CodeActionKind.SourceFixAll}.lockstep`;

/** The fixes of the findings in a range, and suppressions with a reason for each of them; or the mending of the whole file, where that is asked for. */
export function codeActions(request: CodeActionRequest): CodeAction[] {
  const { document, range, findings, only } = request;
  if (only?.some((kind) => isWithin(fixAllKind, kind)) === true) return fixAllActions(request, fixAllKind);
  const asked = spanOf(document.text, range);
  const touched = findings.filter((finding) => finding.span.start <= asked.end && asked.start <= finding.span.end);
  const fixes = touched.flatMap((finding) => finding.fixes.map((fix, index) => fixAction(request, finding, { fix, preferred: index === 0 })));
  const generated = request.commands ? touched.flatMap((finding) => generateAction(request, finding)) : [];
  const reopened = touched.filter((finding) => request.commands && finding.rule === edited).map((finding) => reopenAction(request, finding));
  const mending = request.commands ? request.diagnostics.flatMap((diagnostic) => [...renumberAction(diagnostic), ...restoreAction(diagnostic)]) : [];
  const all = touched.some(isWhole) && findings.filter(isWhole).length > 1 ? fixAllActions(request, CodeActionKind.QuickFix) : [];
  return [...fixes, ...generated, ...reopened, ...mending, ...all, ...touched.filter((finding) => !unsuppressible.has(finding.rule)).flatMap((finding) => suppressActions(request, finding))];
}

/** What mends a down, in two ways. */
const downFixes: ReadonlyMap<string, readonly [title: string, command: string]> = new Map([
  ['down-missing', ['Generate the down', 'lockstep.generateDown']],
  ['down-incomplete', ['Add what the down misses', 'lockstep.completeDown']],
]);

const edited = 'migration-edited-after-merge';

/** A suppression of these would say nothing: they are about the text or about suppressions. In a merged file it would be one more edit. */
const unsuppressible = new Set([edited, 'syntax-error', 'tool-reads-otherwise', 'suppression-without-reason', 'unused-suppression']);

function fixAction(request: CodeActionRequest, finding: Finding, { fix, preferred }: { readonly fix: Fix; readonly preferred: boolean }): CodeAction {
  const edits = fix.edits.map((edit): TextEdit => ({ range: rangeOf(request.document.text, edit.span), newText: edit.text }));
  return { ...action(request, finding, edits), title: fix.title, isPreferred: preferred };
}

/** What the dry run knows of the catalog writes the down; the editor shows it before anything is written. */
function generateAction(request: CodeActionRequest, finding: Finding): CodeAction[] {
  const fix = downFixes.get(finding.rule);
  if (fix === undefined) return [];
  const [title, id] = fix;
  const at = request.document.text.positionAt(finding.span.start);
  const command = { title, command: id, arguments: [request.document.uri, at] };
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics: mendedBy(request, finding), isPreferred: true, command }];
}

const openTitle = 'Open a new migration with the difference';

/** The file is put back, and what its edit changed becomes a migration of its own. */
function reopenAction(request: CodeActionRequest, finding: Finding): CodeAction {
  const at = request.document.text.positionAt(finding.span.start);
  const command = { title: openTitle, command: 'lockstep.openDifference', arguments: [request.document.uri, at] };
  return { title: openTitle, kind: CodeActionKind.QuickFix, diagnostics: mendedBy(request, finding), isPreferred: true, command };
}

/** The same for a merged migration that is gone. */
function restoreAction(diagnostic: Diagnostic): CodeAction[] {
  const data: unknown = diagnostic.data;
  if (!isRecord(data) || typeof data['gone'] !== 'string' || typeof data['folder'] !== 'string') return [];
  const title = `Restore ${data['gone']}, and open a new migration that takes it back`;
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], isPreferred: true, command: { title, command: 'lockstep.openDifference', arguments: [data['folder'], { gone: data['gone'] }] } }];
}

/** What a problem of the folder says of itself, and the editor hands back. */
function renumberAction(diagnostic: Diagnostic): CodeAction[] {
  const data: unknown = diagnostic.data;
  if (!isRecord(data) || typeof data['renumber'] !== 'string') return [];
  const title = 'Renumber this migration and those after it that are not merged';
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], isPreferred: true, command: { title, command: 'lockstep.renumber', arguments: [data['renumber']] } }];
}

/** `source.fixAll` asks for `source.fixAll.lockstep` as well. */
function isWithin(kind: CodeActionKind, asked: CodeActionKind): boolean {
  return kind === asked || kind.startsWith(`${asked}.`);
}

function fixAllActions({ document: { uri, text }, live, surroundings }: CodeActionRequest, kind: CodeActionKind): CodeAction[] {
  const edit = fixAll(live, surroundings);
  if (edit === null) return [];
  const edits = [{ range: rangeOf(text, edit.span), newText: edit.text }];
  return [{ title: 'Fix all that Lockstep can mend in this file', kind, edit: { documentChanges: [{ textDocument: { uri, version: text.version }, edits }] } }];
}

/** For the statement, for the file, and until a day. Where the finding is about the whole file the first would be the second. */
function suppressActions(request: CodeActionRequest, finding: Finding): CodeAction[] {
  const { rule } = finding;
  const day = new Date(request.surroundings.now.getTime() + graceMilliseconds).toISOString().slice(0, 10);
  const here = finding.statement === null ? [] : [suppressAction(request, finding, { title: `Suppress ${rule} with a reason`, words: `lockstep-ignore ${rule}`, day: null })];
  return [
    ...here,
    suppressAction(request, { ...finding, statement: null }, { title: `Suppress ${rule} in this file with a reason`, words: `lockstep-ignore-file ${rule}`, day: null }),
    ...(finding.statement === null ? [] : [suppressAction(request, finding, { title: `Suppress ${rule} until a day, with a reason`, words: ` ${rule}`, day })]),
  ];
}

/** Long enough for the release after the next one. */
const graceMilliseconds = 30 * 24 * 60 * 60 * 1000;

interface SuppressionWords {
  readonly title: string;
  /** What stands before the colon; behind the day where there is one. */
  readonly words: string;
  readonly day: string | null;
}

/** A comment with the cursor where the reason goes, and where the day stands. */
function suppressAction(request: CodeActionRequest, finding: Finding, { title, words, day }: SuppressionWords): CodeAction {
  const { at, before, after } = commentPlace(request.live, finding) ?? lineAbove(request, finding);
  const range = rangeOf(request.document.text, { start: at, end: at });
  const [plain, snippet] = day === null ? [words, inSnippet(words)] : [`lockstep-ignore-until ${day}${words}`, `lockstep-ignore-until \${2:${day}}${inSnippet(words)}`];
  const edit: TextEdit | SnippetTextEdit = request.snippets
    ? { range, snippet: { kind: 'snippet', value: `${inSnippet(before)}${snippet}: \${1:why this is safe here}${inSnippet(after)}` } }
    : { range, newText: `${before}${plain}: why this is safe here${after}` };
  return { ...action(request, finding, [edit]), title };
}

/** What means something in a snippet is escaped there. */
function inSnippet(text: string): string {
  return text.replaceAll(/[\\$}]/g, '\\$&');
}

function lineAbove(request: CodeActionRequest, finding: Finding): CommentPlace {
  const { text } = request.document;
  const line = text.positionAt(finding.statement === null ? fileCommentAt(request, finding) : finding.span.start).line;
  const indent = /^[ \t]*/.exec(text.getText({ start: { line, character: 0 }, end: { line, character: 1000 } }))?.[0] ?? '';
  return { at: text.offsetAt({ line, character: 0 }), before: `${indent}-- `, after: text.getText().includes('\r\n') ? '\r\n' : '\n' };
}

/** Where a comment about the whole script goes: to the top of the file, or of the section that the finding is about. */
function fileCommentAt({ live, document }: CodeActionRequest, { span }: Finding): number {
  if (live.scripts.length < 2) return 0;
  const around = live.scripts.find(({ reading }) => reading !== null && reading.span.start <= span.start && span.start <= reading.span.end)?.reading ?? null;
  return around === null ? 0 : startOf(around, document.text.getText());
}

function action(request: CodeActionRequest, finding: Finding, edits: (TextEdit | SnippetTextEdit)[]): Omit<CodeAction, 'title'> {
  const { uri, text } = request.document;
  const edit: WorkspaceEdit = { documentChanges: [{ textDocument: { uri, version: text.version }, edits }] };
  return { kind: CodeActionKind.QuickFix, diagnostics: mendedBy(request, finding), edit };
}

function mendedBy({ document, diagnostics }: CodeActionRequest, finding: Finding): Diagnostic[] {
  return diagnostics.filter((diagnostic) => diagnostic.code === finding.rule && sameStart(diagnostic.range, rangeOf(document.text, finding.span)));
}

function sameStart(a: Range, b: Range): boolean {
  return a.start.line === b.start.line && a.start.character === b.start.character;
}
