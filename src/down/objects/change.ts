import type { ObjectKind, SchemaObject, Snapshot } from '../../model/snapshot.ts';
import type { AstNode } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { child, nodes, text } from '../../sql/walk.ts';
import { definitionOf, isTyped } from '../definition.ts';
import type { Circumstances } from '../inverse.ts';
import { changeAttachments } from './attachments.ts';
import { detachIndex, withoutAttachment } from './attached-index.ts';
import { changeColumn, columnParts } from './column.ts';
import { changeDatabase, inCurrentDatabase, usualTablespace } from './database.ts';
import { changeForeign } from './foreign.ts';
import { addsMembers, changeMembers } from './operator-family.ts';
import { changeOptions } from './options.ts';
import { changeTablespace } from './tablespace.ts';
import { changePolicy } from './policy.ts';
import { changeRole } from './role.ts';
import { changeSubscription } from './subscription.ts';
import { changeDictionary } from './text-search.ts';
import { changeType } from './type.ts';

/** An object as it is and as it was, and the catalogs of both. */
export interface Altered {
  readonly now: SchemaObject;
  readonly was: SchemaObject;
  readonly catalog: Snapshot;
  /** The catalog as it was. */
  readonly former: Snapshot;
}

/** What brings an object back while it stays the same object. */
export interface Change {
  readonly statements: readonly string[];
  readonly reasons: readonly string[];
  /** Keys of objects that stand in the way, and are dropped before and made again after. */
  readonly inTheWay?: readonly string[];
}

/** Null when the object has to be dropped and made anew. */
export function changeInPlace(altered: Altered, circumstances: Circumstances): Change | null {
  if (altered.was.kind === 'operator family') return changeFamily(altered, circumstances);
  const detached = detachIndex(altered);
  if (detached !== null) return detached;
  const [from, to] = [definitionOf(altered.now), definitionOf(altered.was)];
  const change = from.main.text === to.main.text ? unchanged : mains[altered.was.kind](altered);
  // Numbers and addresses compress badly, so that their types keep them in the row as long as they can (manual 65.2.1).
  const storage = altered.was.kind === 'column' && /^(numeric|inet|cidr)/.test(columnParts(altered.was)?.type ?? '') ? 'MAIN' : 'EXTENDED';
  if (change === null) return null;
  const statements = [...change.statements, ...changeAttachments(withoutAttachment(altered.now), withoutAttachment(altered.was), { ...circumstances, storage, tablespace: usualTablespace(altered.former) })];
  return { ...change, statements: altered.was.kind === 'database' ? statements.map(inCurrentDatabase) : statements };
}

const unchanged: Change = { statements: [], reasons: [] };
const always = (): null => null;

/** By kind: how the statement that makes it is changed back. */
const mains: Readonly<Record<ObjectKind, (altered: Altered) => Change | null>> = {
  schema: () => unchanged,
  extension: changeExtension,
  type: changeType,
  sequence: changeSequence,
  table: changeTable,
  column: ({ now, was, catalog }) => changeColumn(now, was, isTyped(catalog[`table ${was.table ?? ''}`]) ? 'of its type' : 'its own'),
  constraint: always,
  index: changeIndex,
  view: ({ was }) => only(replacing(was)),
  'materialized view': changeMaterializedView,
  function: ({ was }) => (definitionOf(was).main.kind === 'CreateFunctionStmt' ? only(definitionOf(was).main.text) : null),
  trigger: always,
  policy: changePolicy,
  rule: ({ was }) => only(replacing(was)),
  statistics: always,
  publication: changePublication,
  'event trigger': always,
  'default privileges': () => unchanged,
  role: ({ now, was }) => only(...changeRole(now, was)),
  database: ({ now, was }) => only(...changeDatabase(now, was)),
  tablespace: changeTablespace,
  'parameter privileges': () => unchanged,
  membership: always, cast: always, operator: always, 'operator family': always, 'operator class': always, 'access method': always, language: always, transform: always,
  collation: always, conversion: always, 'text search parser': always, 'text search template': always, 'text search dictionary': changeDictionary, 'text search configuration': always,
  'foreign data wrapper': changeForeign, server: changeForeign, 'user mapping': changeForeign, subscription: changeSubscription, 'security label': always,
};

/** Members one by one; owner and comment like everybody's. */
function changeFamily({ now, was }: Altered, circumstances: Circumstances): Change {
  const said = (object: SchemaObject): ReturnType<typeof definitionOf>['rest'] => definitionOf(object).rest.filter((each) => !addsMembers(each));
  return only(...changeMembers(now, was), ...changeAttachments(said(now), said(was), circumstances));
}

function only(...statements: readonly string[]): Change {
  return { statements, reasons: [] };
}

/** CREATE becomes CREATE OR REPLACE. */
function replacing(object: SchemaObject): string {
  return definitionOf(object).main.text.replace(/^CREATE (?!OR REPLACE)/, 'CREATE OR REPLACE ');
}

function changeExtension({ now, was }: Altered): Change {
  const [from, to] = [now, was].map((each) => new Map(nodes(definitionOf(each).main.node['options']).map(({ node }) => [text(node, 'defname'), child(node, 'arg')])));
  const valueOf = (options: typeof from, name: string): string => text(child(options?.get(name) ?? {}, 'String') ?? {}, 'sval') ?? '';
  const moved = valueOf(from, 'schema') !== valueOf(to, 'schema');
  const updated = valueOf(from, 'new_version') !== valueOf(to, 'new_version');
  return {
    statements: moved ? [`ALTER EXTENSION ${was.name} SET SCHEMA ${quoteIdentifier(valueOf(to, 'schema'))}`] : [],
    reasons: updated ? [`The extension ${was.name} stays at version ${valueOf(from, 'new_version')}: extensions ship no way back to ${valueOf(to, 'new_version')}.`] : [],
  };
}

