import type { Statement } from '../../model/statement.ts';
import { quoteLiteral } from '../../sql/names.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { child, listOf, text } from '../../sql/walk.ts';
import type { Circumstances } from '../inverse.ts';

/** What is usual where a definition says nothing. */
export interface Usual extends Circumstances {
  /** The STORAGE that the column's type has by itself; DEFAULT says that only from PostgreSQL 16 on. */
  readonly storage?: string;
  /** That of the database. */
  readonly tablespace?: string;
}

/**
 * From the statements that a definition ends with to those that it ended with before: owner, privileges, comment, row
 * security, statistics targets and so on. What both have stays as it is.
 */
export function changeAttachments(from: readonly Statement[], to: readonly Statement[], circumstances: Usual): readonly string[] {
  const gone = from.filter((each) => !to.includes(each));
  const come = to.filter((each) => !from.includes(each));
  // A statement that says the same thing anew (another comment, another owner) needs no undoing before.
  const undone = gone.filter((each) => !come.some((other) => subject(other) === subject(each) && replaces(each)));
  return [...undone.map((each) => undoAttachment(each, circumstances)), ...come.map((each) => each.text)].filter((each) => each !== null);
}

function replaces({ kind }: Statement): boolean {
  return kind === 'CommentStmt' || kind === 'AlterOwnerStmt' || kind === 'AlterTableStmt';
}

/** What a statement is about: its words but the last. */
function subject(statement: Statement): string {
  const tokens = statementTokens(statement);
  const last = tokens.at(-1)?.start ?? 0;
  const option = tokens.findIndex((token) => token.text === '=');
  return statement.text.slice(0, option > 0 ? tokens[option]?.start : last).trim();
}

/** The statement that takes back one that a definition ends with; null where there is none. */
export function undoAttachment(statement: Statement, { postgres, storage = 'EXTENDED', tablespace = 'pg_default' }: Usual): string | null {
  const { kind } = statement;
  switch (kind) {
    case 'CommentStmt':
      return text(statement.node, 'objtype') === 'OBJECT_EXTENSION' ? usualComment(statement) : before(statement, 'IS', 'IS NULL');
    case 'AlterOwnerStmt':
      return before(statement, 'OWNER', 'OWNER TO session_user');
    case 'GrantStmt':
    case 'AlterDefaultPrivilegesStmt':
      return swapGrant(statement);
    case 'AlterSeqStmt':
      return before(statement, 'OWNED', 'OWNED BY NONE');
    case 'AlterEventTrigStmt':
      return before(statement, 'DISABLE', 'ENABLE') ?? before(statement, 'ENABLE', 'ENABLE');
    case 'AlterDomainStmt':
      return dropConstraint(statement);
    case 'AlterStatsStmt':
      return before(statement, 'SET', 'SET STATISTICS -1');
    case 'AlterTSConfigurationStmt':
      return dropMapping(statement);
    case 'AlterRoleSetStmt':
    case 'AlterDatabaseSetStmt':
      return resetSetting(statement);
    case 'AlterTableStmt':
      return undoCommand(statement, { postgres, storage, tablespace });
    default:
      return null;
  }
}

function undoCommand(statement: Statement, { postgres, storage, tablespace }: Required<Omit<Usual, 'outsideTransaction' | 'rows'>>): string | null {
  const command = listOf(statement.node['cmds'], 'AlterTableCmd')[0] ?? {};
  switch (text(command, 'subtype')) {
    case 'AT_ChangeOwner':
      return before(statement, 'OWNER', 'OWNER TO session_user');
    case 'AT_EnableRowSecurity':
      return before(statement, 'ENABLE', 'DISABLE ROW LEVEL SECURITY');
    case 'AT_ForceRowSecurity':
      return before(statement, 'FORCE', 'NO FORCE ROW LEVEL SECURITY');
    case 'AT_ReplicaIdentity':
      return before(statement, 'REPLICA', 'REPLICA IDENTITY DEFAULT');
    case 'AT_ClusterOn':
      return before(statement, 'CLUSTER', 'SET WITHOUT CLUSTER');
    case 'AT_SetStatistics':
      return lastSet(statement, 'SET STATISTICS -1');
    case 'AT_SetStorage':
      return lastSet(statement, `SET STORAGE ${postgres >= 16 ? 'DEFAULT' : storage}`);
    case 'AT_SetCompression':
      return lastSet(statement, 'SET COMPRESSION default');
    case 'AT_SetOptions': {
      const items = child(child(command, 'def') ?? {}, 'List')?.['items'];
      return lastSet(statement, `RESET (${listOf(items, 'DefElem').map((each) => text(each, 'defname') ?? '').join(', ')})`);
    }
    case 'AT_SetRelOptions': {
      const items = child(child(command, 'def') ?? {}, 'List')?.['items'];
      return lastSet(statement, `RESET (${listOf(items, 'DefElem').map((each) => text(each, 'defname') ?? '').join(', ')})`);
    }
    case 'AT_SetTableSpace':
      return lastSet(statement, `SET TABLESPACE ${tablespace}`);
    case 'AT_SetUnLogged':
      return lastSet(statement, 'SET LOGGED');
    case 'AT_ColumnDefault':
      return lastSet(statement, 'DROP DEFAULT');
    case 'AT_AddInherit':
      return replaceWord(statement, 'INHERIT', 'NO INHERIT');
    case 'AT_AddOf':
      return before(statement, 'OF', 'NOT OF');
    case 'AT_AttachPartition':
      return detach(statement);
    case 'AT_AddConstraint':
      return dropConstraint(statement);
    case 'AT_DisableTrig':
    case 'AT_DisableTrigAll':
    case 'AT_EnableReplicaTrig':
    case 'AT_EnableAlwaysTrig':
    case 'AT_DisableRule':
    case 'AT_EnableReplicaRule':
    case 'AT_EnableAlwaysRule':
      return enable(statement);
    default:
      return null;
  }
}

