import { DiagnosticSeverity, DiagnosticTag, type Diagnostic, type DiagnosticRelatedInformation, type Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ConfigMistake } from '../app/config.ts';
import type { Finding, FindingTag, RelatedPlace, Severity } from '../model/finding.ts';
import type { Confirmation, JudgedFinding, ProjectProblem } from '../model/report.ts';
import type { SqlError } from '../model/trace.ts';
import type { Span } from '../model/span.ts';
import { rangeOf, uriOf } from './documents.ts';

/** What turning spans into ranges needs. */
export interface DiagnosticContext {
  readonly uri: string;
  readonly text: TextDocument;
  /** Where the rules' pages are; ends without a slash. */
  readonly docs: string;
  /** The text of another file that a related place names, or null. */
  textOf(path: string): TextDocument | null;
}

/** A finding; `judged` is what the last dry run of this very text said of it. */
export function findingDiagnostic(finding: Finding, judged: JudgedFinding | null, context: DiagnosticContext): Diagnostic {
  return {
    range: rangeOf(context.text, finding.span),
    severity: judged?.confirmation === 'withdrawn' ? DiagnosticSeverity.Hint : severities[finding.severity],
    code: finding.rule,
    codeDescription: { href: `${context.docs}/${finding.rule}.md` },
    source: 'Lockstep',
    message: judged === null ? finding.message : `${finding.message}${verdicts[judged.confirmation](judged.evidence)}`,
    tags: finding.tags.map((tag) => tags[tag]),
    relatedInformation: finding.related.map((place) => relatedInformation(place, context)),
  };
}

/** PostgreSQL's own refusal, at the place that it named or else at the whole statement. */
export function errorDiagnostic(error: SqlError, statement: Span, text: TextDocument): Diagnostic {
  const message = [error.message, error.detail, error.hint === null ? null : `Hint: ${error.hint}`].filter((part) => part !== null).join('\n');
  return { range: rangeOf(text, error.span ?? statement), severity: DiagnosticSeverity.Error, code: error.sqlstate, source: 'Lockstep dry run', message };
}

/** A mistake in the configuration, at its place. */
export function mistakeDiagnostic({ start, end, message }: ConfigMistake): Diagnostic {
  return { range: { start, end }, severity: DiagnosticSeverity.Error, source: 'Lockstep', message };
}

/** A broken journal, on the first line of its file. */
export function problemDiagnostic(problem: ProjectProblem): Diagnostic {
  return {
    range: firstCharacter, severity: DiagnosticSeverity.Warning, source: 'Lockstep', message: `${problem.message}\n${problem.next}`,
    ...(problem.rule === undefined ? {} : { code: problem.rule }),
    ...(problem.renumber === undefined ? {} : { data: { renumber: uriOf(problem.renumber) } }),
    ...(problem.reopen === undefined ? {} : { data: { folder: uriOf(problem.reopen.folder), gone: problem.reopen.id } }),
  };
}

const firstCharacter: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };

const verdicts: Readonly<Record<Confirmation, (evidence: string) => string>> = {
  confirmed: (evidence) => `\nConfirmed by the dry run: ${evidence}`,
  withdrawn: (evidence) => `\nWithdrawn by the dry run: ${evidence}`,
  'not observed': () => '',
};

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

const tags: Readonly<Record<FindingTag, DiagnosticTag>> = { unnecessary: DiagnosticTag.Unnecessary, deprecated: DiagnosticTag.Deprecated };

function relatedInformation(place: RelatedPlace, context: DiagnosticContext): DiagnosticRelatedInformation {
  if (place.file === undefined) return { location: { uri: context.uri, range: rangeOf(context.text, place.span) }, message: place.message };
  const text = context.textOf(place.file);
  return { location: { uri: uriOf(place.file), range: text === null ? firstCharacter : rangeOf(text, place.span) }, message: place.message };
}
