import { compareNumbers, compareText, timestamp } from './naming.ts';

/** A script by its name: `V1.2__add_users.sql`, `U1.2__add_users.sql`, `R__views.sql`. */
export interface FlywayName {
  readonly kind: 'versioned' | 'undo' | 'repeatable';
  /** As written: `1_2`; empty for a repeatable. */
  readonly version: string;
  readonly description: string;
}

/** Null for what Flyway passes over: callbacks, baselines (they stand for the versions before them) and everything else. */
export function flywayName(file: string): FlywayName | null {
  const { prefix = '', version = '', description } = grammar.exec(file.slice(file.lastIndexOf('/') + 1))?.groups ?? {};
  const kind = kinds[prefix];
  return kind === undefined || description === undefined || (version === '') !== (kind === 'repeatable') ? null : { kind, version, description };
}

/** True for a name that was surely meant for Flyway and that it passes over without a word. */
export function isMisnamed(file: string): boolean {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return flywayName(file) === null && /^([VUvu][\d_]|[Rr]_)[^/]*\.sql$/i.test(name);
}

const grammar = /^(?<prefix>[VUR])(?<version>\d+(?:[._]\d+)*)?__(?<description>.*)\.sql$/;

const kinds: Readonly<Record<string, FlywayName['kind']>> = { V: 'versioned', U: 'undo', R: 'repeatable' };

/** Part by part and by value, `1.10` after `1.9`; a part that is missing is 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareNumbers(left[at] ?? '0', right[at] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** The same for equal versions: `1.0`, `1` and `01` are one. */
export function versionKey(version: string): string {
  return partsOf(version).map((part) => part.replace(/^0+(?=\d)/, '')).join('.').replace(/(\.0)+$/, '');
}

/** Versioned and undo scripts by version, repeatables after all of them by description. */
export function compareNames(a: FlywayName, b: FlywayName): number {
  if (a.kind === 'repeatable' || b.kind === 'repeatable') return Number(a.kind === 'repeatable') - Number(b.kind === 'repeatable') || compareText(a.description, b.description);
  return compareVersions(a.version, b.version);
}

/**
 * What `flyway add` makes of the highest version: its last number plus one, as wide as before, and a date and time in it brought up to now.
 * A folder without any begins as Flyway begins it.
 */
export function nextVersion(highest: string | null, now: Date): string {
  if (highest === null) return `001_${timestamp(now)}`;
  const pieces = highest.split(/([._])/);
  const isTime = (piece: string): boolean => /^(19|20)\d{12}$/.test(piece);
  const counted = pieces.findLastIndex((piece) => /^\d+$/.test(piece) && !isTime(piece));
  if (counted < 0 && pieces.every((piece) => !isTime(piece) || piece < timestamp(now))) return pieces.map((piece) => (isTime(piece) ? timestamp(now) : piece)).join('');
  if (counted < 0) return String(BigInt(highest) + 1n);
  return pieces.map((piece, at) => (isTime(piece) ? timestamp(now) : at === counted ? String(BigInt(piece) + 1n).padStart(piece.length, '0') : piece)).join('');
}

function partsOf(version: string): readonly string[] {
  return version.split(/[._]/);
}
