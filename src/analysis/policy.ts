import type { Config, RuleLevels } from '../model/config.ts';
import type { Severity } from '../model/finding.ts';
import type { Statement } from '../model/statement.ts';
import type { TableSize, TableSizes } from '../model/trace.ts';
import type { Match, Rule } from '../rules/define-rule.ts';
import { effects } from '../sql/effects.ts';
import { writeName, type QualifiedName } from '../sql/names.ts';

/** What a team's policy makes of a match. */
export interface Judged {
  readonly severity: Severity;
  readonly message: string;
}

/** Levels by table and by size; null where the configuration has none of either, so that nobody pays for it. */
export interface TablePolicy {
  /** Null: off for this table. */
  judge(rule: Rule, match: Match, statement: Statement | null): Judged | null;
}

/** The part of a policy that depends on the table that a match is about. `config` is the one of the file. */
export function tablePolicy(config: Config, sizes: TableSizes | null): TablePolicy | null {
  if (config.overrides.length === 0 && sizes === null) return null;
  return {
    judge(rule, match, statement) {
      const table = match.relation ?? (statement === null ? null : subjectOf(statement));
      const own = levelFor(config, rule.id, table);
      if (own === 'off' || (own === undefined && rule.optional === true)) return null;
      const severity = own ?? match.severity ?? rule.severity;
      const size = table === null || sizes === null ? null : sizeOf(sizes, table);
      return size === null || table === null ? { severity, message: match.message } : bySize({ rule, match, severity, table, size, config });
    },
  };
}

/** The rules that some override turns on, though the configuration as a whole leaves them off. */
export function turnedOnByTable(config: Config): ReadonlySet<string> {
  return new Set(config.overrides.flatMap(({ rules }) => Object.entries(rules).flatMap(([id, level]) => (level === 'off' ? [] : [id]))));
}

function levelFor(config: Config, rule: string, table: QualifiedName | null): RuleLevels[string] | undefined {
  const own = table === null ? undefined : config.overrides.findLast((each) => each.rules[rule] !== undefined && (each.tables ?? []).some((pattern) => names(pattern, table)));
  // A rule that is on for some tables only is off for the others.
  return own?.rules[rule] ?? config.rules[rule];
}

/** `audit_*` and `app.orders`, in any case as PostgreSQL folds names. */
function names(pattern: string, { schema, name }: QualifiedName): boolean {
  const full = pattern.includes('.') ? `${schema ?? 'public'}.${name}` : name;
  const parts = pattern.toLowerCase().split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(full.toLowerCase());
}

/** The table that a statement is about, where the rule does not say. */
function subjectOf(statement: Statement): QualifiedName | null {
  const { locks, created } = effects(statement);
  return locks[0]?.relation ?? created[0]?.table ?? created[0]?.name ?? null;
}

function sizeOf(sizes: TableSizes, table: QualifiedName): TableSize | null {
  return sizes.tables[writeName({ schema: table.schema ?? 'public', name: table.name })] ?? null;
}

interface Sized {
  readonly rule: Rule;
  readonly match: Match;
  readonly severity: Severity;
  readonly table: QualifiedName;
  readonly size: TableSize;
  readonly config: Config;
}

/** What blocks a table for as long as it is worked through weighs as much as the table does. */
const weighed: ReadonlySet<Rule['category']> = new Set(['locks and rewrites', 'constraints and indexes']);

function bySize({ rule, match, severity, table, size, config }: Sized): Judged {
  const { smallRows, hugeRows } = config.sizes;
  if (!weighed.has(rule.category) || (size.rows >= smallRows && size.rows < hugeRows)) return { severity, message: match.message };
  const rows = `${writeName(table)} has about ${size.rows.toLocaleString('en-US')} ${size.rows === 1 ? 'row' : 'rows'}`;
  if (size.rows >= hugeRows) return { severity: severity === 'warning' ? 'error' : severity, message: `${match.message} ${rows}.` };
  return { severity: severity === 'warning' ? 'information' : severity, message: `${match.message} ${rows}, so it is over soon.` };
}
