import { efforts, restore } from '../down/restore.ts';
import { diffSnapshots } from '../dryrun/schema/diff.ts';
import type { DriftReport, Route } from '../model/drift.ts';
import { objectKinds, type ObjectKind, type SchemaChange, type SchemaObject, type Snapshot } from '../model/snapshot.ts';

export interface Comparison {
  readonly history: Snapshot;
  readonly other: Snapshot;
  /** `history`: the same folder with other scripts, replayed on the same server, so that everything counts that a new migration can do. */
  readonly kind: DriftReport['other']['kind'] | 'history';
  /** Major version of the servers. */
  readonly postgres: number;
}

/** What differs between the catalog of the history and another, without what differs between any two databases. */
export function compare({ history, other, kind, postgres }: Comparison): Pick<DriftReport, 'differences' | 'toOther' | 'toHistory' | 'notCompared'> {
  const rule = rules[kind];
  const [from, to] = [comparable(history, rule), comparable(other, rule)];
  const differences = diffSnapshots(from, to).filter((change) => rule.columnOrder === 'told' || !isOrderAlone(change, from, to));
  const route = (now: Snapshot, was: Snapshot): Route => {
    const [effort] = efforts;
    if (differences.length === 0 || effort === undefined) return { statements: [], reason: null };
    const way = restore({ now, was, circumstances: { postgres, outsideTransaction: false, rows: 'elsewhere' }, effort });
    return way.kind === 'impossible' ? { statements: [], reason: way.reason } : { statements: way.statements, reason: way.kind === 'lossy' ? way.reason : null };
  };
  return { differences, toOther: route(from, to), toHistory: route(to, from), notCompared: rule.notCompared };
}

interface Rule {
  readonly left: ReadonlySet<ObjectKind>;
  readonly noise: readonly RegExp[];
  readonly columnOrder: 'told' | 'ignored';
  readonly notCompared: readonly string[];
}

/** They belong to the server rather than to one database. */
const ofServer: readonly ObjectKind[] = ['role', 'membership', 'tablespace', 'parameter privileges', 'database', 'subscription', 'user mapping'];

/** Kinds that a Drizzle schema can declare; the others are written into migrations by hand. */
const declarable: readonly ObjectKind[] = ['schema', 'type', 'sequence', 'table', 'column', 'constraint', 'index', 'view', 'materialized view', 'policy'];

const serverNoise: readonly RegExp[] = [/;\nALTER [^\n]* OWNER TO [^\n;]+/g, / VERSION '[^']*'/g];
const declaredNoise: readonly RegExp[] = [...serverNoise, /;\nCOMMENT ON [^]*?'(?=;\n|$)/g, /;\n(?:GRANT|REVOKE) [^\n;]+/g];

const rules: Readonly<Record<Comparison['kind'], Rule>> = {
  server: { left: new Set(ofServer), noise: serverNoise, columnOrder: 'told', notCompared: ['roles, owners, tablespaces, privileges on parameters and the database’s own settings', 'versions of extensions', 'tables in which migration tools keep their books'] },
  declared: {
    left: new Set(objectKinds.filter((kind) => !declarable.includes(kind))),
    noise: declaredNoise,
    columnOrder: 'ignored',
    notCompared: ['what Drizzle cannot declare: extensions, functions, triggers, rules, comments, privileges and the like', 'the order of columns'],
  },
  // A column that a new migration adds stands at the end.
  history: { left: new Set(['database']), noise: [], columnOrder: 'ignored', notCompared: ['the order of columns'] },
};

function comparable(snapshot: Snapshot, { left, noise }: Rule): Snapshot {
  const kept = Object.entries(snapshot).filter(([, object]) => !left.has(object.kind) && !isBookkeeping(object));
  return Object.fromEntries(kept.map(([key, object]) => [key, { ...object, definition: usual(object, noise) }]));
}

const books = /^(?:drizzle|drizzle\.__drizzle_migrations.*|[^.]+\.(?:__drizzle_migrations|_prisma_migrations|flyway_schema_history|schema_migrations|pgmigrations|knex_migrations|knex_migrations_lock)(?:[._].*)?)$/;

function isBookkeeping({ kind, name, table }: SchemaObject): boolean {
  return books.test(table ?? name) && (kind !== 'schema' || name === 'drizzle');
}

function usual({ definition }: SchemaObject, noise: readonly RegExp[]): string {
  return noise.reduce((text, each) => text.replaceAll(each, ''), definition);
}

/** True when nothing but the order of a table's columns differs. */
function isOrderAlone(change: SchemaChange, from: Snapshot, to: Snapshot): boolean {
  if (change.change !== 'altered' || change.before.kind !== 'table') return false;
  const key = `table ${change.before.name}`;
  return from[key]?.definition === to[key]?.definition;
}
