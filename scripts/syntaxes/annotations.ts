import { scopes, type Captures, type Grammar, type Rule } from './grammar.ts';
import { directive, ignoreComments, named } from './ignores.ts';
import { embeddedSql } from './sql.ts';

/** Colours what migration tools read from the comments of SQL files, Flyway's placeholders, and psql's own commands. */
export function annotations(scopeName: string, sqlScopes: readonly string[]): Grammar {
  return {
    name: 'Annotations of migrations',
    scopeName,
    injectionSelector: sqlScopes.map((scope) => `L:${scope} - comment - string`).join(', '),
    patterns: [drizzle, dbmate, goose, ...liquibase, nodePgMigrate, ...sqitch, atlas, ...ignoreComments('.*'), ...psql, placeholder],
    repository: embeddedSql([]),
  };
}

const dashes = 'punctuation.definition.comment.sql';
const value = 'string.unquoted.sql';

/** `transaction:false`, `onFail=HALT`, `labels:"a, b"`. */
const option: Rule = { match: String.raw`([A-Za-z][\w-]*)([:=])("[^"]*"|\S+)`, captures: scopes('entity.other.attribute-name.sql', 'punctuation.separator.sql', value) };
const options = { patterns: [option] };
/** SQL that a tool reads out of a comment looks like SQL. */
const sql = { name: 'meta.embedded.block.sql', patterns: [{ include: '#sql' }] };

/** A comment that begins its line, because that is where tools look; the first group is its dashes. */
function comment(rest: string, captures: Captures): Rule {
  return { match: String.raw`^\s*(--)${rest}`, name: 'comment.line.double-dash.sql', captures: { ...scopes(dashes), ...captures } };
}

/** Drizzle writes it behind the statement and splits wherever it stands. */
const drizzle: Rule = { match: '(--)(> statement-breakpoint)', name: 'comment.line.double-dash.sql', captures: scopes(directive('drizzle'), directive('drizzle')) };

const dbmate = comment(String.raw`\s*(migrate:(?:up|down))(?=\s|$)(.*)`, { 2: { name: directive('dbmate') }, 3: options });

const goose = comment(String.raw`\s*(\+goose)\s+((?i)up|down|statementbegin|statementend|no\s+transaction|envsub\s+(?:on|off))\b.*`, { 2: { name: directive('goose') }, 3: { name: directive('goose') } });

const liquibase: readonly Rule[] = [
  comment(String.raw`\s*((?i)liquibase\s+formatted\s+sql)\b(.*)`, { 2: { name: directive('liquibase') }, 3: options }),
  comment(String.raw`\s*((?i)changeset)\s+("[^"]*"|[^\s:"]+)(:)("[^"]*"|\S+)(.*)`, {
    2: { name: directive('liquibase') },
    3: { name: named },
    4: { name: 'punctuation.separator.sql' },
    5: { name: named },
    6: options,
  }),
  comment(String.raw`\s*((?i)preconditions)(?=\s*$|\s+on\w+:)(.*)`, { 2: { name: directive('liquibase') }, 3: options }),
  comment(String.raw`\s*((?i)precondition-[\w-]+)((?:\s+\w+:\S+)*)(.*)`, { 2: { name: directive('liquibase') }, 3: options, 4: sql }),
  comment(String.raw`\s*((?i)property)(?=\s+name:)(.*)`, { 2: { name: directive('liquibase') }, 3: options }),
  comment(String.raw`\s*((?i)validCheckSum|ignoreLines)(:)\s*(\S+)`, { 2: { name: directive('liquibase') }, 3: { name: 'punctuation.separator.sql' }, 4: { name: value } }),
  // Words of every day: only without a space before them, or before a statement, are they Liquibase's.
  comment(String.raw`((?i)rollback)\s+((?i)empty|not\s+required)\s*$`, { 2: { name: directive('liquibase') }, 3: { name: 'constant.language.sql' } }),
  comment(String.raw`((?i)rollback)(?=\s|$)(.*)`, { 2: { name: directive('liquibase') }, 3: sql }),
  comment(String.raw`\s+((?i)rollback)(?=\s+(?i:alter|create|delete|drop|insert|truncate|update)\s+\S+\s)(.*)`, { 2: { name: directive('liquibase') }, 3: sql }),
  comment(String.raw`((?i)comment)(?=:|\s)(.*)`, { 2: { name: directive('liquibase') } }),
  {
    begin: String.raw`(/\*+)\s*((?i)liquibase\s+rollback)\b`,
    end: String.raw`\*/`,
    name: 'comment.block.sql',
    beginCaptures: scopes(dashes, directive('liquibase')),
    endCaptures: { 0: { name: dashes } },
    // Line by line, so that an open quote cannot hide the end of the comment.
    patterns: [{ match: String.raw`((?:[^*\n]|\*(?!/))+)`, captures: { 1: sql } }],
  },
];

const nodePgMigrate = comment(String.raw`[\s-]*((?i)(?:up|down)\s+migration)\b.*`, { 2: { name: directive('node-pg-migrate') } });

const sqitch: readonly Rule[] = [
  comment(String.raw`\s*(Deploy|Revert|Verify)\s+([^\s:]+)(:)(\S+)\s+(to|from|on)\s+(\w+)`, {
    2: { name: directive('sqitch') },
    3: { name: named },
    4: { name: 'punctuation.separator.sql' },
    5: { name: named },
    6: { name: directive('sqitch') },
    7: { name: value },
  }),
  comment(String.raw`\s*(requires|conflicts)(:)(.*)`, { 2: { name: directive('sqitch') }, 3: { name: 'punctuation.separator.sql' }, 4: { patterns: [{ match: String.raw`[^\s,]+`, name: named }] } }),
];

const atlas = comment(String.raw`\s*(atlas:[a-z]+)(?=\s|$)(.*)`, { 2: { name: directive('atlas') }, 3: { name: value } });

const psql: readonly Rule[] = [
  { match: String.raw`^\s*(\\copy)\s(.*)`, captures: { 1: { name: directive('psql') }, 2: sql } },
  { match: String.raw`^\s*(\\(?:[A-Za-z_]+\+?|[!?;.]))(?:\s+(.*))?$`, captures: scopes(directive('psql'), value) },
  { match: String.raw`(?<=\s)(\\(?:crosstabview|g|gdesc|gexec|gset|gx|watch))(?=\s|$)(.*)`, captures: scopes(directive('psql'), value) },
  { match: String.raw`(?<!:):(?:'\w+'|"\w+")`, name: 'variable.other.psql.sql' },
];

/** Flyway's, and goose's between ENVSUB ON and OFF. */
const placeholder: Rule = { match: String.raw`(\$\{)[\w.:@-]+(\})`, name: 'variable.other.placeholder.sql', captures: scopes('punctuation.definition.variable.begin.sql', 'punctuation.definition.variable.end.sql') };
