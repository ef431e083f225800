import type { ColumnFacts, IndexFacts, SchemaFacts, TableFacts } from '../../src/model/schema.ts';

/** What `schemaFromSnapshot` makes of the history of the suite: real servers are compared with it. */
export const facts: SchemaFacts = {
  schemas: ['Sales', 'public'],
  roles: [],
  enums: [
    { schema: 'Sales', name: 'Mood', values: ['good', "it's bad"] },
    { schema: 'public', name: 'order_state', values: ['open', 'paid', 'void'] },
  ],
  tables: [
    table('Sales', 'Order', {
      columns: [
        column('Order', 'integer', { notNull: true }),
        column('Line No', 'integer', { notNull: true }),
        column('user', 'text', { notNull: true }),
        column('Full Name', 'text'),
        column('moods', '"Sales"."Mood"[]', { notNull: true, default: `'{good}'::"Sales"."Mood"[]` }),
        column('batch_from', 'integer'),
      ],
      primaryKey: ['Order', 'Line No'],
      indexes: [index('Order_pkey', ['Order', 'Line No'], { unique: true, partial: false })],
      constraints: ['Order_pkey'],
    }),
    table('public', 'customers', {
      columns: [
        column('id', 'bigint', { notNull: true, generated: 'identity' }),
        column('tenant_id', 'uuid', { notNull: true }),
        column('name', 'character varying(80)', { notNull: true }),
        column('email', 'text'),
        column('score', 'integer', { notNull: true, default: '0' }),
        column('profile', 'jsonb', { notNull: true, default: "'{}'::jsonb" }),
        column('tags', 'text[]'),
        column('active', 'boolean', { notNull: true, default: 'true' }),
      ],
      primaryKey: ['id'],
      foreignKeys: [{ name: 'customers_tenant_id_fkey', columns: ['tenant_id'], references: { schema: 'public', name: 'tenants' } }],
      indexes: [index('customers_pkey', ['id'], { unique: true, partial: false }), index('customers_email_idx', [], { unique: false, partial: true }), index('customers_tenant_id_idx', ['tenant_id'], { unique: false, partial: false })],
      constraints: ['customers_pkey', 'customers_tenant_id_fkey'],
    }),
    table('public', 'events', {
      columns: [
        column('at', 'date', { notNull: true }),
        column('id', 'bigint', { notNull: true }),
        column('kind', 'text'),
      ],
      primaryKey: ['at', 'id'],
      indexes: [index('events_pkey', ['at', 'id'], { unique: true, partial: false })],
      constraints: ['events_pkey'],
      partitioned: true,
    }),
    table('public', 'events_2026', {
      columns: [
        column('at', 'date', { notNull: true }),
        column('id', 'bigint', { notNull: true }),
        column('kind', 'text'),
      ],
      primaryKey: ['at', 'id'],
      indexes: [index('events_2026_pkey', ['at', 'id'], { unique: true, partial: false })],
      constraints: ['events_2026_pkey'],
      partition: true,
    }),
    table('public', 'log', {
      columns: [
        column('line', 'text'),
      ],
    }),
    table('public', 'orders', {
      columns: [
        column('id', 'bigint', { notNull: true, generated: 'identity' }),
        column('customer_id', 'bigint', { notNull: true }),
        column('state', 'public.order_state', { notNull: true, default: "'open'::public.order_state" }),
        column('note', 'text'),
        column('total', 'numeric(10,2)', { notNull: true, default: '0' }),
        column('placed_at', 'timestamp with time zone', { notNull: true, default: 'now()' }),
      ],
      primaryKey: ['id'],
      indexes: [index('orders_pkey', ['id'], { unique: true, partial: false })],
      constraints: ['orders_pkey'],
    }),
    table('public', 'secrets', {
      columns: [
        column('id', 'bigint', { notNull: true }),
        column('tenant_id', 'uuid', { notNull: true }),
        column('words', 'text'),
      ],
      primaryKey: ['id'],
      indexes: [index('secrets_pkey', ['id'], { unique: true, partial: false })],
      constraints: ['secrets_pkey'],
      policies: ['secrets_of_tenant'],
      rowSecurity: 'forced',
    }),
    table('public', 'tenants', {
      columns: [
        column('id', 'uuid', { notNull: true }),
        column('name', 'text', { notNull: true }),
      ],
      primaryKey: ['id'],
      indexes: [index('tenants_pkey', ['id'], { unique: true, partial: false })],
      constraints: ['tenants_pkey'],
    }),
  ],
  taken: [
    { schema: 'Sales', name: 'Mood' },
    { schema: 'public', name: 'order_state' },
    { schema: 'Sales', name: 'Order' },
    { schema: 'public', name: 'customers' },
    { schema: 'public', name: 'events' },
    { schema: 'public', name: 'events_2026' },
    { schema: 'public', name: 'log' },
    { schema: 'public', name: 'orders' },
    { schema: 'public', name: 'secrets' },
    { schema: 'public', name: 'tenants' },
    { schema: 'Sales', name: 'Order_pkey' },
    { schema: 'public', name: 'customers_pkey' },
    { schema: 'public', name: 'customers_email_idx' },
    { schema: 'public', name: 'customers_tenant_id_idx' },
    { schema: 'public', name: 'events_pkey' },
    { schema: 'public', name: 'events_2026_pkey' },
    { schema: 'public', name: 'orders_pkey' },
    { schema: 'public', name: 'secrets_pkey' },
    { schema: 'public', name: 'tenants_pkey' },
  ],
};

function table(schema: string, name: string, rest: Partial<TableFacts>): TableFacts {
  return { schema, name, partitioned: false, partition: false, columns: [], primaryKey: null, foreignKeys: [], indexes: [], constraints: [], policies: [], triggers: [], rowSecurity: 'off', ...rest };
}

function column(name: string, type: string, rest: Partial<ColumnFacts> = {}): ColumnFacts {
  return { name, type, notNull: false, default: null, generated: null, ...rest };
}

function index(name: string, columns: readonly string[], rest: Pick<IndexFacts, 'unique' | 'partial'>): IndexFacts {
  return { name, columns, ...rest };
}
