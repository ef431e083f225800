import type { Connection, Diagnostic } from 'vscode-languageserver';

/** Where diagnostics come from; each source replaces only its own. */
export type DiagnosticSource = 'check' | 'dry run' | 'project';

/** What is underlined, by document and source. The protocol publishes a document's diagnostics as one list. */
export class DiagnosticBoard {
  readonly #connection: Connection;
  readonly #shown = new Map<string, Map<DiagnosticSource, readonly Diagnostic[]>>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Replaces the diagnostics of one source; `version` is the document's, or null for a file that is not open. */
  set(at: { readonly uri: string; readonly version: number | null }, source: DiagnosticSource, diagnostics: readonly Diagnostic[]): void {
    const sources = this.#shown.get(at.uri) ?? new Map<DiagnosticSource, readonly Diagnostic[]>();
    const had = sources.get(source)?.length ?? 0;
    if (source !== 'check' && had === 0 && diagnostics.length === 0) return;
    sources.set(source, diagnostics);
    this.#shown.set(at.uri, sources);
    const all = [...sources.values()].flat();
    void this.#connection.sendDiagnostics({ uri: at.uri, ...(at.version === null ? {} : { version: at.version }), diagnostics: all });
    if (all.length === 0 && at.version === null) this.#shown.delete(at.uri);
  }

  /** Every document on which a source shows something. */
  shownBy(source: DiagnosticSource): readonly string[] {
    return [...this.#shown].filter(([, sources]) => (sources.get(source)?.length ?? 0) > 0).map(([uri]) => uri);
  }
}
