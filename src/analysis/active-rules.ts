import type { Config } from '../model/config.ts';
import type { Severity } from '../model/finding.ts';
import type { Side, TransactionMode } from '../model/migration.ts';
import type { Rule, ScriptRule, StatementRule, SuppressionRule } from '../rules/define-rule.ts';
import { rules as allRules } from '../rules/index.generated.ts';
import type { TableSizes } from '../model/trace.ts';
import type { SqlScript } from '../sql/script.ts';
import { tablePolicy, turnedOnByTable, type TablePolicy } from './policy.ts';

/** The rules that apply to one side of a migration under one configuration. Equal conditions share one object. */
export interface ActiveRules {
  readonly byKind: ReadonlyMap<string, readonly StatementRule[]>;
  readonly script: readonly ScriptRule[];
  readonly suppression: readonly SuppressionRule[];
  /** Severities that the configuration sets. */
  readonly severities: ReadonlyMap<string, Severity>;
  readonly ids: ReadonlySet<string>;
  /** What depends on the table that a finding is about; null: nothing. */
  readonly tables: TablePolicy | null;
}

interface Conditions {
  readonly config: Config;
  readonly side: Side;
  readonly mode: TransactionMode | null;
  readonly script: SqlScript;
  /** Left out: nobody knows how large the tables are. */
  readonly sizes?: TableSizes | null;
}

const unknownSizes: TableSizes = { source: 'target', capturedAt: null, tables: {} };
const kept = new WeakMap<Config, WeakMap<TableSizes, Map<string, ActiveRules>>>();

export function activeRules(conditions: Conditions): ActiveRules {
  const { config, side, mode, script, sizes = null } = conditions;
  const key = [side, mode?.kind, mode?.tool, mode?.optOut, script.options.separator].join('\n');
  const ofConfig = kept.get(config) ?? new WeakMap<TableSizes, Map<string, ActiveRules>>();
  const ofSizes = ofConfig.get(sizes ?? unknownSizes) ?? new Map<string, ActiveRules>();
  const active = ofSizes.get(key) ?? choose(config, side, sizes);
  kept.set(config, ofConfig.set(sizes ?? unknownSizes, ofSizes.set(key, active)));
  return active;
}

function choose(config: Config, side: Side, sizes: TableSizes | null): ActiveRules {
  const byTable = turnedOnByTable(config);
  const active = allRules.filter((rule) => applies(rule, config, side, byTable));
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
  return { byKind, script, suppression, severities, ids: new Set(active.map((rule) => rule.id)), tables: tablePolicy(config, sizes) };
}

function applies(rule: Rule, config: Config, side: Side, byTable: ReadonlySet<string>): boolean {
  const level = config.rules[rule.id];
  if (!byTable.has(rule.id) && (level === 'off' || (level === undefined && rule.optional === true))) return false;
  if (rule.sides !== undefined && !rule.sides.includes(side)) return false;
  return config.postgres >= (rule.postgres?.from ?? 0) && config.postgres <= (rule.postgres?.until ?? Infinity);
}
