import { alternatives, scopes, words, type Grammar, type Rule } from './grammar.ts';
import { ignoreComments } from './ignores.ts';

/**
 * PostgreSQL inside another text, under the name `#sql`. Scopes are those of VS Code's own SQL grammar, so that a statement looks the same here and in a file.
 *
 * It is not that grammar itself, because there a quote that nobody closed runs on: it would swallow the backtick that ends the template and colour the rest
 * of the TypeScript file as a string. Here whatever can span lines also ends before a backtick, which SQL itself has no use for.
 */
export function embeddedSql(inTemplates: readonly Rule[]): Grammar['repository'] {
  const inside: readonly Rule[] = [...inTemplates, escape];
  return {
    sql: {
      patterns: [...inTemplates, ...comments(inTemplates), dollarQuoted, ...strings(inside), escape, ...plain],
    },
    'block-comment': { patterns: [blockComment(inTemplates)] },
  };
}

const escape: Rule = { match: String.raw`\\(?:u\{\h+\}|u\h{4}|x\h{2}|.)`, name: 'constant.character.escape.sql' };

const untilBacktick = '(?=`)';

function comments(inTemplates: readonly Rule[]): readonly Rule[] {
  return [
    ...ignoreComments('[^`]*'),
    // A \n in a template or a string ends the line for PostgreSQL.
    { begin: '--', end: String.raw`(?=$|\\n|${'`'})`, name: 'comment.line.double-dash.sql', beginCaptures: { 0: { name: 'punctuation.definition.comment.sql' } }, patterns: inTemplates },
    blockComment(inTemplates),
  ];
}

/** PostgreSQL nests them. */
function blockComment(inTemplates: readonly Rule[]): Rule {
  const ends = { 0: { name: 'punctuation.definition.comment.sql' } };
  return { begin: String.raw`/\*`, end: String.raw`\*/|${untilBacktick}`, name: 'comment.block.sql', beginCaptures: ends, endCaptures: ends, patterns: [{ include: '#block-comment' }, ...inTemplates] };
}

/** The body of a function is SQL again. `$${` is a dollar sign before an interpolation. */
const dollarQuoted: Rule = {
  begin: String.raw`(\$(?:[A-Za-z_]\w*)?\$)(?!\{)`,
  end: String.raw`(\1)|${untilBacktick}`,
  beginCaptures: scopes('punctuation.definition.string.begin.sql'),
  endCaptures: scopes('punctuation.definition.string.end.sql'),
  patterns: [{ include: '#sql' }],
};

function strings(inside: readonly Rule[]): readonly Rule[] {
  return [
    quoted('single', { begin: String.raw`(?:\b(?:[EBXN]|U&))?'`, end: `'(?!')`, doubled: "''", inside }),
    quoted('double', { begin: '(?:U&)?"', end: '"(?!")', doubled: '""', inside }),
    // In '…' and "…" of JavaScript, SQL's own quotes of the same kind are escaped.
    quoted('single', { begin: String.raw`\\'`, end: String.raw`\\'(?!\\')`, doubled: String.raw`\\'\\'`, inside }),
    quoted('double', { begin: String.raw`\\"`, end: String.raw`\\"(?!\\")`, doubled: String.raw`\\"\\"`, inside }),
  ];
}

function quoted(kind: 'single' | 'double', { begin, end, doubled, inside }: { readonly begin: string; readonly end: string; readonly doubled: string; readonly inside: readonly Rule[] }): Rule {
  return {
    begin,
    end: `(${end})|${untilBacktick}`,
    name: `string.quoted.${kind}.sql`,
    beginCaptures: { 0: { name: 'punctuation.definition.string.begin.sql' } },
    endCaptures: scopes('punctuation.definition.string.end.sql'),
    patterns: [{ match: doubled, name: 'constant.character.escape.sql' }, ...inside],
  };
}

/** What is created, altered and dropped; those of the second line are names of columns more often than keywords, unless such a verb stands before them. */
const objects = `table view index schema sequence function procedure trigger policy database constraint column extension tablespace
  type domain aggregate role user publication subscription server statistics collation rule`;
const objectsAlone = objects.split('\n')[0] ?? '';

const definition = String.raw`(?i)\b(${alternatives('create alter drop add rename comment+on')})\b((?:\s+(?:${alternatives('or+replace temp temporary unlogged materialized unique event foreign recursive')}))*\s+(?:${alternatives(objects)}))\b`;
const refined = String.raw`((?:\s+(?:${alternatives('if not exists only concurrently')})\b)*)`;

const name = String.raw`(?:[A-Za-z_]\w*\.)?[A-Za-z_]\w*`;

const types = `bigint bigserial bit bool boolean box bytea char character+varying character cidr circle citext date daterange decimal double+precision float4 float8 float geography geometry
  hstore inet int2 int4 int4range int8 int8range integer int interval jsonb json jsonpath lseg macaddr8 macaddr money numeric numrange oid pg_lsn point polygon real regclass
  record serial4 serial8 serial smallint smallserial text timestamptz timestamp timetz time tsquery tsrange tstzrange tsvector uuid varbit varchar vector void xml`;

const clauses = `abort all also always analyze and any as asc asymmetric attach authorization before begin between both by bypassrls call cascade case cast close cluster columns commit
  committed concurrently conflict connect continue copy create cross cube current cycle data declare deferrable deferred delete delimiter desc detach disable discard distinct do drop each
  else elsif enable end enum escape except exclude excluding execute exists exit explain extract fetch filter following for force foreach foreign from full generated global grant grouping
  group handler having header identity if ilike immediate immutable import in including increment inherit inherits initially inner insert instead intersect into invoker is isnull isolation
  join language lateral leading leakproof least left level like limit listen local lock locked login loop match materialized maxvalue merge minvalue mode moving natural new next no nocreatedb
  nologin not nothing notify notnull nowait nulls of off offset old on only open option or order ordinality others outer over overriding owned owner parallel partial partition perform
  permissive preceding prepare prior privileges procedural quote raise range read reassign recursive refresh reindex release rename repeatable replace replica reset restart restrict restrictive
  return returning returns revoke right rollback rollup row rows safe savepoint scroll search security select sequences serializable session set setof sets share show similar skip some
  stable start stored strict symmetric system tables tablesample temp temporary then to trailing transaction truncate unbounded union unlisten unique unlogged unsafe until update using
  vacuum valid validate values variadic verbose volatile when where while window with within without work write zone`;

const modifiers = 'primary+key foreign+key references check collate default on+delete+cascade on+delete on+update+cascade on+update';

const functions = `abs array_agg array_length avg bool_and bool_or cardinality ceil coalesce concat concat_ws count current_setting date_part date_trunc dense_rank digest encode
  every exists first_value floor format greatest jsonb_agg jsonb_build_object jsonb_object_agg jsonb_set json_agg json_build_object lag last_value lead least left length lower lpad ltrim make_interval
  max md5 min nextval now nullif percentile_cont position pg_sleep random rank regexp_match regexp_replace replace right round row_number rpad rtrim set_config setval split_part
  string_agg substring substr sum to_char to_date to_json to_jsonb to_number to_regclass to_timestamp to_tsquery to_tsvector trim unnest upper`;

/** Words, numbers and signs, each within one line. */
const plain: readonly Rule[] = [
  { match: String.raw`\$\d+`, name: 'variable.parameter.sql' },
  { match: String.raw`(?<![:\w\]]):[A-Za-z_]\w*:?`, name: 'variable.parameter.sql' },
  { match: String.raw`${definition}${refined}(?:\s+(?!(?:${alternatives('to using set on')})\b)(${name}))?`, captures: scopes('keyword.other.sql', 'keyword.other.sql', 'keyword.other.sql', 'entity.name.function.sql') },
  // In capitals only: in small letters these are names of columns more often than keywords.
  { match: String.raw`\b(?:TYPE|KEY|ACTION|CACHE|OWNER|ENABLE|VALUE|COMMENT|ADMIN)\b`, name: 'keyword.other.sql' },
  { match: String.raw`(?i)\b(?:${alternatives(functions)})(?=\()|\b[a-z_]\w*(?=\(\s*\))`, name: 'support.function.sql' },
  { match: words('not+null'), name: 'keyword.other.sql' },
  { match: words(modifiers), name: 'storage.modifier.sql' },
  { match: words('true false null current_date current_time current_timestamp current_user current_role session_user localtime localtimestamp'), name: 'constant.language.sql' },
  { match: words(types), name: 'storage.type.sql' },
  { match: words(`add alter ${clauses} ${objectsAlone}`), name: 'keyword.other.sql' },
  { match: String.raw`\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b`, name: 'constant.numeric.sql' },
  { match: String.raw`::|:=|=>|->>?|#>>?|@>|<@|\|\||[!<>]?=|<>|[<>~*/%^&|#@!+-]`, name: 'keyword.operator.sql' },
];
