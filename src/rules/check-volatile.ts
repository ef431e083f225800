import type { AstNode, Statement } from '../model/statement.ts';
import { spanAt } from '../sql/spans.ts';
import { child, listOf, text, unwrap, walk, words, type TypedNode } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { definedConstraints, definingKinds } from './support/definitions.ts';

/** A CHECK whose answer for the same row changes. */
export const checkVolatile: StatementRule = defineRule({
  id: 'check-volatile',
  title: 'A CHECK that can become false by itself',
  severity: 'information',
  category: 'constraints and indexes',
  scope: 'statement',
  kinds: [...definingKinds, 'CreateDomainStmt', 'AlterDomainStmt'],
  check(statement) {
    return checks(statement).flatMap((expression) => changing(expression).slice(0, 1)).map(({ call, reason, location }) => ({
      message: `The CHECK calls ${call}, ${reasons[reason]}. PostgreSQL tests a row only when it is written, so rows that no longer pass stay, refuse every later UPDATE, and stop a restored dump.`,
      span: spanAt(statement, location),
    }));
  },
  docs: {
    what: 'A CHECK of a table or a domain calls a function that gives another answer for the same row at another time: the clock, a random number, the session’s user or settings. A comparison that stays true once it is true, such as `created_at <= now()`, is left alone.',
    why: 'PostgreSQL takes a CHECK for a fact about the row and tests it only when the row is written (manual, 5.5.1). With such a function the table holds rows that violate it; the next UPDATE of any other column fails on them, and so does loading a dump.',
    instead: 'Test it where the row is made: in a BEFORE INSERT trigger, a policy (WITH CHECK) or the application. Or compare with a column that a DEFAULT fills, `expires_at > created_at`.',
  },
  examples: {
    bad: [
      { title: 'The clock', sql: 'CREATE TABLE coupons (id bigint PRIMARY KEY, expires_at timestamptz NOT NULL, CHECK (expires_at > now()));' },
      { title: 'The session', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, author text);', sql: 'ALTER TABLE notes ADD CONSTRAINT notes_author CHECK (author = current_user) NOT VALID;' },
      { title: 'A domain', sql: 'CREATE DOMAIN birthday AS date CHECK (VALUE > current_date - 36500);' },
    ],
    good: [
      { title: 'True once, true for ever', sql: 'CREATE TABLE visits (id bigint PRIMARY KEY, at timestamptz NOT NULL CHECK (at <= now() + interval \'1 minute\'));' },
      { title: 'A column instead of the clock', sql: 'CREATE TABLE coupons (id bigint PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL, CHECK (expires_at > created_at));' },
    ],
  },
});

const reasons = { clock: 'whose answer changes with the time', chance: 'whose answer is another each time', session: 'whose answer depends on the session' } as const;

interface Changing {
  readonly call: string;
  readonly reason: keyof typeof reasons;
  readonly location: unknown;
}

/** `provolatile` of these is not `i` in pg_proc of PostgreSQL 14–18. */
const functions: ReadonlyMap<string, Changing['reason']> = new Map([
  ...reasoned('now transaction_timestamp statement_timestamp clock_timestamp timeofday', 'clock'),
  ...reasoned('random random_normal gen_random_uuid uuidv4 uuidv7 gen_random_bytes uuid_generate_v1 uuid_generate_v4 nextval', 'chance'),
  ...reasoned('current_setting pg_backend_pid inet_client_addr currval lastval current_schemas txid_current pg_current_xact_id pg_trigger_depth', 'session'),
]);

function reasoned(names: string, reason: Changing['reason']): readonly (readonly [string, Changing['reason']])[] {
  return names.split(' ').map((name) => [name, reason] as const);
}

function checks(statement: Statement): readonly unknown[] {
  const { kind, node } = statement;
  if (kind === 'CreateDomainStmt') return listOf(node['constraints'], 'Constraint').map((each) => each['raw_expr']);
  if (kind === 'AlterDomainStmt') return [child(child(node, 'def') ?? {}, 'Constraint')?.['raw_expr']];
  return definedConstraints(statement).filter(({ facts }) => facts.kind === 'check').map((each) => each.node['raw_expr']);
}

/** The calls that make the expression change from true to something else. */
function changing(expression: unknown): readonly Changing[] {
  const found: Changing[] = [];
  walk({ expression }, (each) => {
    if (each.kind === 'A_Expr' && staysTrue(each.node)) return 'skip';
    const call = callOf(each);
    if (call !== null) found.push(call);
    return undefined;
  });
  return found;
}

function callOf({ kind, node }: TypedNode): Changing | null {
  if (kind === 'SQLValueFunction') {
    const op = (text(node, 'op') ?? '').replace(/^SVFOP_/, '').replace(/_N$/, '').toLowerCase();
    return { call: op, reason: /date|time/.test(op) ? 'clock' : 'session', location: node['location'] };
  }
  const name = kind === 'FuncCall' ? (words(node['funcname']).at(-1) ?? '') : '';
  const reason = functions.get(name);
  return reason === undefined ? null : { call: `${name}()`, reason, location: node['location'] };
}

/** `a <= now()`: time passes in one direction only. */
function staysTrue(node: AstNode): boolean {
  const operator = words(node['name']).at(-1) ?? '';
  const [left, right] = [unwrap(node['lexpr']), unwrap(node['rexpr'])];
  if (operator === '<' || operator === '<=') return isClock(right) && changing(node['lexpr']).length === 0;
  return (operator === '>' || operator === '>=') && isClock(left) && changing(node['rexpr']).length === 0;
}

/** The clock, cast or moved by what does not change. */
function isClock(each: TypedNode | null): boolean {
  if (each === null) return false;
  if (each.kind === 'TypeCast') return isClock(unwrap(each.node['arg']));
  if (each.kind === 'A_Expr' && ['+', '-'].includes(words(each.node['name']).at(-1) ?? '')) return isClock(unwrap(each.node['lexpr'])) && changing(each.node['rexpr']).length === 0;
  return callOf(each)?.reason === 'clock';
}
