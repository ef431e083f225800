import type { Side } from '../../model/migration.ts';
import { quoteLiteral } from '../../sql/names.ts';
import type { TemplateContext, TemplateScript } from '../define-template.ts';

/** What the statements of a script do to tables that others use. */
export type Locks = 'strong' | 'none';

/** Statements that belong together: in the tool's transaction, or in one of their own where the tool opens none. */
export function together(context: TemplateContext, side: Side, locks: Locks, statements: readonly string[]): TemplateScript {
  const timeout = locks === 'strong' && context.config.runnerLockTimeout === null ? [`SET LOCAL lock_timeout = ${quoteLiteral(context.config.lockTimeout)};`] : [];
  const all = [...timeout, ...statements];
  const opensNone = context.runners[side].outside === 'each statement';
  return { statements: opensNone && all.length > 1 ? ['BEGIN;', ...all, 'COMMIT;'] : all, outsideTransaction: false };
}

/** One statement that PostgreSQL refuses in a transaction, or that commits by itself. */
export function alone(statement: string): TemplateScript {
  return { statements: [statement], outsideTransaction: true };
}

export function canRunOutside(context: TemplateContext, side: Side): boolean {
  return context.runners[side].outside !== 'never';
}

/** What `between` statements is the layout's matter: null, or its separator. */
export function scriptText({ statements }: TemplateScript, separator: string | null): string {
  return statements.length === 0 ? '' : `${statements.join(separator === null ? '\n\n' : `\n${separator}\n`)}\n`;
}

/** A statement with a comment above it. */
export function because(comment: string, statement: string): string {
  return `${comments(comment)}\n${statement}`;
}

/** A statement with the reason why a rule is silenced here. */
export function despite(rule: string, reason: string, statement: string): string {
  return `-- lockstep-ignore ${rule}: ${reason}\n${statement}`;
}

/** A sentence as lines of comment. */
export function comments(text: string): string {
  const lines: string[] = [];
  let line = '--';
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length > widest) {
      lines.push(line);
      line = '--';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}

const widest = 120;
