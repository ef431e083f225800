import type { Span } from '../model/span.ts';
import type { AstNode, Statement } from '../model/statement.ts';
import { statementTokens } from '../sql/spans.ts';
import type { Token } from '../sql/tokens.ts';
import { child, listOf, text, walk, words } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** A password or a key that stands in the migration. Its message never repeats it. */
export const plaintextSecret: StatementRule = defineRule({
  id: 'plaintext-secret',
  title: 'A secret in a migration',
  severity: 'error',
  category: 'row-level security',
  scope: 'statement',
  kinds: [
    'CreateRoleStmt', 'AlterRoleStmt', 'CreateUserMappingStmt', 'AlterUserMappingStmt', 'CreateForeignServerStmt', 'AlterForeignServerStmt', 'CreateSubscriptionStmt', 'AlterSubscriptionStmt',
    'SelectStmt', 'InsertStmt', 'UpdateStmt', 'MergeStmt', 'AlterTableStmt', 'CreateStmt', 'CreateFunctionStmt', 'DoStmt', 'CommentStmt', 'VariableSetStmt', 'AlterDatabaseSetStmt', 'AlterRoleSetStmt', 'CallStmt', 'ViewStmt',
  ],
  check(statement) {
    // Literals alone can hold one; most statements have none that is long enough.
    if (!/['$]/.test(statement.text)) return [];
    const secrets = [...stated(statement), ...recognised(statement)];
    return secrets.filter(({ value }, index) => secrets.findIndex((other) => other.value === value) === index).map(({ value, what, instead }) => ({
      message: `${what} stands here for everybody who can read the repository, its history and its logs, and it is the same wherever the migration runs. ${instead}`,
      span: spanOf(statement, value),
    }));
  },
  docs: {
    what: 'A password of a role, of a user mapping, a server or a connection as a literal; or a literal that has the form of a known key: a private key, a token of AWS, GitHub, GitLab, Slack, Stripe, Google, npm or Neon, a JSON web token, an address with a password. Placeholders (`${…}`, `:\'name\'`, `<…>`), NULL and empty strings are left alone.',
    why: 'A migration is kept for good: in every clone, in CI logs, in the server’s log and in the tool’s own table. A secret in it cannot be taken back, only changed, and it is the same in every environment.',
    instead: 'Create the role without a password, and set it where secrets are kept, outside of migrations. Let tools that replace placeholders fill it in. Change a secret that was committed once: it is known.',
  },
  examples: {
    bad: [
      { setup: 'CREATE ROLE lockstep_reporting;', sql: "ALTER ROLE lockstep_reporting PASSWORD 'correct horse battery staple';" },
      { title: 'A key that is known by its form', setup: 'CREATE TABLE settings (name text, value text);', sql: "INSERT INTO settings VALUES ('queue', 'amqps://worker:fluffy-cat-17@queue.example.com/jobs');" },
    ],
    good: [
      { setup: 'CREATE ROLE lockstep_reports;', sql: 'ALTER ROLE lockstep_reports LOGIN PASSWORD NULL;' },
      { title: 'Prose that speaks of passwords', setup: 'CREATE TABLE users (id bigint PRIMARY KEY, password_hash text);', sql: "COMMENT ON COLUMN users.password_hash IS 'password: hashed with bcrypt, https://example.com/wiki/passwords';" },
    ],
  },
});

interface Secret {
  readonly value: string;
  readonly what: string;
  readonly instead: string;
}

const elsewhere = 'Set it outside of migrations, from where secrets are kept.';
const known = 'Take it out, and change it wherever it is valid.';

/** What the statement itself calls a password. */
function stated({ kind, node }: Statement): readonly Secret[] {
  if (kind === 'CreateSubscriptionStmt' || kind === 'AlterSubscriptionStmt') return inConnection(text(node, 'conninfo'));
  const found = listOf(node['options'], 'DefElem').filter((each) => text(each, 'defname')?.toLowerCase().includes('password') === true);
  if (kind === 'SelectStmt' || kind === 'CallStmt') return connections(node);
  return found.flatMap((each) => {
    const value = text(child(child(each, 'arg') ?? {}, 'String') ?? {}, 'sval');
    if (value === null || isPlaceholder(value)) return [];
    const hashed = /^(SCRAM-SHA-256\$|md5[0-9a-f]{32}$)/.test(value);
    return [{ value, what: hashed ? 'The hash of a password' : 'A password', instead: hashed ? 'Whoever has it can try passwords against it at leisure. ' + elsewhere : elsewhere }];
  });
}

/** `dblink_connect('host=… password=…')`, and whatever else takes such a text. */
function connections(node: AstNode): readonly Secret[] {
  const found: Secret[] = [];
  walk(node, (each) => {
    if (each.kind === 'FuncCall' && words(each.node['funcname']).at(-1)?.startsWith('dblink') === true) for (const value of literals(each.node)) found.push(...inConnection(value));
    return undefined;
  });
  return found;
}

function inConnection(value: string | null): readonly Secret[] {
  const password = value === null ? null : /(?:^|\s)password\s*=\s*('(?:[^'\\]|\\.)+'|[^\s']+)/i.exec(value)?.[1];
  if (value === null || password == null || isPlaceholder(password.replaceAll("'", ''))) return [];
  return [{ value, what: 'The password of a connection', instead: elsewhere }];
}

