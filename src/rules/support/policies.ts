import type { Config } from '../../model/config.ts';
import type { AstNode, Statement } from '../../model/statement.ts';
import { policyRoles } from '../../sql/effects/readers.ts';
import type { KnownPolicy, KnownTable } from '../../sql/known-table.ts';
import { quoteIdentifier, relationName, type QualifiedName } from '../../sql/names.ts';
import { child, listOf, nodes, text, words } from '../../sql/walk.ts';
import type { StatementContext } from '../define-rule.ts';

export function isProtected(name: QualifiedName, config: Config): boolean {
  return config.protectedSchemas.includes('*') || config.protectedSchemas.includes(name.schema ?? 'public');
}

/** A policy as CREATE POLICY makes it, or as ALTER POLICY leaves it. */
export interface WrittenPolicy {
  readonly table: QualifiedName;
  readonly name: string;
  /** Null where ALTER POLICY changes one that nobody told of. */
  readonly known: KnownPolicy | null;
  /** Expressions that the statement gives; null: it gives none. */
  readonly using: AstNode | null;
  readonly check: AstNode | null;
}

/** Null for any other statement. */
export function writtenPolicy(statement: Statement, context: StatementContext): WrittenPolicy | null {
  const { kind, node } = statement;
  const relation = child(node, 'table');
  if ((kind !== 'CreatePolicyStmt' && kind !== 'AlterPolicyStmt') || relation === null) return null;
  const [table, name, roles] = [relationName(relation), text(node, 'policy_name') ?? '', policyRoles(node)];
  const before = kind === 'AlterPolicyStmt' ? (context.table(table)?.policies.find((each) => each.name === name) ?? null) : null;
  const created: KnownPolicy = { name, permissive: node['permissive'] === true, command: text(node, 'cmd_name') ?? 'all', roles };
  const altered = before === null ? null : { ...before, roles: listOf(node['roles'], 'RoleSpec').length === 0 ? before.roles : roles };
  return { table, name, known: kind === 'CreatePolicyStmt' ? created : altered, using: child(node, 'qual'), check: child(node, 'with_check') };
}

/** The policies that a DROP POLICY names. */
export function droppedPolicies({ kind, node }: Statement): readonly { readonly table: QualifiedName; readonly name: string }[] {
  if (kind !== 'DropStmt' || node['removeType'] !== 'OBJECT_POLICY') return [];
  return nodes(node['objects']).map((each) => {
    const parts = words(each.node['items']);
    return { table: { schema: parts.at(-3) ?? null, name: parts.at(-2) ?? '' }, name: parts.at(-1) ?? '' };
  });
}

/** Whether two policies speak of the same command of the same role. */
export function overlap(one: KnownPolicy, other: KnownPolicy): boolean {
  const sameCommand = one.command === other.command || one.command === 'all' || other.command === 'all';
  return sameCommand && (one.roles.length === 0 || other.roles.length === 0 || one.roles.some((role) => other.roles.includes(role)));
}

/** Whether its policies are all known: something creates it. A partition is reached through its parent, whose policies count there. */
export function hasKnownPolicies(table: KnownTable | null): table is KnownTable {
  return table !== null && table.kind === 'table' && table.isComplete && table.partitionOf === null;
}

/** The roles of a policy, as the subject of a sentence. */
export function whom({ roles }: KnownPolicy): string {
  return roles.length === 0 ? 'everybody' : roles.map(quoteIdentifier).join(' and ');
}
