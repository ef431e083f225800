/** What a file of test/bench gives. Columns whose name ends in `(ms)` are shown in the terminal but not kept in docs/benchmarks.md. */
export interface Table {
  readonly title: string;
  /** What was measured, on what, in one or two sentences; left out where the title says it. */
  readonly note?: string;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}
