/** File names beyond this length are cut or refused by some file system or archive tool on the way to production. */
const longestName = 120;

/** Device names of Windows: a file of this name cannot be checked out there, whatever its extension. */
const windowsDevices = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/** A name as a file gets it: trimmed, runs of white space as one underscore. */
export function fileName(name: string): string {
  return name.trim().replaceAll(/\s+/g, '_');
}

/** Why no layout takes this name, or null. `name` has gone through `fileName`. */
export function refuseAnywhere(name: string): string | null {
  if (name === '') return 'Type what the migration does, for example add_orders_status.';
  const odd = /[^A-Za-z0-9_-]/u.exec(name)?.[0];
  if (odd !== undefined) return `${shown(odd)} cannot be part of the name: use letters a–z, digits, _ and -, which every tool and file system reads alike.`;
  if (!/^[A-Za-z]/.test(name)) return 'Begin with a letter: digits in front would read as the migration’s number.';
  if (windowsDevices.test(name)) return `“${name}” is the name of a device on Windows: the file could not be checked out there.`;
  if (name.length > longestName) return `The name has ${name.length} characters; ${longestName} are the most that every tool on the way accepts.`;
  return null;
}

/** Compares numbers of any length by value: `9` before `0010`. */
export function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+(?=\d)/, '');
  const right = b.replace(/^0+(?=\d)/, '');
  return left.length - right.length || compareText(left, right);
}

/** By code unit, as the tools sort file names. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `20261120183000`: UTC, as Prisma and Drizzle write it. */
export function timestamp(now: Date): string {
  return now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
}

/** Now, or a second after the newest: a clock behind a colleague's must not sort the new migration before hers. */
export function timestampAfter(numbers: readonly string[], now: Date): string {
  const newest = numbers.filter((number) => number.length === 14).sort(compareText).at(-1) ?? '';
  const wanted = timestamp(now);
  return wanted > newest ? wanted : String(BigInt(newest) + 1n);
}

/** Milliseconds since 1970: now, or one more than the newest. */
export function millisecondsAfter(numbers: readonly string[], now: Date): string {
  const newest = numbers.filter((number) => number.length === 13).map(Number).sort((a, b) => a - b).at(-1) ?? 0;
  return String(Math.max(now.getTime(), newest + 1));
}

/** Why a name that another migration has already is refused, or null. */
export function refuseTaken(name: string, existing: readonly { readonly id: string; readonly name: string }[]): string | null {
  const taken = existing.find((each) => each.name.toLowerCase() === name.toLowerCase());
  return taken === undefined ? null : `${taken.id} has this name already: say what is different this time.`;
}

/** The number after the highest of the folder, as wide as that one; four digits to begin with. */
export function nextNumber(numbers: readonly string[]): string {
  const highest = numbers.toSorted(compareNumbers).at(-1);
  if (highest === undefined) return '0001';
  return String(BigInt(highest) + 1n).padStart(highest.length, '0');
}

function shown(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code < 32 || code === 127 ? `The character U+${code.toString(16).toUpperCase().padStart(4, '0')}` : `“${char}”`;
}