/** GRANT … TO becomes REVOKE … FROM, and the other way round. */
function swapGrant(statement: Statement): string {
  const tokens = statementTokens(statement);
  const verb = tokens.find((each) => isKeyword(each, 'GRANT') || isKeyword(each, 'REVOKE'));
  const link = tokens.findLast((each) => isKeyword(each, 'TO') || isKeyword(each, 'FROM'));
  if (verb === undefined || link === undefined) return statement.text;
  const grants = isKeyword(verb, 'GRANT');
  // WITH GRANT OPTION goes with the privilege itself.
  const option = tokens.findLast((each) => isKeyword(each, 'WITH'));
  const end = grants && option !== undefined && option.start > link.end ? option.start : statement.text.length;
  const { text: whole } = statement;
  const grantees = whole.slice(link.end, end).trimEnd();
  return `${whole.slice(0, verb.start)}${grants ? 'REVOKE' : 'GRANT'}${whole.slice(verb.end, link.start)}${grants ? 'FROM' : 'TO'}${grantees}`;
}

/** Each extension comes with a comment of its own. */
function usualComment(statement: Statement): string | null {
  const comment = before(statement, 'IS', 'IS %L');
  const name = text(child(child(statement.node, 'object') ?? {}, 'String') ?? {}, 'sval');
  return comment === null || name === null ? null : `DO $$ BEGIN EXECUTE format(${quoteLiteral(comment)}, (SELECT comment FROM pg_available_extensions WHERE name = ${quoteLiteral(name)})); END $$`;
}

/** … ADD MAPPING FOR word WITH simple → … DROP MAPPING IF EXISTS FOR word. */
function dropMapping(statement: Statement): string | null {
  const tokens = statementTokens(statement);
  const at = (word: string): number => tokens.find((each) => isKeyword(each, word))?.start ?? statement.text.length;
  return `${statement.text.slice(0, at('ADD'))}DROP MAPPING IF EXISTS ${statement.text.slice(at('FOR'), at('WITH')).trim()}`;
}

/** ALTER ROLE x SET name TO value → ALTER ROLE x RESET name. */
function resetSetting(statement: Statement): string | null {
  const tokens = statementTokens(statement);
  const at = tokens.findIndex((each) => isKeyword(each, 'SET'));
  const [set, name] = [tokens[at], tokens[at + 1]];
  return set === undefined || name === undefined ? null : `${statement.text.slice(0, set.start)}RESET ${name.text}`;
}

function detach(statement: Statement): string | null {
  const tokens = statementTokens(statement);
  const attach = tokens.findLast((each) => isKeyword(each, 'ATTACH'));
  const bound = tokens.findLast((each) => isKeyword(each, 'FOR') || isKeyword(each, 'DEFAULT'));
  if (attach === undefined || bound === undefined) return null;
  return `${statement.text.slice(0, attach.start)}DETACH${statement.text.slice(attach.end, bound.start)}`.trimEnd();
}

function dropConstraint(statement: Statement): string | null {
  const tokens = statementTokens(statement);
  const add = tokens.findIndex((each) => isKeyword(each, 'ADD'));
  const name = tokens[add + 2];
  return add < 0 || name === undefined ? null : `${statement.text.slice(0, tokens[add]?.start)}DROP CONSTRAINT IF EXISTS ${name.text}`;
}

/** DISABLE TRIGGER x, ENABLE REPLICA TRIGGER x → ENABLE TRIGGER x. */
function enable(statement: Statement): string | null {
  const tokens = statementTokens(statement);
  const verb = tokens.find((each) => isKeyword(each, 'DISABLE') || isKeyword(each, 'ENABLE'));
  const [what, name] = tokens.slice(-2);
  return verb === undefined || what === undefined || name === undefined ? null : `${statement.text.slice(0, verb.start)}ENABLE ${what.text} ${name.text}`;
}

function replaceWord(statement: Statement, word: string, instead: string): string | null {
  const token = statementTokens(statement).findLast((each) => isKeyword(each, word));
  return token === undefined ? null : `${statement.text.slice(0, token.start)}${instead}${statement.text.slice(token.end)}`;
}

/** The text up to the last token that is this key word, with something else from there on; null when it has no such word. */
function before(statement: Statement, word: string, instead: string): string | null {
  const token = statementTokens(statement).findLast((each) => isKeyword(each, word));
  return token === undefined ? null : `${statement.text.slice(0, token.start)}${instead}`;
}

function lastSet(statement: Statement, instead: string): string | null {
  const tokens = statementTokens(statement);
  // ALTER TABLE x ALTER COLUMN y SET …: a name is never the bare word SET, which quote_ident would quote.
  const token = tokens.find((each) => isKeyword(each, 'SET'));
  return token === undefined ? null : `${statement.text.slice(0, token.start)}${instead}`;
}
