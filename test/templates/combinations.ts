import type { Config, PostgresMajor } from '../../src/model/config.ts';
import type { Answers, BuiltTemplate } from '../../src/templates/define-template.ts';
import { templates } from '../../src/templates/index.generated.ts';
import { buildTemplate } from '../../src/templates/support/questions.ts';
import { contextOf, type LayoutName } from './around.ts';
import { facts } from './facts.ts';

/** One way to answer a template's questions over the history of the suite. */
export interface Combination {
  readonly title: string;
  readonly template: string;
  readonly answers: Answers;
  readonly config?: Partial<Config>;
  /** What the round trip of a step comes to where it is not exact, by the step's name. */
  readonly verdicts?: Readonly<Record<string, StepVerdict>>;
  /** The same over made-up rows, where it differs: they fill the new column with what the backfill would give. */
  readonly madeUp?: Readonly<Record<string, StepVerdict>>;
}

type StepVerdict = 'data lost' | 'down failed';

export function buildOf({ template, answers, config = {} }: Combination, { layout, postgres }: { readonly layout: LayoutName; readonly postgres: PostgresMajor }): BuiltTemplate {
  const found = templates.find((each) => each.id === template);
  if (found === undefined) throw new Error(`there is no template ${template}`);
  return buildTemplate(found, answers, contextOf({ layout, config: { postgres, ...config }, schema: facts }));
}

const tenants = { protectedSchemas: ['*'], rowSecurity: { role: 'application', setting: 'app.tenant_id', tenants: ['1', '2'] } };
const everything = { trigger: true, keep: true, drop: true };
const little = { trigger: false, keep: false, drop: false };

