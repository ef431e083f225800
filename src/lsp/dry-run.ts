import type { Connection, Diagnostic } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { dryRun } from '../app/dry-run.ts';
import type { DryRunAnswer, DryRunParams } from '../app/editor-protocol.ts';
import type { Ports } from '../app/ports.ts';
import type { TargetWish } from '../app/target-choice.ts';
import type { DryRunReport } from '../model/report.ts';
import type { LegTrace } from '../model/trace.ts';
import type { DiagnosticBoard } from './board.ts';
import type { Checks } from './checks.ts';
import { errorDiagnostic } from './diagnostics.ts';
import { uriOf, type Documents } from './documents.ts';
import { placeOfScript } from './migrations.ts';
import { withProgress } from './progress.ts';
import type { Projects } from './projects.ts';

export interface DryRunWiring {
  readonly connection: Connection;
  readonly ports: Ports;
  readonly documents: Documents;
  readonly projects: Projects;
  readonly board: DiagnosticBoard;
  readonly checks: Checks;
}

/** Runs the pair that a file belongs to, with what the editor has unsaved, and underlines what PostgreSQL refused. */
export async function runDry(wiring: DryRunWiring, params: DryRunParams, signal: AbortSignal): Promise<DryRunAnswer> {
  const { project, located } = await placeOfScript(wiring, params);
  const overrides = new Map(wiring.documents.all().map((document) => [document.path, document.text.getText()]));
  const report = await withProgress(wiring.connection, { token: params.workDoneToken, title: `Dry run of ${located.migration.id}` }, (progress) =>
    dryRun(wiring.ports, { project, located, overrides, signal, progress, ...wishOf(params), probe: params.probe }),
  );
  showOutcome(wiring, report);
  return { kind: 'report', report };
}

/** The target that the editor's user asked for, where one was. */
export function wishOf({ target }: DryRunParams): { readonly target?: TargetWish } {
  return target === undefined ? {} : { target };
}

/** Replaces what an earlier run of the same pair underlined. A file edited meanwhile keeps its own words: the places would be wrong. */
function showOutcome(wiring: DryRunWiring, report: DryRunReport): void {
  const texts = new Map(report.scripts.map((script) => [script.path, script.text]));
  wiring.checks.judge(texts, report.findings);
  for (const [path, ran] of texts) {
    const open = wiring.documents.at(path);
    const text = open?.text ?? TextDocument.create(uriOf(path), 'sql', 0, ran);
    const legs = report.trace.legs.filter((leg) => leg.path === path);
    const diagnostics = text.getText() === ran ? legs.flatMap((leg) => refusals(leg, text)) : [];
    wiring.board.set({ uri: open?.uri ?? uriOf(path), version: open?.text.version ?? null }, 'dry run', diagnostics);
  }
}

/** What PostgreSQL refused in one leg. A commit's refusal stands right behind the last statement, which is not to blame for it. */
function refusals({ leg, statements, commitError }: LegTrace, text: TextDocument): readonly Diagnostic[] {
  const refused = statements.flatMap(({ error, span }) => (error === null ? [] : [errorDiagnostic(error, span, text)]));
  if (commitError === undefined) return refused;
  const end = statements.at(-1)?.span.end ?? 0;
  return [...refused, errorDiagnostic({ ...commitError, message: `The ${leg} fails at its COMMIT: ${commitError.message}` }, { start: end, end: end + 1 }, text)];
}
