import type { Config } from '../model/config.ts';
import type { Severity } from '../model/finding.ts';
import type { Side, TransactionMode } from '../model/migration.ts';
import type { Rule, ScriptRule, StatementRule, SuppressionRule } from '../rules/define-rule.ts';
import { rules as allRules } from '../rules/index.generated.ts';
import type { SqlScript } from '../sql/script.ts';

/** The rules that apply to one side of a migration under one configuration. Equal conditions share one object. */
export interface ActiveRules {
  readonly byKind: ReadonlyMap<string, readonly StatementRule[]>;
  readonly script: readonly ScriptRule[];
  readonly suppression: readonly SuppressionRule[];
  /** Severities that the configuration sets. */
  readonly severities: ReadonlyMap<string, Severity>;
  readonly ids: ReadonlySet<string>;
}

interface Conditions {
  readonly config: Config;
  readonly side: Side;
  readonly mode: TransactionMode | null;
  readonly script: SqlScript;
}

const kept = new WeakMap<Config, Map<string, ActiveRules>>();

export function activeRules(conditions: Conditions): ActiveRules {
  const { config, side, mode, script } = conditions;
  const key = [side, mode?.kind, mode?.tool, mode?.optOut, script.options.separator].join('\n');
  const ofConfig = kept.get(config) ?? new Map<string, ActiveRules>();
  const active = ofConfig.get(key) ?? choose(config, side);
  kept.set(config, ofConfig.set(key, active));
  return active;
}

function choose(config: Config, side: Side): ActiveRules {
  const active = allRules.filter((rule) => applies(rule, config, side));
  const byKind = new Map<string, StatementRule[]>();
  const script: ScriptRule[] = [];
  const suppression: SuppressionRule[] = [];
  for (const rule of active) {
    if (rule.scope === 'script') script.push(rule);
    else if (rule.scope === 'suppression') suppression.push(rule);
    else for (const kind of rule.kinds) byKind.set(kind, [...(byKind.get(kind) ?? []), rule]);
  }
  const severities = new Map<string, Severity>();
  for (const [id, level] of Object.entries(config.rules)) if (level !== 'off') severities.set(id, level);
  return { byKind, script, suppression, severities, ids: new Set(active.map((rule) => rule.id)) };
}

function applies(rule: Rule, config: Config, side: Side): boolean {
  const level = config.rules[rule.id];
  if (level === 'off' || (level === undefined && rule.optional === true)) return false;
  if (rule.sides !== undefined && !rule.sides.includes(side)) return false;
  return config.postgres >= (rule.postgres?.from ?? 0) && config.postgres <= (rule.postgres?.until ?? Infinity);
}
