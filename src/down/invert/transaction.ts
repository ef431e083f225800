import type { Statement } from '../../model/statement.ts';
import { exact, nothing, type Inverse } from '../inverse.ts';

/** In reverse order BEGIN … COMMIT stays a transaction when each becomes the other; null for what is no transaction command. */
export function invertTransaction({ kind, node }: Statement): Inverse | null {
  if (kind !== 'TransactionStmt') return null;
  switch (node['kind']) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      return exact('COMMIT');
    case 'TRANS_STMT_COMMIT':
      return exact('BEGIN');
    default:
      return nothing;
  }
}
