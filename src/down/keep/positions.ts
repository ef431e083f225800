import { quoteLiteral } from '../../sql/names.ts';
import { exact } from '../inverse.ts';
import { movedSequences, sequenceOf } from '../invert/positions.ts';
import { keptName, lastPart, notKept, unquoted, type Keeping, type KeepingPlace, type Losing } from './kept.ts';

/** Notes where a sequence stands before a statement moves it. */
export function keepPosition({ placed: { statement }, before }: Losing, place: KeepingPlace): Keeping {
  const names = movedSequences(statement);
  const sequences = names.map((name) => sequenceOf(name, before)).filter((each) => each !== null);
  if (sequences.length === 0 || sequences.length !== names.length) return notKept('Of such a statement only the positions of sequences that setval(), nextval() or ALTER SEQUENCE … RESTART names can be kept aside.');
  const kept = sequences.map(({ name }) => ({ sequence: name, table: keptName(place, `${unquoted(lastPart(name))}_position`) }));
  return {
    kind: 'kept',
    what: `where ${sequences.map((each) => each.name).join(', ')} stands`,
    inSchema: true,
    together: true,
    end: [],
    notes: [],
    statements: [
      ...kept.map(({ sequence, table }) => ({ sql: `CREATE TABLE ${table} AS SELECT last_value, is_called FROM ${sequence}`, inverse: null })),
      { sql: statement.text, inverse: exact(...kept.map(({ sequence, table }) => `SELECT setval(${quoteLiteral(sequence)}, last_value, is_called) FROM ${table}`)) },
    ],
  };
}
