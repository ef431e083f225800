import type { SchemaObject } from '../../model/snapshot.ts';
import type { AstNode } from '../../model/statement.ts';
import { quoteLiteral } from '../../sql/names.ts';
import { offset, statementTokens } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { child, listOf, nodes, text, words } from '../../sql/walk.ts';
import { definitionOf, localName, mentions, usesWord } from '../definition.ts';
import type { Altered, Change } from './change.ts';
import { definedOptions } from '../parts.ts';
import { columnParts } from './column.ts';

/** Enums, composite types, base types and domains in place; a range type has to be made anew. */
export function changeType(altered: Altered): Change | null {
  const [from, to] = [definitionOf(altered.now).main, definitionOf(altered.was).main];
  if (from.kind !== to.kind) return null;
  switch (to.kind) {
    case 'CreateEnumStmt':
      return swapEnum(altered);
    case 'CompositeTypeStmt':
      return changeComposite(altered);
    case 'CreateDomainStmt':
      return changeDomain(altered);
    case 'DefineStmt':
      return changeBase(altered);
    default:
      return null;
  }
}

/** An enum never loses a value in place (manual, ALTER TYPE), so the columns move to a new type of the former values. */
function swapEnum({ now, was, catalog }: Altered): Change {
  const labels = (object: SchemaObject): readonly string[] => words(definitionOf(object).main.node['vals']);
  const added = labels(now).filter((label) => !labels(was).includes(label));
  const columns = Object.values(catalog).filter((each) => each.kind === 'column' && baseType(columnParts(each)?.type) === was.name);
  const former = aside(was.name);
  const swapped = columns.flatMap((column) => swapColumn(column, { type: was.name }));
  const tables = new Map(columns.map((column) => [column.table ?? '', column]));
  const stands = (each: SchemaObject): boolean =>
    dependentKinds.has(each.kind) && (mentions(each).has(was.name) || columns.some((column) => mentions(each).has(column.table ?? '') && tables.has(column.table ?? '') && each.kind !== 'constraint' && each.kind !== 'index' && usesWord(each.definition, localName(column))));
  const { main, rest } = definitionOf(was);
  return {
    statements: [`ALTER TYPE ${was.name} RENAME TO ${former.local}`, main.text, ...rest.map((each) => each.text), ...swapped, `DROP TYPE ${former.full}`],
    reasons: added.length === 0 ? [] : [`Rows that hold ${added.map(quoteLiteral).join(', ')} in ${was.name} cannot go back: the down stops at them, so give them another value first.`],
    inTheWay: Object.entries(catalog).filter(([, each]) => stands(each)).map(([key]) => key),
  };
}

const dependentKinds = new Set(['view', 'materialized view', 'function', 'policy', 'trigger', 'rule', 'constraint', 'index']);

function swapColumn(column: SchemaObject, { type }: { readonly type: string }): readonly string[] {
  const parts = columnParts(column);
  if (parts === null) return [];
  const alter = `ALTER TABLE ${column.table ?? ''} ALTER COLUMN ${localName(column)}`;
  const [text, suffix] = parts.type.endsWith('[]') ? ['text[]', '[]'] : ['text', ''];
  return [
    ...(parts.default === null ? [] : [`${alter} DROP DEFAULT`]),
    `${alter} TYPE ${type}${suffix} USING ${localName(column)}::${text}::${type}${suffix}`,
    ...(parts.default === null ? [] : [`${alter} SET DEFAULT ${parts.default}`]),
  ];
}

function baseType(type: string | undefined): string | null {
  return type?.replace(/\[\]$/, '') ?? null;
}

/** `public.mood` → `mood_former`, `public.mood_former` */
function aside(name: string): { readonly local: string; readonly full: string } {
  const [, schema = '', local = ''] = /^(.*\.)("(?:[^"]|"")*"|[^".]+)$/.exec(name) ?? [];
  const renamed = local.endsWith('"') ? `${local.slice(0, -1)}_former"` : `${local}_former`;
  return { local: renamed, full: `${schema}${renamed}` };
}

