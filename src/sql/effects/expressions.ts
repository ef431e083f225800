import { walk, words } from '../walk.ts';

/**
 * `stable`: PostgreSQL computes it once for the whole ALTER TABLE and stores it as the missing value (manual, ALTER TABLE, notes).
 * `volatile`: it differs for each row. `unknown`: it calls a function that only the catalog can judge.
 */
export type Volatility = { readonly kind: 'stable' } | { readonly kind: 'volatile' | 'unknown'; readonly call: string };

export function volatility(expression: unknown): Volatility {
  let found: Volatility = { kind: 'stable' };
  walk(expression, ({ kind, node }) => {
    if (kind !== 'FuncCall' || found.kind === 'volatile') return undefined;
    const name = words(node['funcname']).at(-1) ?? '';
    if (volatileFunctions.has(name)) found = { kind: 'volatile', call: `${name}()` };
    else if (!stableFunctions.has(name)) found = { kind: 'unknown', call: `${name}()` };
    return undefined;
  });
  return found;
}

/** `provolatile = 'v'` in pg_proc of PostgreSQL 14–18, and the generators of the extensions uuid-ossp, pgcrypto. */
const volatileFunctions = new Set(
  `random random_normal clock_timestamp timeofday gen_random_uuid uuidv4 uuidv7 nextval currval lastval setval gen_random_bytes gen_salt
  uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 pg_sleep set_config`.split(/\s+/),
);

/** Functions of pg_catalog that defaults use and that are immutable or stable; the suite asks real servers. */
export const stableFunctions: ReadonlySet<string> = new Set(
  `now transaction_timestamp statement_timestamp current_setting pg_current_xact_id txid_current lower upper btrim ltrim rtrim concat concat_ws format
  length char_length left right lpad rpad repeat replace reverse split_part substr substring md5 sha224 sha256 sha384 sha512 encode decode
  to_char to_date to_timestamp to_number date_trunc date_part extract age timezone make_date make_time make_timestamp make_timestamptz make_interval
  abs ceil ceiling floor round trunc power sqrt mod sign exp ln log greatest least
  jsonb_build_object jsonb_build_array json_build_object json_build_array to_jsonb to_json array_to_json row_to_json jsonb_object json_object
  array_fill array_append array_cat array_length string_to_array array_to_string int4range int8range numrange daterange tsrange tstzrange
  to_tsvector to_tsquery plainto_tsquery hashtext bit_length octet_length ascii chr quote_ident quote_literal inet_client_addr pg_backend_pid
  current_database current_schema`.split(/\s+/),
);
