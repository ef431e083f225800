import type { ObjectKind, Snapshot } from '../../model/snapshot.ts';
import type { Statement } from '../../model/statement.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword, type Token } from '../../sql/tokens.ts';
import { text } from '../../sql/walk.ts';
import { exact, type Inverse, type Step } from '../inverse.ts';

/** RENAME … TO with both names swapped, and SET SCHEMA with the former schema; null when the statement is neither. */
export function invertRename({ placed: { statement }, before, after }: Step): Inverse | null {
  if (statement.kind === 'RenameStmt' || (statement.kind === 'AlterEnumStmt' && statement.node['oldVal'] !== undefined)) return renameBack(statement);
  if (statement.kind !== 'AlterObjectSchemaStmt' || statement.node['objectType'] === 'OBJECT_EXTENSION') return null;
  const signed = moveSigned(statement, before, after);
  if (signed !== null) return signed;
  const gone = Object.keys(before).find((key) => after[key] === undefined);
  const former = gone === undefined ? null : (before[gone]?.name ?? null);
  return moveBack(statement, former === null ? 'public' : firstPart(former));
}

const signedKinds: Readonly<Record<string, ObjectKind>> = { OBJECT_OPERATOR: 'operator', OBJECT_OPCLASS: 'operator class', OBJECT_OPFAMILY: 'operator family' };

/** Objects whose names need more than dotted parts are named as the catalog has them. */
function moveSigned({ node }: Statement, before: Snapshot, after: Snapshot): Inverse | null {
  const kind = signedKinds[text(node, 'objectType') ?? ''];
  const other = (one: Snapshot, two: Snapshot): string | undefined => Object.entries(one).find(([key, each]) => each.kind === kind && two[key] === undefined)?.[1].name;
  const [gone, come] = [other(before, after), other(after, before)];
  return kind === undefined || gone === undefined || come === undefined ? null : exact(`ALTER ${kind.toUpperCase()} ${come} SET SCHEMA ${firstPart(gone)}`);
}

function renameBack(statement: Statement): Inverse | null {
  const tokens = statementTokens(statement);
  const to = tokens.findLastIndex((each) => isKeyword(each, 'TO'));
  const renamed = tokens[to + 1];
  // RENAME COLUMN a TO b names what is renamed; RENAME TO b means the object itself.
  const part = isKeyword(tokens[to - 1], 'RENAME') ? tokens[ownName(tokens)] : tokens[to - 1];
  return renamed === undefined || part === undefined ? null : exact(replaceTokens(statement.text, [{ token: part, text: renamed.text }, { token: renamed, text: part.text }]));
}

function moveBack(statement: Statement, formerSchema: string): Inverse | null {
  const tokens = statementTokens(statement);
  const own = ownName(tokens);
  const [name, last] = [tokens[own], tokens.at(-1)];
  if (name === undefined || last === undefined) return null;
  const qualified = tokens[own - 1]?.text === '.' ? tokens[own - 2] : undefined;
  const moved = { token: qualified ?? name, text: qualified === undefined ? `${last.text}.${name.text}` : last.text };
  return exact(replaceTokens(statement.text, [moved, { token: last, text: formerSchema }]));
}

/** Index of the object's own name, the last of its dotted parts: ALTER <kind> [IF EXISTS] [ONLY] a.b.name … */
function ownName(tokens: readonly Token[]): number {
  let at = 1 + (kindWords[tokens[1]?.text.toUpperCase() ?? ''] ?? 1);
  if (isKeyword(tokens[1], 'FOREIGN') && isKeyword(tokens[2], 'DATA')) at += 1;
  if (isKeyword(tokens[at], 'IF')) at += 2;
  if (isKeyword(tokens[at], 'ONLY')) at += 1;
  while (tokens[at + 1]?.text === '.') at += 2;
  return at;
}

/** First words of kinds whose name in ALTER has more than one. */
const kindWords: Readonly<Record<string, number>> = { MATERIALIZED: 2, FOREIGN: 2, EVENT: 2, ACCESS: 2, OPERATOR: 2, PROCEDURAL: 2, TEXT: 3 };

function replaceTokens(text: string, edits: readonly { readonly token: Token; readonly text: string }[]): string {
  return [...edits].sort((a, b) => b.token.start - a.token.start).reduce((done, edit) => done.slice(0, edit.token.start) + edit.text + done.slice(edit.token.end), text);
}

function firstPart(name: string): string {
  return /^("(?:[^"]|"")*"|[^.]+)\./.exec(name)?.[1] ?? 'public';
}