function changeSequence({ was }: Altered): Change {
  const { main } = definitionOf(was);
  return only(`${main.text.replace(/^CREATE /, 'ALTER ')}${/ CYCLE$/.test(main.text) ? '' : ' NO CYCLE'}`);
}

function changeTable(altered: Altered): Change | null {
  const { now, was, former } = altered;
  if (definitionOf(was).main.kind === 'CreateForeignTableStmt') return changeForeign(altered);
  const [from, to] = [definitionOf(now).main, definitionOf(was).main];
  const alter = `ALTER TABLE ${was.name}`;
  const persistence = (node: AstNode): unknown => child(node, 'relation')?.['relpersistence'];
  if (JSON.stringify(parameters(from.node)) !== JSON.stringify(parameters(to.node))) return null;
  const method = text(to.node, 'accessMethod') ?? 'heap';
  return only(
    ...(persistence(from.node) === persistence(to.node) ? [] : [`${alter} SET ${persistence(to.node) === 'u' ? 'UNLOGGED' : 'LOGGED'}`]),
    ...changeOptions(alter, from.node['options'], to.node['options']),
    ...changeSpace(alter, [text(from.node, 'tablespacename'), text(to.node, 'tablespacename')], former),
    ...(text(from.node, 'accessMethod') === text(to.node, 'accessMethod') ? [] : [`${alter} SET ACCESS METHOD ${method}`]),
  );
}

/** The words of PARTITION BY, which cannot be altered; the AST holds places, too, which say nothing here. */
function parameters(node: AstNode): unknown {
  return JSON.stringify(node['partspec'] ?? null).replaceAll(/"location":\d+/g, '');
}

function changeIndex({ now, was, former }: Altered): Change | null {
  const [from, to] = [definitionOf(now).main.node, definitionOf(was).main.node];
  const alter = `ALTER INDEX ${was.name}`;
  const statements = [...changeOptions(alter, from['options'], to['options']), ...changeSpace(alter, [text(from, 'tableSpace'), text(to, 'tableSpace')], former)];
  return statements.length === 0 ? null : only(...statements);
}

/** From one tablespace to another; null stands for that of the database. */
function changeSpace(alter: string, [from, to]: readonly [string | null, string | null], former: Snapshot): readonly string[] {
  return from === to ? [] : [`${alter} SET TABLESPACE ${to === null ? usualTablespace(former) : quoteIdentifier(to)}`];
}

function changeMaterializedView({ now, was, former }: Altered): Change | null {
  const noData = /\s+WITH NO DATA$/;
  const [from, to] = [definitionOf(now).main, definitionOf(was).main];
  if (from.text.replace(noData, '') === to.text.replace(noData, '')) {
    return only(`REFRESH MATERIALIZED VIEW ${was.name}${noData.test(to.text) ? ' WITH NO DATA' : ''}`);
  }
  const [into, formerly] = [from, to].map(({ node }) => child(node, 'into') ?? {});
  const alter = `ALTER MATERIALIZED VIEW ${was.name}`;
  const method = (node: AstNode | undefined): string => text(node ?? {}, 'accessMethod') ?? 'heap';
  const statements = [
    ...changeOptions(alter, into?.['options'], formerly?.['options']),
    ...changeSpace(alter, [text(into ?? {}, 'tableSpaceName'), text(formerly ?? {}, 'tableSpaceName')], former),
    ...(method(into) === method(formerly) ? [] : [`${alter} SET ACCESS METHOD ${quoteIdentifier(method(formerly))}`]),
  ];
  return statements.length === 0 ? null : only(...statements);
}

/** The tables and the options of a publication can be set; FOR ALL TABLES cannot be taken back. */
function changePublication({ now, was }: Altered): Change | null {
  const [from, to] = [definitionOf(now).main, definitionOf(was).main];
  if (from.node['for_all_tables'] !== to.node['for_all_tables']) return null;
  const [tablesNow, tables] = [tablesOf(now), tablesOf(was)];
  const options = optionsOf(now) === optionsOf(was) ? [] : [optionsOf(was)];
  if (tables === null) return only(...(tablesNow === null ? [] : [`ALTER PUBLICATION ${was.name} DROP TABLE ${plainNames(now)}`]), ...options);
  return only(...(tablesNow === tables ? [] : [`ALTER PUBLICATION ${was.name} SET TABLE ${tables}`]), ...options);
}

/** What stands between FOR TABLE and WITH (…), the last parentheses; null without FOR TABLE. */
function tablesOf(publication: SchemaObject): string | null {
  const { main } = definitionOf(publication);
  const tokens = statementTokens(main);
  const start = tokens.find((each) => isKeyword(each, 'TABLE'));
  const end = tokens.findLast((each) => isKeyword(each, 'WITH'));
  return start === undefined || end === undefined ? null : main.text.slice(start.end, end.start).trim();
}

function plainNames(publication: SchemaObject): string {
  const { main } = definitionOf(publication);
  const objects = nodes(main.node['pubobjects']).map(({ node }) => child(child(node, 'pubtable') ?? {}, 'relation'));
  return objects.map((relation) => `${String(relation?.['schemaname'])}.${String(relation?.['relname'])}`).join(', ');
}

function optionsOf(publication: SchemaObject): string {
  const { main } = definitionOf(publication);
  const start = statementTokens(main).findLast((each) => isKeyword(each, 'WITH'));
  return `ALTER PUBLICATION ${publication.name} SET ${main.text.slice(start?.end).trim()}`;
}

