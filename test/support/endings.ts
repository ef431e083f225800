type Ending = () => Promise<void>;

const endings: Ending[] = [];

/** Keeps something for the whole mocha run; the root hook calls `ending` after the last test. */
export function atEnd(ending: Ending): void {
  endings.push(ending);
}

/** Ends everything, the youngest first, and reports the first failure after all had their turn. */
export async function endAll(): Promise<void> {
  const failures: unknown[] = [];
  for (const ending of endings.splice(0).reverse()) await ending().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
