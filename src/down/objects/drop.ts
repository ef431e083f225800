import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import { definitionOf, isTyped, localName, usesWord } from '../definition.ts';
import type { Circumstances } from '../inverse.ts';
import { ancestors } from './create.ts';
import { indexAbove, keysOfIndex } from './attached-index.ts';
import { undoAttachment } from './attachments.ts';
import { revokeMembership } from './role.ts';
import { dropSubscription } from './subscription.ts';

/** The statements that drop an object, written so that a second run does no harm. */
export function drop(object: SchemaObject, circumstances: Circumstances): readonly string[] {
  const { name, table, definition } = object;
  const own = localName(object);
  switch (object.kind) {
    case 'column':
      return [`ALTER TABLE IF EXISTS ${table ?? ''} DROP COLUMN IF EXISTS ${own}`];
    case 'constraint':
      return [`ALTER TABLE IF EXISTS ${table ?? ''} DROP CONSTRAINT IF EXISTS ${own}`];
    case 'index':
      // PostgreSQL prints ON ONLY for the index of a partitioned table, which cannot be dropped CONCURRENTLY (manual, DROP INDEX).
      return [`DROP INDEX ${circumstances.outsideTransaction && !usesWord(definition, 'ONLY') ? 'CONCURRENTLY ' : ''}IF EXISTS ${name}`];
    case 'trigger':
    case 'policy':
    case 'rule':
      return [`DROP ${object.kind.toUpperCase()} IF EXISTS ${own} ON ${table ?? ''}`];
    case 'type':
      return [`DROP ${definition.startsWith('CREATE DOMAIN') ? 'DOMAIN' : 'TYPE'} IF EXISTS ${name}`];
    case 'table':
      return [`DROP ${definition.startsWith('CREATE FOREIGN') ? 'FOREIGN ' : ''}TABLE IF EXISTS ${name}`];
    case 'function':
      return [`DROP ${/^CREATE (?:OR REPLACE )?(AGGREGATE|PROCEDURE)/.exec(definition)?.[1] ?? 'FUNCTION'} IF EXISTS ${name}`];
    case 'subscription':
      return dropSubscription(name);
    case 'membership':
      return [revokeMembership(object)];
    case 'security label':
      return [definition.replace(/ IS '.*$/s, ' IS NULL')];
    case 'default privileges':
    case 'parameter privileges':
      return definitionOf(object).rest.flatMap((each) => undoAttachment(each, circumstances) ?? []);
    default:
      return [`DROP ${object.kind.toUpperCase()} IF EXISTS ${name}`];
  }
}

/** True when the object goes by itself together with another one of those that are dropped. */
export function goesAlong(object: SchemaObject, { now, added }: { readonly now: Snapshot; readonly added: ReadonlySet<string> }): boolean {
  const { kind, table } = object;
  if (table === null) return false;
  if (['table', 'view', 'materialized view'].some((owner) => added.has(`${owner} ${table}`))) return true;
  if (kind === 'column' && isTyped(now[`table ${table}`])) return true;
  const columns = [...added].filter((key) => key.startsWith(`column ${table}.`)).map((key) => key.slice(`column ${table}.`.length));
  if (kind === 'sequence') return columns.some((column) => usesWord(object.definition, column) && object.definition.includes('OWNED BY'));
  if ((kind === 'constraint' || kind === 'index') && columns.some((column) => usesWord(object.definition, column))) return true;
  if (kind === 'index' && added.has(`constraint ${table}.${object.name.slice(object.name.lastIndexOf('.') + 1)}`)) return true;
  const owner = now[`table ${table}`];
  const above = owner === undefined ? [] : ancestors(owner, now);
  if (kind === 'column' || kind === 'constraint') {
    if (above.some((each) => added.has(`${kind} ${each}.${localName(object)}`))) return true;
  }
  const index = indexAbove(object);
  return index !== null && keysOfIndex(index, now).some((key) => added.has(key));
}
