import type { Statement } from '../../model/statement.ts';
import { madeBy, type MadeObject } from '../../sql/objects.ts';
import type { StatementContext } from '../define-rule.ts';

/** What a statement of an up makes that is its down's to take back. What belongs to a table of this very script is that table's matter, and what a later statement takes up is that one's. */
export function madeHere(statement: Statement, context: StatementContext): readonly MadeObject[] {
  return madeBy(statement).filter((made) => {
    if (made.table !== null && context.createdHere(made.table)) return false;
    if (made.ifNotExists && context.existsAlready(made.key)) return false;
    return !keysOf(made).some((key) => context.namedLater(key));
  });
}

/** What of it the down leaves, as far as its words tell without a doubt; nothing where there is no down. */
export function leftByDown(statement: Statement, context: StatementContext): readonly MadeObject[] {
  const reach = context.otherSideReach;
  if (reach === null || reach === 'anything') return [];
  const made = madeHere(statement, context).filter(({ outlivesCascade }) => reach === 'what it names' || outlivesCascade);
  return made.filter((each) => !keysOf(each).some((key) => context.namedByOtherSide(key)));
}

function keysOf({ key, goesWith }: MadeObject): readonly string[] {
  return [key, ...goesWith];
}
