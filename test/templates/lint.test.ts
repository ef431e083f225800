import assert from 'node:assert/strict';
import { pastOf } from '../../src/analysis/known-schema.ts';
import { lint } from '../../src/analysis/lint.ts';
import { defaultConfig, type Config, type PostgresMajor } from '../../src/model/config.ts';
import type { Side } from '../../src/model/migration.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript, type SqlScript } from '../../src/sql/script.ts';
import { templates } from '../../src/templates/index.generated.ts';
import { scriptText } from '../../src/templates/support/scripts.ts';
import { layoutNames, modeOf, type LayoutName } from './around.ts';
import { buildOf, combinations } from './combinations.ts';
import { rows, structure } from './history.ts';

before(loadParser);

describe('what templates write', () => {
  it('is tried of every template', () => {
    assert.deepEqual([...new Set(combinations.map((each) => each.template))].sort(), templates.map((each) => each.id));
  });

  for (const combination of combinations) {
    it(`passes every rule: ${combination.title}`, () => {
      for (const layout of layoutNames) {
        for (const postgres of [14, 17, 18] as const) assert.deepEqual(findings(combination, layout, postgres), [], `${layout}, PostgreSQL ${String(postgres)}`);
      }
    });
  }
});

/** The findings of all scripts, each after the ups before it. */
function findings(combination: (typeof combinations)[number], layout: LayoutName, postgres: PostgresMajor): readonly string[] {
  const separator = layout === 'drizzle' ? '--> statement-breakpoint' : null;
  const config: Config = { ...defaultConfig, postgres, ...combination.config, plainTransaction: layout === 'autocommit' ? 'autocommit' : 'transaction' };
  const { steps, problems } = buildOf(combination, { layout, postgres });
  const history: SqlScript[] = [structure, rows].map((text) => parseScript(text));
  const found: string[] = [...problems];
  for (const step of steps) {
    const [up, down] = [step.up, step.down].map((script) => parseScript(scriptText(script, separator), { separator }));
    if (up === undefined || down === undefined) throw new Error('a step has two scripts');
    const check = (side: Side, script: SqlScript, otherSide: SqlScript, past: readonly SqlScript[]): void => {
      const input = { script, side, mode: modeOf(layout, step[side]), config, downState: 'present' as const, downPath: '/x_rollback.sql', otherSide, past: pastOf(past), today: '2026-11-20' };
      found.push(...lint(input).map((each) => `${step.name} ${side}: ${each.rule}: ${script.text.slice(each.span.start, each.span.end)}`));
    };
    // Tools that keep both sides in one file can ask for no transaction only for both.
    if (step.up.outsideTransaction !== step.down.outsideTransaction && layout === 'marked') found.push(`${step.name}: one side alone runs outside a transaction`);
    check('up', up, down, [...history]);
    check('down', down, up, [...history, up]);
    history.push(up);
  }
  return found;
}
