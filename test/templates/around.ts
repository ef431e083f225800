import type { TemplateContext, TemplateScript } from '../../src/templates/define-template.ts';
import { runnerOf } from '../../src/templates/define-template.ts';
import { defaultConfig, type Config } from '../../src/model/config.ts';
import type { TransactionKind, TransactionMode } from '../../src/model/migration.ts';
import { nothingKnown, type SchemaFacts } from '../../src/model/schema.ts';

/** The ways in which layouts run scripts; `marked` stands for the tools whose files can ask for no transaction. */
const modes = {
  drizzle: mode('transaction', 'Drizzle', null),
  prisma: mode('implicit', 'Prisma', 'put the statement alone in a migration of its own'),
  plain: mode('transaction', 'the migration runner', 'send this file statement by statement'),
  marked: mode('transaction', 'goose', 'write `-- +goose NO TRANSACTION` at its top'),
  autocommit: mode('autocommit', 'the migration runner', 'send this file statement by statement'),
} as const satisfies Readonly<Record<string, TransactionMode>>;

export type LayoutName = keyof typeof modes;

export const layoutNames: readonly LayoutName[] = ['drizzle', 'prisma', 'plain', 'marked', 'autocommit'];

/** How a layout runs a script that a template wrote. */
export function modeOf(layout: LayoutName, { outsideTransaction }: Pick<TemplateScript, 'outsideTransaction'>): TransactionMode {
  return layout === 'marked' && outsideTransaction ? { ...modes.marked, kind: 'autocommit' } : modes[layout];
}

function mode(kind: TransactionKind, tool: string, optOut: string | null): TransactionMode {
  return { kind, tool, optOut };
}

export interface Around {
  readonly layout?: LayoutName;
  readonly config?: Partial<Config>;
  readonly schema?: SchemaFacts;
  readonly takenNames?: readonly string[];
}

export function contextOf({ layout = 'plain', config = {}, schema = nothingKnown, takenNames = [] }: Around): TemplateContext {
  const runner = layout === 'marked' ? { tool: modes.marked.tool, outside: 'marked' as const } : runnerOf(modes[layout]);
  return { schema, config: { ...defaultConfig, ...config }, runners: { up: runner, down: runner }, takenNames };
}
