import { sql } from 'drizzle-orm';
import { bigint, boolean, check, foreignKey, index, integer, jsonb, numeric, pgEnum, pgPolicy, pgTable, pgView, primaryKey, text, timestamp, uniqueIndex, unique, uuid } from 'drizzle-orm/pg-core';

/** The tenant of the request; the sub-select lets PostgreSQL evaluate it once per query instead of once per row. */
const currentTenant = sql`(SELECT current_setting('app.tenant_id')::uuid)`;

/** A tenant sees and writes its own rows, and no others. */
const ownRows = (name: string) =>
  pgPolicy(name, { for: 'all', using: sql`"tenant_id" = ${currentTenant}`, withCheck: sql`"tenant_id" = ${currentTenant}` });

const id = () => uuid().primaryKey().defaultRandom();
const tenantId = () => uuid('tenant_id').notNull().references(() => tenants.id);
const moment = (name: string) => timestamp(name, { withTimezone: true });
const createdAt = () => moment('created_at').notNull().defaultNow();

export const userRole = pgEnum('user_role', ['owner', 'staff', 'viewer']);
export const orderStatus = pgEnum('order_status', ['pending', 'paid', 'shipped', 'delivered', 'cancelled']);

export const tenants = pgTable(
  'tenants',
  {
    id: id(),
    slug: text().notNull().unique(),
    name: text().notNull(),
    createdAt: createdAt(),
  },
  () => [pgPolicy('tenants_own_row', { for: 'select', using: sql`"id" = ${currentTenant}` })],
);

export const users = pgTable(
  'users',
  {
    id: id(),
    tenantId: tenantId(),
    email: text().notNull(),
    displayName: text('display_name').notNull(),
    role: userRole().notNull().default('staff'),
    createdAt: createdAt(),
  },
  (table) => [ownRows('users_by_tenant'), uniqueIndex('users_tenant_id_email_key').on(table.tenantId, sql`lower(${table.email})`)],
);

export const products = pgTable(
  'products',
  {
    id: id(),
    tenantId: tenantId(),
    sku: text().notNull(),
    name: text().notNull(),
    priceCents: bigint('price_cents', { mode: 'number' }).notNull(),
    currency: text().notNull().default('EUR'),
    attributes: jsonb().notNull().default({}),
    tags: text().array().notNull().default(sql`'{}'`),
    createdAt: createdAt(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    ownRows('products_by_tenant'),
    unique('products_tenant_id_sku_key').on(table.tenantId, table.sku),
    index('products_attributes_idx').using('gin', table.attributes),
    index('products_active_idx').on(table.tenantId, table.name).where(sql`"deleted_at" IS NULL`),
    index('products_tags_idx').using('gin', table.tags),
    check('products_price_cents_check', sql`"price_cents" >= 0`),
  ],
);

export const customers = pgTable(
  'customers',
  {
    id: id(),
    tenantId: tenantId(),
    email: text().notNull(),
    fullName: text('full_name').notNull(),
    address: jsonb().notNull().default({}),
    acceptsMarketing: boolean('accepts_marketing').notNull().default(false),
    portalToken: uuid('portal_token').notNull().defaultRandom(),
    createdAt: createdAt(),
  },
  (table) => [ownRows('customers_by_tenant'), uniqueIndex('customers_tenant_id_email_key').on(table.tenantId, sql`lower(${table.email})`)],
);

export const orders = pgTable(
  'orders',
  {
    id: id(),
    tenantId: tenantId(),
    customerId: uuid('customer_id').notNull().references(() => customers.id),
    status: orderStatus().notNull().default('pending'),
    totalCents: bigint('total_cents', { mode: 'number' }).notNull().default(0),
    channel: text().notNull(),
    discountCodeId: uuid('discount_code_id'),
    placedAt: moment('placed_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    ownRows('orders_by_tenant'),
    index('orders_customer_id_idx').on(table.customerId),
    index('orders_open_idx').on(table.tenantId, table.placedAt).where(sql`"status" IN ('pending', 'paid')`),
    index('orders_channel_idx').on(table.tenantId, table.channel),
    foreignKey({ name: 'orders_discount_code_id_fk', columns: [table.discountCodeId], foreignColumns: [discountCodes.id] }),
  ],
);

export const orderItems = pgTable(
  'order_items',
  {
    tenantId: tenantId(),
    orderId: uuid('order_id').notNull().references(() => orders.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    productId: uuid('product_id').notNull().references(() => products.id),
    quantity: numeric({ precision: 12, scale: 3, mode: 'number' }).notNull(),
    unitPriceCents: bigint('unit_price_cents', { mode: 'number' }).notNull(),
  },
  (table) => [
    ownRows('order_items_by_tenant'),
    primaryKey({ columns: [table.orderId, table.position] }),
    index('order_items_product_id_idx').on(table.productId),
    check('order_items_quantity_check', sql`"quantity" > 0`),
  ],
);

export const stockLevels = pgTable(
  'stock_levels',
  {
    productId: uuid('product_id').primaryKey().references(() => products.id),
    tenantId: tenantId(),
    onHand: integer('on_hand').notNull().default(0),
    reserved: integer().notNull().default(0),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    ownRows('stock_levels_by_tenant'),
    index('stock_levels_low_idx').on(table.tenantId).where(sql`"on_hand" < 5`),
    check('stock_levels_reserved_check', sql`"reserved" >= 0`),
  ],
);

export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: tenantId(),
    subject: text().notNull(),
    details: jsonb().notNull(),
    recordedAt: moment('recorded_at').notNull().defaultNow(),
  },
  (table) => [ownRows('audit_log_by_tenant'), index('audit_log_tenant_id_recorded_at_idx').on(table.tenantId, table.recordedAt)],
);

export const discountCodes = pgTable(
  'discount_codes',
  {
    id: id(),
    tenantId: tenantId(),
    code: text().notNull(),
    percentOff: integer('percent_off').notNull(),
    endsAt: moment('ends_at'),
    createdAt: createdAt(),
  },
  (table) => [
    ownRows('discount_codes_by_tenant'),
    uniqueIndex('discount_codes_tenant_id_code_key').on(table.tenantId, sql`upper(${table.code})`),
    check('discount_codes_percent_off_check', sql`"percent_off" > 0 AND "percent_off" <= 100`),
  ],
);

export const revenueByDay = pgView('revenue_by_day', { tenantId: uuid('tenant_id'), day: moment('day'), orders: bigint('orders', { mode: 'number' }), revenueCents: bigint('revenue_cents', { mode: 'number' }) })
  .with({ securityInvoker: true })
  .as(sql`SELECT "tenant_id", date_trunc('day', "placed_at") AS "day", count(*) AS "orders", sum("total_cents") AS "revenue_cents" FROM "orders" WHERE "status" <> 'cancelled' GROUP BY 1, 2`);