function changeComposite({ now, was }: Altered): Change {
  const [from, to] = [attributes(now), attributes(was)];
  const alter = `ALTER TYPE ${was.name}`;
  const dropped = [...from.keys()].filter((name) => !to.has(name)).map((name) => `${alter} DROP ATTRIBUTE IF EXISTS ${name} CASCADE`);
  const added = [...to].filter(([name]) => !from.has(name)).map(([name, type]) => `${alter} ADD ATTRIBUTE ${name} ${type} CASCADE`);
  const changed = [...to].filter(([name, type]) => from.has(name) && from.get(name) !== type).map(([name, type]) => `${alter} ALTER ATTRIBUTE ${name} TYPE ${type} CASCADE`);
  const reasons = added.length + changed.length === 0 ? [] : [`Values of ${was.name} lost what its attributes held.`];
  return { statements: [...dropped, ...changed, ...added], reasons };
}

/** What ALTER TYPE can set of a base type; everything else is what it is. */
const settable = new Set(['RECEIVE', 'SEND', 'TYPMOD_IN', 'TYPMOD_OUT', 'ANALYZE', 'SUBSCRIPT', 'STORAGE']);

function changeBase({ now, was }: Altered): Change | null {
  const [from, to] = [definedOptions(definitionOf(now).main), definedOptions(definitionOf(was).main)];
  const changed = [...new Set([...from.keys(), ...to.keys()])].filter((name) => from.get(name) !== to.get(name));
  if (changed.length === 0 || changed.some((name) => !settable.has(name))) return null;
  return { statements: [`ALTER TYPE ${was.name} SET (${changed.map((name) => `${name} = ${to.get(name) ?? 'NONE'}`).join(', ')})`], reasons: [] };
}

/** Attribute to its type, both as the definition writes them. */
function attributes(type: SchemaObject): ReadonlyMap<string, string> {
  const { main } = definitionOf(type);
  const places = listOf(main.node['coldeflist'], 'ColumnDef').map((each) => ({ start: offset(main, Number(each['location'] ?? 0)), type: offset(main, Number(child(each, 'typeName')?.['location'] ?? 0)) }));
  const end = main.text.lastIndexOf(')');
  return new Map(places.map((place, index) => {
    const stop = places[index + 1]?.start ?? end;
    return [main.text.slice(place.start, place.type).trim(), main.text.slice(place.type, stop).trim().replace(/,$/, '')];
  }));
}

function changeDomain({ now, was }: Altered): Change | null {
  const [from, to] = [domainParts(now), domainParts(was)];
  if (from.type !== to.type) return null;
  const alter = `ALTER DOMAIN ${was.name}`;
  const gone = [...from.checks].filter(([name, check]) => to.checks.get(name) !== check);
  const come = [...to.checks].filter(([name, check]) => from.checks.get(name) !== check);
  return {
    statements: [
      ...gone.map(([name]) => `${alter} DROP CONSTRAINT IF EXISTS ${name}`),
      ...(from.default === to.default ? [] : [to.default === null ? `${alter} DROP DEFAULT` : `${alter} SET ${to.default}`]),
      ...(from.notNull === to.notNull ? [] : [`${alter} ${to.notNull ? 'SET' : 'DROP'} NOT NULL`]),
      ...come.map(([, check]) => `${alter} ADD ${check}`),
    ],
    reasons: [],
  };
}

interface DomainParts {
  readonly type: string;
  readonly default: string | null;
  readonly notNull: boolean;
  /** Constraint to its whole definition. */
  readonly checks: ReadonlyMap<string, string>;
}

function domainParts(domain: SchemaObject): DomainParts {
  const { main } = definitionOf(domain);
  const constraints = nodes(main.node['constraints']).map(({ node }) => ({ node, start: offset(main, Number(node['location'] ?? 0)) }));
  const first = constraints[0]?.start ?? main.text.length;
  const as = statementTokens(main).find((each) => isKeyword(each, 'AS'))?.end ?? 0;
  const part = (index: number): string => main.text.slice(constraints[index]?.start, constraints[index + 1]?.start).trim();
  const find = (kind: string): number => constraints.findIndex(({ node }) => text(node, 'contype') === kind);
  const value = find('CONSTR_DEFAULT');
  const checks = constraints.flatMap(({ node }, index): [string, string][] => (text(node, 'contype') === 'CONSTR_CHECK' ? [[nameIn(node, part(index)), part(index)]] : []));
  return { type: main.text.slice(as, first).trim(), default: value < 0 ? null : part(value), notNull: find('CONSTR_NOTNULL') >= 0, checks: new Map(checks) };
}

/** The name as the definition writes it, quotes and all. */
function nameIn(node: AstNode, definition: string): string {
  return /^CONSTRAINT ("(?:[^"]|"")*"|\S+)/.exec(definition)?.[1] ?? text(node, 'conname') ?? '';
}