/** What has the form of a key. */
function recognised({ kind, node, text: written }: Statement): readonly Secret[] {
  const values = kind === 'CommentStmt' ? [text(node, 'comment') ?? ''] : /["']?(?:AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|sk_live|rk_live|AIza|npm_|napi_|eyJ|-----BEGIN|:\/\/)/.test(written) ? literals(node) : [];
  return values.flatMap((value) => {
    const form = forms.find(([pattern]) => pattern.test(value));
    const password = addressed.exec(value)?.[1];
    if (form !== undefined) return [{ value, what: form[1], instead: known }];
    return password !== undefined && !isPlaceholder(password) ? [{ value, what: 'An address with its password', instead: known }] : [];
  });
}

const forms: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, 'A private key'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'An access key of AWS'],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})/, 'A token of GitHub'],
  [/\bglpat-[A-Za-z0-9_-]{20,}/, 'A token of GitLab'],
  [/\bxox[abprs]-[A-Za-z0-9-]{10,}/, 'A token of Slack'],
  [/\b[sr]k_live_[A-Za-z0-9]{16,}/, 'A live key of Stripe'],
  [/\bAIza[A-Za-z0-9_-]{35}/, 'A key of Google'],
  [/\bnpm_[A-Za-z0-9]{36}\b/, 'A token of npm'],
  [/\bnapi_[a-z0-9]{40,}/, 'A key of Neon'],
  [/\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/, 'A JSON web token'],
];

const addressed = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@[^\s/]/i;

/** All strings below a node: constants, arguments of options, bodies. */
function literals(node: AstNode): readonly string[] {
  const found: string[] = [];
  walk({ Root: node }, ({ kind, node: each }) => {
    const value = kind === 'A_Const' ? text(child(each, 'sval') ?? {}, 'sval') : kind === 'String' ? text(each, 'sval') : null;
    if (value !== null) found.push(value);
    return undefined;
  });
  return found;
}

/** What a tool or a person fills in later, or what stands for nothing. */
function isPlaceholder(value: string): boolean {
  return value === '' || /^(?:\$\{.*\}|\$\(.*\)|\$\w+|\{\{.*\}\}|<.*>|%.*%|:['"]?\w+['"]?|__\w+__|[*x.…]+)$/su.test(value);
}

/** The literal that holds it; where none does as it stands (it is written with escapes, or in pieces), the statement's first line. */
function spanOf(statement: Statement, value: string): Span {
  const token = statementTokens(statement).find((each) => holds(each, value));
  if (token !== undefined) return { start: token.start, end: token.end };
  const end = statement.text.search(/\r?\n/);
  return { start: 0, end: end < 0 ? statement.text.length : end };
}

function holds({ kind, text: written }: Token, value: string): boolean {
  return (kind === 'string' && written.replaceAll("''", "'").includes(value)) || (kind === 'dollar string' && written.includes(value));
}
