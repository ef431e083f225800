import { CodeActionKind, type CodeAction, type Diagnostic, type Range, type SnippetTextEdit, type TextEdit, type WorkspaceEdit } from 'vscode-languageserver';
import { commentPlace, startOf, type CommentPlace, type LiveFile } from '../app/live-file.ts';
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
  /** True when the editor takes snippets in edits, so that the reason can be typed over at once. */
  readonly snippets: boolean;
  /** True when the editor has the `lockstep.*` commands. */
  readonly commands: boolean;
}

/** The fixes of the findings in a range, and a suppression with a reason for each of them. */
export function codeActions(request: CodeActionRequest): CodeAction[] {
  const { document, range, findings } = request;
  const asked = spanOf(document.text, range);
  const touched = findings.filter((finding) => finding.span.start <= asked.end && asked.start <= finding.span.end);
  const fixes = touched.flatMap((finding) => finding.fixes.map((fix, index) => fixAction(request, finding, { fix, preferred: index === 0 })));
  const generated = request.commands ? touched.flatMap((finding) => generateAction(request, finding)) : [];
  const reopened = touched.filter((finding) => request.commands && finding.rule === edited).map((finding) => reopenAction(request, finding));
  const mending = request.commands ? request.diagnostics.flatMap((diagnostic) => [...renumberAction(diagnostic), ...restoreAction(diagnostic)]) : [];
  return [...fixes, ...generated, ...reopened, ...mending, ...touched.filter((finding) => !unsuppressible.has(finding.rule)).map((finding) => suppressAction(request, finding))];
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

/** A comment above the statement, with the cursor where the reason goes. */
function suppressAction(request: CodeActionRequest, finding: Finding): CodeAction {
  const comment = `${finding.statement === null ? 'lockstep-ignore-file' : 'lockstep-ignore'} ${finding.rule}: `;
  const { at, before, after } = commentPlace(request.live, finding) ?? lineAbove(request, finding);
  const range = rangeOf(request.document.text, { start: at, end: at });
  const edit: TextEdit | SnippetTextEdit = request.snippets
    ? { range, snippet: { kind: 'snippet', value: `${inSnippet(before + comment)}\${1:why this is safe here}${inSnippet(after)}` } }
    : { range, newText: `${before}${comment}why this is safe here${after}` };
  return { ...action(request, finding, [edit]), title: `Suppress ${finding.rule} with a reason` };
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
