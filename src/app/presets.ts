import type { Config, PresetName, RuleLevels } from '../model/config.ts';
import type { Severity } from '../model/finding.ts';
import type { Rule } from '../rules/define-rule.ts';
import { rules } from '../rules/index.generated.ts';

/** What a preset decides; everything can be decided otherwise beside it. */
export interface Preset {
  /** What it is for, as half a sentence. */
  readonly title: string;
  readonly down: Config['down'];
  readonly rules: RuleLevels;
}

const blocking: ReadonlySet<Rule['category']> = new Set(['locks and rewrites', 'constraints and indexes']);

const weight: Readonly<Record<Severity, number>> = { information: 0, warning: 1, error: 2 };

/** Each way of working that a team can begin with. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  recommended: { title: 'what is true for every team', down: 'required', rules: {} },
  'zero-downtime': {
    title: 'what makes running code wait or fail is an error',
    down: 'required',
    rules: { ...raised((rule) => blocking.has(rule.category), 'warning', 'error'), ...raised(isBreaking, 'warning', 'error'), 'lock-timeout-missing': 'error' },
  },
  reversible: {
    title: 'every up has a down that brings everything back',
    down: 'required',
    rules: { ...raised((rule) => rule.id.startsWith('down-'), 'warning', 'error'), ...raised(isDestructive, 'warning', 'error') },
  },
  'forward-only': { title: 'mistakes are mended by another up, and downs are not wanted', down: 'forbidden', rules: { 'down-missing': 'off' } },
  'additive-only': { title: 'nothing is removed, renamed or retyped', down: 'optional', rules: { 'additive-only': 'error' } },
};

/** Every rule that `choose` names and that weighs at least `from`, at the level `to`. */
function raised(choose: (rule: Rule) => boolean, from: Severity, to: Severity): RuleLevels {
  const chosen = rules.filter((rule) => choose(rule) && rule.optional !== true && weight[rule.severity] >= weight[from]);
  return Object.fromEntries(chosen.map((rule) => [rule.id, to]));
}

/** Old code, which still runs while the migration does, no longer works. */
function isBreaking({ id }: Rule): boolean {
  return id.startsWith('rename-') || id === 'drop-column' || id === 'drop-table' || id === 'drop-schema';
}

/** What no down brings back. */
function isDestructive({ id, category }: Rule): boolean {
  return category === 'destructive and breaking' && (id.startsWith('drop-') || id.startsWith('truncate-') || id.endsWith('-without-where'));
}
