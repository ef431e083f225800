import type { Statement } from '../model/statement.ts';
import { subjectOf, subjectsOf } from './changes.ts';
import { changesOf } from './notes.ts';

/** Which statements change a subject, and for which ones the rules asked about it. Statements that are gone stay in it: they name too much, never too little. */
export class Mentions {
  private readonly changing = new Map<string, Set<Statement>>();
  private readonly asking = new Map<string, Set<Statement>>();

  changed(statement: Statement): void {
    for (const change of changesOf(statement)) for (const subject of subjectsOf(change)) add(this.changing, subject, statement);
  }

  asked(statement: Statement, key: string): void {
    add(this.asking, subjectOf(key), statement);
  }

  /** The subjects, and every subject that a statement ties to one of them: a renamed table is both of its names. */
  tied(subjects: Iterable<string>): ReadonlySet<string> {
    const all = new Set(subjects);
    // A set's iteration reaches what is added on the way.
    for (const subject of all) {
      for (const statement of this.changing.get(subject) ?? []) for (const change of changesOf(statement)) for (const other of subjectsOf(change)) all.add(other);
    }
    return all;
  }

  changers(subjects: ReadonlySet<string>): ReadonlySet<Statement> {
    return gather(this.changing, subjects);
  }

  askers(subjects: ReadonlySet<string>): ReadonlySet<Statement> {
    return gather(this.asking, subjects);
  }
}

function add(map: Map<string, Set<Statement>>, subject: string, statement: Statement): void {
  const known = map.get(subject);
  if (known === undefined) map.set(subject, new Set([statement]));
  else known.add(statement);
}

function gather(map: ReadonlyMap<string, ReadonlySet<Statement>>, subjects: ReadonlySet<string>): ReadonlySet<Statement> {
  const all = new Set<Statement>();
  for (const subject of subjects) for (const statement of map.get(subject) ?? []) all.add(statement);
  return all;
}
