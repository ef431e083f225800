import type { AstNode } from '../../model/statement.ts';
import type { Effects, Setting } from '../effects.ts';
import { child, listOf, nodes, text, unwrap, words } from '../walk.ts';

export function transaction(node: AstNode): Partial<Effects> {
  const kind = text(node, 'kind');
  if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') return { transaction: 'begin' };
  if (kind === 'TRANS_STMT_COMMIT_PREPARED' || kind === 'TRANS_STMT_ROLLBACK_PREPARED') {
    return { outsideOnly: kind === 'TRANS_STMT_COMMIT_PREPARED' ? 'COMMIT PREPARED' : 'ROLLBACK PREPARED' };
  }
  const ends = kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK' || kind === 'TRANS_STMT_PREPARE';
  // COMMIT AND CHAIN opens the next transaction at once (manual, COMMIT).
  return ends && node['chain'] !== true ? { transaction: kind === 'TRANS_STMT_ROLLBACK' ? 'rollback' : 'commit' } : {};
}

export function setting(node: AstNode): Partial<Effects> {
  const kind = text(node, 'kind');
  const name = text(node, 'name');
  const scope = node['is_local'] === true ? 'transaction' : 'session';
  if (kind === 'VAR_RESET_ALL') return { setting: resetAll };
  if (name === null) return {};
  if (kind === 'VAR_SET_VALUE') return { setting: { name: name.toLowerCase(), value: constant(nodes(node['args'])[0]?.node ?? null), scope } };
  if (kind === 'VAR_SET_DEFAULT' || kind === 'VAR_RESET') return { setting: { name: name.toLowerCase(), value: null, scope } };
  return {};
}

/** RESET ALL and DISCARD ALL: every setting. */
export const resetAll: Setting = { name: '*', value: null, scope: 'session' };

/** `SELECT set_config('lock_timeout', '5s', true)`: the function form of SET (manual 9.28.1). */
export function configCall(node: AstNode): Setting | null {
  for (const target of listOf(node['targetList'], 'ResTarget')) {
    const call = unwrap(target['val']);
    if (call?.kind !== 'FuncCall' || words(call.node['funcname']).at(-1) !== 'set_config') continue;
    const [name, value, local] = nodes(call.node['args']).map((each) => each.node);
    const setting = constant(name ?? null);
    if (setting === null) continue;
    const isLocal = child(local ?? {}, 'boolval')?.['boolval'] === true;
    return { name: setting.toLowerCase(), value: constant(value ?? null), scope: isLocal ? 'transaction' : 'session' };
  }
  return null;
}

/** The text of a constant: `'5s'` and `5000` alike. */
export function constant(node: AstNode | null): string | null {
  if (node === null) return null;
  const string = child(node, 'sval');
  if (string !== null) return text(string, 'sval') ?? '';
  const integer = child(node, 'ival');
  // Zero is left out of the tree.
  if (integer !== null) return typeof integer['ival'] === 'number' ? String(integer['ival']) : '0';
  const float = child(node, 'fval');
  return float === null ? null : text(float, 'fval');
}

/** Whether a value of lock_timeout limits anything: zero switches it off (manual 19.11). */
export function isTimeout(value: string | null): boolean {
  return value !== null && !/^\s*0+\s*[a-z]*\s*$/i.test(value);
}
