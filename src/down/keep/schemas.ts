import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { restore } from '../restore.ts';
import { longestName, notKept, unquoted, type Keeping, type KeepingPlace, type Losing } from './kept.ts';
import { references } from './references.ts';

/** A schema is renamed with everything in it instead of being dropped; what depended on it elsewhere is dropped as it was. */
export function keepSchemas({ before, after, postgres }: Losing, place: KeepingPlace): Keeping {
  const gone = Object.entries(before).flatMap(([key, object]) => (after[key] === undefined ? [object] : []));
  const schemas = gone.filter((each) => each.kind === 'schema').map((each) => each.name);
  if (schemas.length === 0) return notKept('Nothing that holds rows is dropped here.');
  const along = gone.find((each) => holdsMore.has(each.kind) && !isIn(each, schemas) && !gone.some((table) => table.kind === 'table' && table.name === each.table));
  if (along !== undefined) return notKept(`Its CASCADE takes the ${along.kind} ${along.name} along, which lies elsewhere: drop that in a statement of its own first.`);
  const renamed = schemas.map((name) => ({ name, kept: quoteIdentifier(`${unquoted(place.schema)}_${unquoted(name)}`.slice(0, longestName)) }));
  const taken = renamed.find(({ kept }) => before[`schema ${kept}`] !== undefined || place.schemas.includes(kept));
  if (taken !== undefined) return notKept(`There is a schema ${taken.kept} already.`);
  const forward = restore({ now: before, was: withSchemas({ before, after, schemas }), circumstances: { postgres, outsideTransaction: false }, effort: { altered: 'in place', rows: 'placeholders' } });
  if (forward.kind === 'impossible') return notKept(forward.reason);
  place.schemas.push(...renamed.map(({ kept }) => kept));
  return {
    kind: 'kept',
    what: `the schema ${schemas.join(', ')} with everything in it`,
    inSchema: false,
    together: true,
    end: renamed.map(({ kept }) => `DROP SCHEMA ${kept} CASCADE`),
    notes: [],
    statements: [
      ...forward.statements.map((sql) => ({ sql, inverse: null })),
      ...renamed.map(({ name, kept }) => ({ sql: `ALTER SCHEMA ${name} RENAME TO ${kept}`, inverse: null })),
    ],
  };
}

/** What a catalog alone does not bring back. */
const holdsMore: ReadonlySet<SchemaObject['kind']> = new Set(['table', 'column', 'sequence', 'extension']);

function isIn({ kind, name, table }: SchemaObject, schemas: readonly string[]): boolean {
  return schemas.some((schema) => (kind === 'schema' ? name === schema : kind === 'default privileges' ? name.includes(` IN SCHEMA ${schema} `) : (table ?? name).startsWith(`${schema}.`)));
}

interface Keep {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly schemas: readonly string[];
}

/** The catalog after the drop, but with everything in the schemas: only keys that refer to tables elsewhere go, because they would hold their rows. */
function withSchemas({ before, after, schemas }: Keep): Snapshot {
  const outward = new Set(references(before).filter((each) => !schemas.some((schema) => each.to.startsWith(`${schema}.`))).map((each) => each.constraint));
  const wanted = Object.entries(before).flatMap(([key, object]): [string, SchemaObject][] => {
    const still = after[key];
    if (still !== undefined) return [[key, still]];
    return isIn(object, schemas) && !outward.has(object.name) ? [[key, object]] : [];
  });
  return Object.fromEntries(wanted);
}
