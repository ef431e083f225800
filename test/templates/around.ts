import type { TemplateContext } from '../../src/templates/define-template.ts';
import { runnerOf } from '../../src/templates/define-template.ts';
import { defaultConfig, type Config } from '../../src/model/config.ts';
import type { TransactionKind, TransactionMode } from '../../src/model/migration.ts';
import { nothingKnown, type SchemaFacts } from '../../src/model/schema.ts';

/** How the layouts of the suite run their scripts. */
export const modes: Readonly<Record<'drizzle' | 'prisma' | 'plain' | 'autocommit', TransactionMode>> = {
  drizzle: mode('transaction', 'Drizzle', null),
  prisma: mode('implicit', 'Prisma', 'put the statement alone in a migration of its own'),
  plain: mode('transaction', 'the migration runner', 'send this file statement by statement'),
  autocommit: mode('autocommit', 'the migration runner', 'send this file statement by statement'),
};

export type LayoutName = keyof typeof modes;

export const layoutNames: readonly LayoutName[] = ['drizzle', 'prisma', 'plain', 'autocommit'];

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
  const runner = runnerOf(modes[layout]);
  return { schema, config: { ...defaultConfig, ...config }, runners: { up: runner, down: runner }, takenNames };
}
