import { inReverse, type Undone } from './generate.ts';

export interface Writing {
  /** Comment lines at the top, as new migrations of this layout have them. */
  readonly header: string;
  /** What else the header says, one line each. */
  readonly said?: readonly string[];
  /** The comment that ends a statement beside the semicolon, or null. */
  readonly separator: string | null;
  /** Statements to begin with, such as the one that sets lock_timeout. */
  readonly opening: readonly string[];
}

/** The down as a file: each inverse below the statement that it undoes, in reverse order, and what cannot be undone in words. */
export function writeDown(undone: readonly Undone[], { header, said = [], separator, opening }: Writing): string {
  const told = inReverse(undone).filter(({ inverse }) => inverse.kind !== 'exact' || inverse.statements.length > 0);
  const runs = told.some(({ inverse }) => inverse.kind !== 'impossible' && inverse.statements.length > 0);
  const blocks = [...(runs ? opening.map((sql): Block => ({ comments: [], statements: [sql] })) : []), ...told.map(blockOf)];
  const last = blocks.findLastIndex((each) => each.statements.length > 0);
  const texts = blocks.map(({ comments, statements }, index) => [...comments, ...statements.map((sql, at) => {
    const isLast = index === last && at === statements.length - 1;
    return `${sql};${separator === null || isLast ? '' : `\n${separator}`}`;
  })].join('\n'));
  return `${withLines(header, said)}${texts.join('\n\n')}\n`;
}

/** What stands above the statements of an inverse: what they undo, and what they do not bring back. */
export function commentsOf({ placed, inverse }: Undone): readonly string[] {
  const reasons = inverse.kind === 'exact' ? [] : [`-- irreversible: ${oneLine(inverse.reason)}`];
  return [`-- Undoes: ${shortened(oneLine(placed.statement.text))}`, ...reasons];
}

/** More lines below the last one of the header, above the empty one. */
export function withLines(header: string, lines: readonly string[]): string {
  return lines.length === 0 ? header : `${header.trimEnd()}\n${lines.map((line) => `-- ${oneLine(line)}\n`).join('')}\n`;
}

interface Block {
  readonly comments: readonly string[];
  readonly statements: readonly string[];
}

function blockOf(undone: Undone): Block {
  return { comments: commentsOf(undone), statements: undone.inverse.kind === 'impossible' ? [] : undone.inverse.statements };
}

/** A comment ends with its line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

const longest = 140;

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
