import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import { text } from '../../sql/walk.ts';
import { definitionOf, fragment, parents } from '../definition.ts';
import { restore } from '../restore.ts';
import { lastPart, notKept, unquoted, type Keeping, type KeepingPlace, type Losing } from './kept.ts';

/** Tables and sequences move into the schema instead of being dropped; what depended on them is dropped as it was. */
export function keepDropped({ placed, before, after, postgres }: Losing, { schema, taken }: KeepingPlace): Keeping {
  const gone = Object.keys(before).filter((key) => after[key] === undefined).flatMap((key) => before[key] ?? []);
  const tables = gone.filter((each) => each.kind === 'table' && !each.definition.startsWith('CREATE FOREIGN'));
  const sequences = text(placed.statement.node, 'removeType') === 'OBJECT_SEQUENCE' ? gone.filter((each) => each.kind === 'sequence') : [];
  const names = [...tables, ...sequences].map((each) => unquoted(lastPart(each.name)));
  if (names.length === 0) return notKept('Nothing that holds rows is dropped here.');
  if (new Set(names).size < names.length || names.some((name) => taken.has(name))) return notKept('Two of what is dropped have the same name, and one schema cannot hold both.');
  for (const name of names) taken.add(name);
  const forward = restore({ now: before, was: withMoved({ before, after, tables, sequences }), circumstances: { postgres, outsideTransaction: false }, effort: { altered: 'in place', rows: 'placeholders' } });
  if (forward.kind === 'impossible') return notKept(forward.reason);
  return {
    kind: 'kept',
    what: [...tables, ...sequences].map((each) => each.name).join(', '),
    inSchema: true,
    together: true,
    end: [],
    notes: [],
    statements: [
      ...forward.statements.map((sql) => ({ sql, inverse: null })),
      ...tables.map((each) => ({ sql: `ALTER TABLE ${each.name} SET SCHEMA ${schema}`, inverse: null })),
      ...sequences.map((each) => ({ sql: `ALTER SEQUENCE ${each.name} SET SCHEMA ${schema}`, inverse: null })),
    ],
  };
}

interface Moving {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly tables: readonly SchemaObject[];
  readonly sequences: readonly SchemaObject[];
}

/** The catalog after the drop, but with what moves: its columns, keys and indexes stay, what ties it to others goes. */
function withMoved({ before, after, tables, sequences }: Moving): Snapshot {
  const moving = new Set(tables.map((each) => each.name));
  const wanted = Object.entries(before).flatMap(([key, object]): [string, SchemaObject][] => {
    const still = after[key];
    if (still !== undefined) return [[key, still]];
    if (tables.includes(object)) return [[key, onItsOwn(object, moving)]];
    if (sequences.includes(object)) return [[key, { ...object, definition: withoutOwner(object) }]];
    return object.table !== null && moving.has(object.table) && stays(object) ? [[key, object]] : [];
  });
  return Object.fromEntries(wanted);
}

/** Keys, indexes and the like have no say outside their table; triggers, policies, rules, statistics and foreign keys have. */
function stays(object: SchemaObject): boolean {
  if (object.kind === 'constraint') return text(fragment(object)?.node ?? {}, 'contype') !== 'CONSTR_FOREIGN';
  return object.kind === 'column' || object.kind === 'index' || object.kind === 'sequence';
}

/** Attached only to parents that move as well. */
function onItsOwn(table: SchemaObject, moving: ReadonlySet<string>): SchemaObject {
  if (parents(table).every((each) => moving.has(each))) return table;
  const { main, rest } = definitionOf(table);
  const kept = rest.filter((each) => parents({ ...table, definition: `${main.text};\n${each.text}` }).every((above) => moving.has(above)));
  return { ...table, definition: [main, ...kept].map((each) => each.text).join(';\n') };
}

/** A sequence that a column owns cannot move by itself (manual, ALTER SEQUENCE). */
function withoutOwner(sequence: SchemaObject): string {
  const { main, rest } = definitionOf(sequence);
  return [main, ...rest.filter((each) => each.kind !== 'AlterSeqStmt' || !/ OWNED BY /.test(each.text))].map((each) => each.text).join(';\n');
}
