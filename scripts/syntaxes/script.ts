import type { Grammar, Rule } from './grammar.ts';
import { embeddedSql } from './sql.ts';

/** A grammar of VS Code that gets SQL in its templates. */
export interface ScriptLanguage {
  /** Its scope, and what its own scopes end in. */
  readonly scope: string;
  readonly suffix: string;
}

/**
 * Colours SQL in the templates of a TypeScript or JavaScript file: behind the tags that query builders use,
 * and where a call that runs SQL takes it as its first argument.
 */
export function sqlInScript(scopeName: string, language: ScriptLanguage): Grammar {
  const { scope, suffix } = language;
  const interpolation: Rule = {
    begin: String.raw`\$\{`,
    end: String.raw`\}`,
    name: `meta.template.expression.${suffix}`,
    contentName: `meta.embedded.line.${suffix}`,
    beginCaptures: { 0: { name: `punctuation.definition.template-expression.begin.${suffix}` } },
    endCaptures: { 0: { name: `punctuation.definition.template-expression.end.${suffix}` } },
    patterns: [{ include: `${scope}#expression` }],
  };
  const sql = embeddedSql([interpolation]);
  return {
    name: 'SQL in templates',
    scopeName,
    injectionSelector: outsideText(scope),
    patterns: [{ include: '#tagged' }, { include: '#call' }],
    repository: { tagged: { patterns: [tagged(language)] }, call: { patterns: [call(language)] }, ...sql },
  };
}

const content = 'meta.embedded.block.sql';

/**
 * Not in strings, comments and SQL (`LANGUAGE sql` before the closing backtick is no tag), but in the interpolations of templates, three deep.
 * A selector cannot ask for the innermost scope, so each depth is a case of its own.
 */
function outsideText(scope: string): string {
  const depths = [scope, `${scope} ${expression}`, `${scope} ${content} ${expression} ${content} ${expression}`];
  return depths.map((path) => `L:${path} - comment${['string', content, argument].map((text) => ` - (${path === scope ? '' : `${path} `}${text})`).join('')}`).join(', ');
}

const expression = 'meta.template.expression';
/** Where the text of a call is awaited, so that the rule does not begin again where it has just begun. */
const argument = 'meta.argument.sql';

/** sql`…`, sql<Row>`…`, Prisma.sql`…`, prisma.$executeRaw`…`. */
function tagged({ scope, suffix }: ScriptLanguage): Rule {
  const object = String.raw`(?:[A-Za-z_$][\w$]*!?\??\.)*|\??\.`;
  const generics = String.raw`<(?:[^<>${'`'}]|<(?:[^<>${'`'}]|<[^<>${'`'}]*>)*>)*>`;
  return {
    begin: String.raw`(?<![\w$])(${object})(sql|\$executeRaw|\$queryRaw)\s*(${generics})?\s*(${'`'})`,
    beginCaptures: {
      1: { patterns: [{ include: `${scope}#expression` }] },
      2: { name: `entity.name.function.tagged-template.${suffix}` },
      3: { patterns: [{ include: `${scope}#type-arguments` }] },
      4: { name: quote('begin', suffix) },
    },
    ...closing(suffix),
  };
}

function template(suffix: string): Rule {
  return { begin: '`', beginCaptures: { 0: { name: quote('begin', suffix) } }, ...closing(suffix) };
}

function closing(suffix: string): { readonly end: string; readonly endCaptures: Readonly<Record<number, { readonly name: string }>>; readonly contentName: string; readonly patterns: readonly Rule[] } {
  return { end: '`', endCaptures: { 0: { name: quote('end', suffix) } }, contentName: content, patterns: [{ include: '#sql' }] };
}

function quote(side: 'begin' | 'end', suffix: string): string {
  return `string.template.${suffix} punctuation.definition.string.template.${side}.${suffix}`;
}

/** What runs SQL given as text, by the name of the method and of what it is usually called on; null: on anything, because the name says enough. */
const calls: readonly (readonly [method: string, receivers: readonly string[] | null])[] = [
  ['raw', ['sql', 'knex', 'trx', 'schema', 'db', 'tx', 'Prisma']],
  ['query', ['queryRunner', 'sequelize', 'manager', 'entityManager', 'dataSource', 'connection', 'client', 'pool', 'db', 'pg', 'trx', 'tx']],
  ['execute', ['db', 'tx', 'trx', 'connection', 'this']],
  ['sql', ['pgm']],
  ['unsafe', ['sql', 'tx', 'trx']],
  ['addSql', null],
  ['$executeRawUnsafe', null],
  ['$queryRawUnsafe', null],
];

/**
 * From the opening parenthesis, which may end its line, over the first argument, also when it is put together with +.
 * The parenthesis itself stays with the grammar of the language, so its closing one is found whatever stands between.
 */
function call({ scope, suffix }: ScriptLanguage): Rule {
  const names = calls.flatMap(([method, receivers]) => (receivers ?? []).map((receiver) => String.raw`\b${receiver}\.${method}\(`));
  // Where a chain is broken, the line begins with the method.
  const broken = calls.map(([method, receivers]) => String.raw`${receivers === null ? '' : String.raw`\s`}\.${method.replace('$', String.raw`\$`)}\(`);
  return {
    // The parenthesis and the quote are asked for first: the names alone, at every letter of a file, take ten times as long as all the rest of the grammar.
    begin: String.raw`(?<=\()(?=\s*(?:$|[${'`'}'"]))(?<=${[...names, ...broken].join('|')})`,
    end: String.raw`(?=\S)`,
    applyEndPatternLast: 1,
    name: argument,
    patterns: [
      { include: `${scope}#comment` },
      template(suffix),
      quotedSql('single', "'", suffix),
      quotedSql('double', '"', suffix),
      // A string that does not end in its line.
      { include: `${scope}#string` },
      { match: String.raw`\+`, name: `keyword.operator.arithmetic.${suffix}` },
    ],
  };
}

/** A string of one line: what is captured is read by itself, so SQL cannot reach beyond it. */
function quotedSql(kind: 'single' | 'double', mark: string, suffix: string): Rule {
  return {
    match: String.raw`(${mark})((?:[^${mark}\\]|\\.)*)(${mark})`,
    captures: {
      1: { name: `string.quoted.${kind}.${suffix} punctuation.definition.string.begin.${suffix}` },
      2: { name: content, patterns: [{ include: '#sql' }] },
      3: { name: `string.quoted.${kind}.${suffix} punctuation.definition.string.end.${suffix}` },
    },
  };
}
