import type { ObjectKind, SchemaObject } from '../model/snapshot.ts';
import { mentions, nameToMention } from './definition.ts';

/** Statements that belong together, and the objects of the catalog that they make. */
export interface Piece {
  readonly rank: number;
  readonly object: SchemaObject;
  readonly statements: readonly string[];
}

/** In which order objects are made when nothing says otherwise. */
export const ranks: Readonly<Record<ObjectKind, number>> = {
  schema: 0, extension: 1, type: 2, sequence: 3, function: 4, table: 5, column: 6, constraint: 7, index: 8, view: 11, 'materialized view': 11,
  rule: 12, trigger: 13, policy: 14, statistics: 15, publication: 16, 'event trigger': 17, 'default privileges': 18,
  role: -2, membership: -1, tablespace: -0.5, 'parameter privileges': 18, collation: 1.5, language: 3.9, conversion: 4.1, 'access method': 4.1, operator: 4.2, 'operator family': 4.3, 'operator class': 4.4, cast: 4.6, transform: 4.6,
  'text search template': 4.3, 'text search parser': 4.3, 'text search dictionary': 4.4, 'text search configuration': 4.5, 'foreign data wrapper': 4.1, server: 4.2, 'user mapping': 4.3,
  subscription: 17.5, 'security label': 19, database: 20,
};

/** Foreign keys wait for every primary key, partitions for their own indexes. */
export const laterRanks = { ownership: 6.5, attaching: 9, attachingIndexes: 9.5, foreignKey: 10 } as const;

/** Each piece after those that make what it mentions; otherwise by rank and then as given. */
export function inDependencyOrder(pieces: readonly Piece[]): readonly Piece[] {
  const sorted = [...pieces].sort((a, b) => a.rank - b.rank);
  const makers = new Map<string, Piece[]>();
  for (const piece of sorted) {
    const name = nameToMention(piece.object);
    makers.set(name, [...(makers.get(name) ?? []), piece]);
  }
  const done = new Set<Piece>();
  const visit = (piece: Piece): void => {
    if (entered.has(piece)) return;
    entered.add(piece);
    for (const name of mentions(piece.object)) {
      // What comes later by its rank (a foreign key's index, say) is no condition of what it mentions.
      for (const maker of makers.get(name) ?? []) if (maker.rank <= piece.rank || isCode(maker.object) || isCode(piece.object)) visit(maker);
    }
    done.add(piece);
  };
  const entered = new Set<Piece>();
  for (const piece of sorted) visit(piece);
  return [...done];
}

/** Views and functions use one another in both directions. */
function isCode({ kind }: SchemaObject): boolean {
  return kind === 'function' || kind === 'view' || kind === 'materialized view';
}
