import type { Statement } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { child, listOf, text, words } from '../../sql/walk.ts';
import { dropSubscription, dropWithSlot } from '../objects/subscription.ts';
import { because, type Circumstances, type Inverse, type Step } from '../inverse.ts';

const copied = 'Rows that the subscription has brought stay.';

/** CREATE SUBSCRIPTION, which may leave a slot on its publisher and rows here; null for everything else, and where it only noted itself. */
export function invertSubscription({ placed: { statement }, before, after }: Step, { outsideTransaction }: Circumstances): Inverse | null {
  if (statement.kind !== 'CreateSubscriptionStmt') return null;
  const name = quoteIdentifier(text(statement.node, 'subname') ?? '');
  if (before[`subscription ${name}`] !== undefined || after[`subscription ${name}`] === undefined || isFalse(statement, 'connect')) return null;
  const reasons = isFalse(statement, 'copy_data') && isFalse(statement, 'enabled') ? [] : [copied];
  if (isFalse(statement, 'create_slot') || isFalse(statement, 'slot_name')) return because(reasons, dropSubscription(name));
  return outsideTransaction ? because(reasons, dropWithSlot(name)) : because([...reasons, 'Its slot stays on the publisher, because no transaction can drop it: drop it there.'], dropSubscription(name));
}

/** What ALTER SUBSCRIPTION makes the server fetch; null where it only changes what the catalog tells. */
export function fetches({ kind, node }: Statement): string | null {
  if (kind !== 'AlterSubscriptionStmt') return null;
  const action = text(node, 'kind') ?? '';
  const changesList = ['ALTER_SUBSCRIPTION_SET_PUBLICATION', 'ALTER_SUBSCRIPTION_ADD_PUBLICATION', 'ALTER_SUBSCRIPTION_DROP_PUBLICATION'].includes(action);
  const refreshes = action.startsWith('ALTER_SUBSCRIPTION_REFRESH') || (changesList && !isFalse({ node }, 'refresh'));
  return refreshes ? 'Which tables are followed since the refresh, and the rows that it has brought, stays.' : null;
}

/** True for `option = false`, and for `slot_name = NONE`. */
function isFalse({ node }: Pick<Statement, 'node'>, option: string): boolean {
  const found = listOf(node['options'], 'DefElem').find((each) => text(each, 'defname') === option);
  const value = child(found ?? {}, 'arg') ?? {};
  const word = text(child(value, 'String') ?? {}, 'sval') ?? words(child(value, 'TypeName')?.['names']).at(-1) ?? '';
  const boolean = child(value, 'Boolean');
  const number = child(value, 'Integer');
  return /^(false|off|none|0)$/i.test(word) || (boolean !== null && boolean['boolval'] !== true) || (number !== null && number['ival'] === undefined);
}