export const combinations: readonly Combination[] = [
  { title: 'create table, the least', template: 'create-table', answers: { table: 'notes', key: 'identity', timestamps: false, tenants: false } },
  {
    title: 'create table, for tenants, with references', template: 'create-table', config: tenants,
    answers: { table: '"Sales"."Order Notes"', key: 'uuid', columns: `"Title" text NOT NULL, state order_state NOT NULL DEFAULT 'open'`, references: 'customers, tenants', timestamps: true, tenants: true, tenantColumn: '"Tenant"', tenantType: 'uuid', setting: 'app.tenant_id' },
  },
  { title: 'add column', template: 'add-column', answers: { table: 'orders', column: 'paid_at', type: 'timestamptz' } },
  { title: 'add column with a default', template: 'add-column', answers: { table: '"Sales"."Order"', column: '"Select"', type: 'boolean', default: '1 > 2 OR true' }, config: { runnerLockTimeout: '3s' } },
  { title: 'add column with a default for each row', template: 'add-column', answers: { table: 'events', column: 'token', type: 'uuid', default: 'gen_random_uuid()' } },
  {
    title: 'add required column', template: 'add-required-column', answers: { table: 'customers', column: 'status', type: 'text', value: `CASE WHEN score > 3 THEN 'good' ELSE 'new' END`, default: `'new'`, keep: true },
    verdicts: { drop_customers_status_before: 'data lost' },
  },
  { title: 'add required column, keeping nothing', template: 'add-required-column', answers: { table: '"Sales"."Order"', column: '"New One"', type: 'boolean', value: 'length("user") > 3', keep: false }, madeUp: { backfill_new_one_in_sales_order: 'data lost' } },
  {
    title: 'add required column to a protected table', template: 'add-required-column', config: tenants, answers: { table: 'secrets', column: 'length', type: 'integer', value: `coalesce(length(words), 0)`, keep: true },
    verdicts: { drop_secrets_length_before: 'data lost' },
  },
  { title: 'add required column to a partitioned table', template: 'add-required-column', answers: { table: 'events', column: 'source', type: 'text', value: `'web'`, default: `'web'`, keep: false } },
  { title: 'add index', template: 'add-index', answers: { table: 'orders', columns: ['customer_id', 'placed_at'], method: 'btree', unique: false } },
  { title: 'add index, unique and partial', template: 'add-index', answers: { table: '"Sales"."Order"', columns: ['"Full Name"'], method: 'btree', unique: true, where: `"Full Name" <> ''` } },
  { title: 'add index, GIN', template: 'add-index', answers: { table: 'customers', columns: ['profile'], method: 'gin' }, config: { runnerLockTimeout: '3s' } },
  { title: 'add foreign key', template: 'add-foreign-key', answers: { table: 'orders', columns: ['customer_id'], references: 'customers', onDelete: 'CASCADE' } },
  { title: 'rename column', template: 'rename-column', answers: { table: 'customers', column: 'name', name: 'full_name', ...everything }, verdicts: { drop_name_kept_from_customers: 'data lost' } },
  { title: 'rename column, by the code alone', template: 'rename-column', answers: { table: '"Sales"."Order"', column: '"Full Name"', name: '"Group"', ...little }, madeUp: { backfill_group_in_sales_order: 'data lost' } },
  { title: 'rename column of a protected table', template: 'rename-column', config: tenants, answers: { table: 'secrets', column: 'words', name: 'text', ...everything }, verdicts: { drop_words_kept_from_secrets: 'data lost' } },
  { title: 'rename column with jsonb and a default', template: 'rename-column', answers: { table: 'customers', column: 'profile', name: 'details', trigger: true, keep: true, drop: false } },
  { title: 'rename table', template: 'rename-table', answers: { table: 'customers', name: 'clients' } },
  { title: 'rename table in another schema', template: 'rename-table', answers: { table: '"Sales"."Order"', name: '"Order Line"' } },
  { title: 'change type, for nothing', template: 'change-type', answers: { table: 'customers', column: 'name', type: 'varchar(200)' } },
  {
    title: 'change type', template: 'change-type', answers: { table: 'customers', column: 'score', type: 'bigint', forth: 'score::bigint', back: 'score::integer', ...everything },
    verdicts: { drop_score_kept_from_customers: 'data lost' },
  },
  { title: 'change type by the code alone', template: 'change-type', answers: { table: '"Sales"."Order"', column: '"user"', type: 'varchar(40)', forth: '"user"::varchar(40)', back: '"user"', ...little }, madeUp: { backfill_user_as_varchar_in_sales_order: 'data lost' } },
  { title: 'add enum value', template: 'add-enum-value', answers: { type: 'order_state', value: 'refunded', after: 'paid' } },
  { title: 'add enum value to arrays', template: 'add-enum-value', answers: { type: '"Sales"."Mood"', value: `it's so-so`, after: 'at the end' } },
  { title: 'enable row-level security', template: 'enable-rls', config: tenants, answers: { table: 'customers', column: 'tenant_id', setting: 'app.tenant_id' } },
  { title: 'enable row-level security, with an index', template: 'enable-rls', answers: { table: '"Sales"."Order"', column: '"Line No"', setting: 'app.line' } },
  { title: 'drop column', template: 'drop-column', answers: { table: 'customers', column: 'email', drop: true }, verdicts: { drop_email_kept_from_customers: 'data lost' } },
  { title: 'drop required column', template: 'drop-column', answers: { table: '"Sales"."Order"', column: '"user"', drop: false } },
  { title: 'drop table', template: 'drop-table', answers: { table: 'tenants', drop: true }, verdicts: { drop_tenants: 'down failed' } },
  { title: 'drop table in another schema', template: 'drop-table', answers: { table: '"Sales"."Order"', drop: false } },
  { title: 'backfill', template: 'backfill', answers: { table: 'customers', column: 'email', value: 'lower(email)', where: 'email IS NOT NULL', batch: 2, drop: true }, verdicts: { drop_customers_email_before: 'data lost' } },
  { title: 'backfill along a key of two columns', template: 'backfill', answers: { table: '"Sales"."Order"', column: 'batch_from', value: 'batch_from * 2', where: 'batch_from > 2', batch: 3, drop: false } },
  { title: 'backfill of a partitioned table', template: 'backfill', answers: { table: 'events', column: 'kind', value: `'old'`, batch: 2, drop: false } },
  {
    title: 'split column', template: 'split-column',
    answers: { table: 'customers', column: 'name', first: 'first_name', firstValue: `split_part(name, ' ', 1)`, second: 'last_name', secondValue: `nullif(substr(name, length(split_part(name, ' ', 1)) + 2), '')`, type: 'text', joined: `concat_ws(' ', first_name, last_name)`, ...everything },
    verdicts: { drop_name_kept_from_customers: 'data lost' },
  },
  { title: 'blank', template: 'blank', answers: { name: 'add_nothing' } },
];
