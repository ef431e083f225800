import type { ObjectName, SchemaFacts } from '../../model/schema.ts';
import type { Config } from '../../model/config.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/names.ts';
import type { Choice, TemplateContext, TemplateInput } from '../define-template.ts';
import { madeName, readIdentifier, written } from './identifiers.ts';

/** How rows are told apart by tenant. */
export interface Tenancy {
  readonly table: ObjectName;
  readonly column: string;
  readonly type: string;
  /** The setting that names the tenant: `app.tenant_id`. */
  readonly setting: string;
  /** The role that the application connects as; null: everybody. */
  readonly role: string | null;
  /** Policies that the table has already. */
  readonly taken: readonly string[];
}

/** Row-level security, for the owner as well, and a policy for each command. */
export function protect(tenancy: Tenancy): readonly string[] {
  const table = written(tenancy.table);
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;`,
    ...commands.map((command) => policy(tenancy, command)),
  ];
}

/** Drops of those policies. */
export function dropPolicies(tenancy: Tenancy): readonly string[] {
  return commands.map((command) => `DROP POLICY IF EXISTS ${quoteIdentifier(policyName(tenancy, command))} ON ${written(tenancy.table)};`);
}

/** What both templates with tenants ask. */
export function tenantQuestions(when?: TemplateInput['when']): readonly TemplateInput[] {
  const asked = when === undefined ? {} : { when };
  return [
    {
      kind: 'text', id: 'setting', prompt: 'Which setting names the tenant of a session?', placeholder: 'app.tenant_id', ...asked,
      initial: (_, { config }) => config.rowSecurity?.setting ?? 'app.tenant_id',
      refuse: (value) => (/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/.test(String(value)) ? null : 'A setting of your own has a dot in its name: app.tenant_id.'),
    },
    {
      kind: 'role', id: 'role', optional: true, prompt: 'For which role are the policies? Leave it empty for every role.', placeholder: 'application', ...asked,
      initial: (_, { config, schema }) => (config.rowSecurity !== null && schema.roles.includes(config.rowSecurity.role) ? quoteIdentifier(config.rowSecurity.role) : null),
      refuse: (value, _, { schema }) => (schema.roles.includes(readIdentifier(String(value)) ?? '') ? null : `The history makes no role ${String(value)}, so CREATE POLICY would fail where it is missing. Leave it empty for every role.`),
    },
  ];
}

/** The column that a new or an unprotected table tells tenants apart by, in this project. */
export function usualTenantColumn({ config, schema }: TemplateContext): string {
  const { rowSecurity } = config;
  const named = rowSecurity?.column ?? rowSecurity?.setting.split('.').at(-1);
  if (named !== undefined) return named;
  return ['tenant_id', 'organization_id', 'organisation_id', 'org_id', 'account_id', 'workspace_id'].find((name) => typeOfColumn(schema, name) !== null) ?? 'tenant_id';
}

/** The type that columns of this name have. */
export function typeOfColumn({ tables }: SchemaFacts, name: string): string | null {
  return tables.flatMap((table) => table.columns).find((column) => column.name === name)?.type ?? null;
}

export const tenantTypes: readonly Choice[] = [
  { value: 'uuid', label: 'uuid', detail: '' },
  { value: 'bigint', label: 'bigint', detail: '' },
  { value: 'integer', label: 'integer', detail: '' },
  { value: 'text', label: 'text', detail: '' },
];

export function isProtected({ schema }: ObjectName, { protectedSchemas }: Pick<Config, 'protectedSchemas'>): boolean {
  return protectedSchemas.includes('*') || protectedSchemas.includes(schema);
}

type Command = 'select' | 'insert' | 'update' | 'delete';
const commands: readonly Command[] = ['select', 'insert', 'update', 'delete'];

function policyName({ table, taken }: Tenancy, command: Command): string {
  const name = madeName([table.name, 'tenant'], command);
  return taken.includes(name) ? madeName([table.name, 'tenant'], `${command}2`) : name;
}

/** The sub-select lets PostgreSQL read the setting once a query instead of once a row. */
function policy(tenancy: Tenancy, command: Command): string {
  const { table, column, type, setting, role } = tenancy;
  const cast = type === 'text' ? '' : `::${type}`;
  const condition = `${quoteIdentifier(column)} = (SELECT current_setting(${quoteLiteral(setting)})${cast})`;
  return [
    `CREATE POLICY ${quoteIdentifier(policyName(tenancy, command))} ON ${written(table)} FOR ${command.toUpperCase()}${role === null ? '' : ` TO ${role}`}`,
    ...(command === 'insert' ? [] : [`  USING (${condition})`]),
    ...(command === 'insert' || command === 'update' ? [`  WITH CHECK (${condition})`] : []),
  ].join('\n') + ';';
}
