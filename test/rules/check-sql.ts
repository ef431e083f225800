import { lint, type LintInput } from '../../src/analysis/lint.ts';
import { defaultConfig, type Config } from '../../src/model/config.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { TransactionMode } from '../../src/model/migration.ts';
import type { Example } from '../../src/rules/define-rule.ts';
import { parseScript } from '../../src/sql/script.ts';

/** How the tools run a migration, as their layouts say it; the rules need no more of a layout than this. */
const modes: Readonly<Record<string, (config: Config) => TransactionMode>> = {
  plain: (config) => ({ kind: config.plainTransaction, tool: 'The runner of plain SQL files', optOut: 'send this file statement by statement' }),
  drizzle: () => ({ kind: 'transaction', tool: 'Drizzle', optOut: null }),
  prisma: () => ({ kind: 'implicit', tool: 'Prisma', optOut: 'put the statement alone in a migration of its own' }),
};

/**
 * The input that stands for a rule's example. Examples are checked as in a project whose runner sets lock_timeout and whose
 * migrations have a down, unless the example says otherwise: each shows one hazard, not the absence of all others.
 */
export function exampleInput(example: Example): LintInput {
  const config: Config = { ...defaultConfig, runnerLockTimeout: '5s', ...example.config };
  const mode = modes[example.layout ?? 'plain'];
  if (mode === undefined) throw new Error(`no layout ${String(example.layout)}`);
  const history = [example.setup, example.side === 'down' ? example.otherSide : undefined].filter((sql) => sql !== undefined);
  return {
    script: parseScript(example.sql, { separator: example.layout === 'drizzle' ? '--> statement-breakpoint' : null }),
    side: example.side ?? 'up',
    mode: mode(config),
    config,
    downState: example.down ?? 'present',
    downPath: '/db/0001_example_rollback.sql',
    otherSide: example.otherSide === undefined ? null : parseScript(example.otherSide),
    history: history.map((sql) => parseScript(sql)),
    today: '2026-11-20',
  };
}

export function checkExample(example: Example): readonly Finding[] {
  return lint(exampleInput(example));
}

/** The ids of what is found, in order. */
export function found(example: Example): readonly string[] {
  return checkExample(example).map((finding) => finding.rule);
}
