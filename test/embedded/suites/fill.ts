import assert from 'node:assert/strict';
import type { Target } from '../../../src/dryrun/targets/target.ts';
import { runPair } from '../../support/plans.ts';

const demanding = `
  CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
  CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');
  CREATE DOMAIN short_email AS email CHECK (length(VALUE) < 30) NOT NULL;
  CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL UNIQUE, slug varchar(8) NOT NULL UNIQUE);
  CREATE TABLE users (
    tenant_id uuid NOT NULL REFERENCES tenants, id bigint GENERATED ALWAYS AS IDENTITY, mail short_email, mood mood NOT NULL,
    age int CHECK (age BETWEEN 18 AND 120), country char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'), manager bigint, tags text[] NOT NULL,
    created timestamptz NOT NULL DEFAULT now(), ip inet NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, manager) REFERENCES users (tenant_id, id));
  CREATE TABLE orders (
    id serial PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, user_id bigint NOT NULL, status text NOT NULL CHECK (status IN ('open', 'paid')),
    net numeric(4,2) NOT NULL CHECK (net > 0), gross numeric(6,2) NOT NULL, rate numeric(2,2) NOT NULL, period tstzrange NOT NULL,
    CHECK (gross >= net * 1.1), FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id));
  CREATE TABLE profiles (user_id bigint, tenant_id uuid, bio text NOT NULL CHECK (length(bio) >= 50), PRIMARY KEY (tenant_id, user_id), FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id));
  CREATE TABLE events (at date NOT NULL, id int NOT NULL, doubled int GENERATED ALWAYS AS (id * 2) STORED) PARTITION BY RANGE (at);
  CREATE TABLE events_2031 PARTITION OF events FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');
  CREATE TABLE hashed (id int PRIMARY KEY) PARTITION BY HASH (id);
  CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE rooms (during int4range NOT NULL, EXCLUDE USING gist (during WITH &&));
  CREATE TABLE seeded (id int); INSERT INTO seeded VALUES (7);
  CREATE TABLE nothing ();`;

/** Tables get rows whatever their columns ask for. */
export function describeFill(title: string, target: () => Target): void {
  describe(`made-up rows on ${title}`, () => {
    it('satisfy types, enums, domains, checks, keys, identities, partitions and exclusions', async () => {
      const { trace } = await runPair(target(), { history: [demanding], up: 'SELECT 1' });
      assert.deepEqual(trace.unfilled, []);
      const empty = Object.entries(trace.before.rows).filter(([, table]) => table.rows === 0);
      assert.deepEqual(empty, []);
      assert.equal(trace.before.rows['public.seeded']?.rows, 1);
      assert.equal(trace.before.rows['public.profiles']?.rows, 4, 'one for each user');
    });

    it('keep every constraint, as validating them again shows', async () => {
      const up = `
        ALTER TABLE orders ADD CONSTRAINT again CHECK (gross >= net * 1.1), ADD FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id);
        ALTER TABLE users ADD FOREIGN KEY (tenant_id) REFERENCES tenants;
        INSERT INTO users (tenant_id, mail, mood, country, tags, ip, meta) SELECT id, 'x@example.com', 'sad', 'DE', '{}', '::1', '{}' FROM tenants`;
      const { trace } = await runPair(target(), { history: [demanding], up });
      assert.deepEqual(trace.legs[0]?.statements.map((statement) => statement.error?.message ?? 'ok'), ['ok', 'ok', 'ok']);
    });

    it('name the tables that stay empty, with the reason', async () => {
      const history = ['CREATE TABLE never (id int NOT NULL CHECK (id > 10 AND id < 5)); ALTER TABLE never ADD PRIMARY KEY (id); CREATE TABLE child (id int NOT NULL REFERENCES never)'];
      const { trace } = await runPair(target(), { history, up: 'SELECT 1' });
      assert.deepEqual(trace.unfilled, [
        { table: 'public.never', reason: 'No value tried satisfies its CHECK constraints.' },
        { table: 'public.child', reason: 'It references public.never, which has no rows.' },
      ]);
    });
  });
}
