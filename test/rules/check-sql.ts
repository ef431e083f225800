import { differenceOf } from '../../src/analysis/edited.ts';
import { pastOf } from '../../src/analysis/known-schema.ts';
import { lint, type LintInput } from '../../src/analysis/lint.ts';
import { layoutById } from '../../src/layouts/detect.ts';
import type { ScriptReading } from '../../src/layouts/layout.ts';
import { defaultConfig, type Config } from '../../src/model/config.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Side } from '../../src/model/migration.ts';
import type { Example } from '../../src/rules/define-rule.ts';
import { parseScript, type SqlScript } from '../../src/sql/script.ts';

/**
 * The input that stands for a rule's example. Examples are checked as in a project whose runner sets lock_timeout and whose
 * migrations have a down, unless the example says otherwise: each shows one hazard, not the absence of all others.
 */
export function exampleInput(example: Example): LintInput {
  const config: Config = { ...defaultConfig, runnerLockTimeout: '5s', ...example.config };
  const layout = layoutById(example.layout ?? 'plain');
  if (layout === null) throw new Error(`no layout ${String(example.layout)}`);
  const side = example.side ?? 'up';
  const read = (of: Side): { readonly reading: ScriptReading; readonly script: SqlScript } | null => {
    const reading = layout.read(example.sql, { path: '/db/0001_example.sql', id: '0001_example', side: of, config });
    return reading === null ? null : { reading, script: parseScript(reading.source.sql, { separator: layout.separator }) };
  };
  const own = read(side);
  if (own === null) throw new Error(`${layout.title} finds no ${side} in ${example.sql}`);
  const beside = own.reading.source.sql === example.sql ? null : read(side === 'up' ? 'down' : 'up');
  const other = example.otherSide === undefined ? (beside?.script ?? null) : parseScript(example.otherSide);
  const history = [example.setup, side === 'down' ? example.otherSide : undefined].filter((sql) => sql !== undefined);
  const edited = example.merged === undefined ? null : differenceOf(own.script, parseScript(example.merged, { separator: layout.separator }));
  return {
    script: own.script,
    side,
    ...(example.name === undefined ? {} : { name: example.name }),
    mode: own.reading.mode,
    config,
    downState: example.down ?? 'present',
    downPath: '/db/0001_example_rollback.sql',
    downIn: own.reading.source.sql === example.sql ? 'its own file' : 'this file',
    otherSide: other,
    past: pastOf(history.map((sql) => parseScript(sql))),
    today: '2026-11-20',
    asRead: { unchecked: own.reading.source.unchecked, problems: own.reading.problems, ...(own.reading.client === undefined ? {} : { client: own.reading.client }) },
    ...(edited === null ? {} : { edited: { ...edited, branch: 'origin/main', tool: layout.title, checksum: layout.checksum ?? null } }),
  };
}

export function checkExample(example: Example): readonly Finding[] {
  return lint(exampleInput(example));
}

/** The ids of what is found, in order. */
export function found(example: Example): readonly string[] {
  return checkExample(example).map((finding) => finding.rule);
}
