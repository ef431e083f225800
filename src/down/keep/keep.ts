import { text } from '../../sql/walk.ts';
import { notKept, type Keeping, type KeepingPlace, type Losing } from './kept.ts';
import { keepDropped } from './objects.ts';
import { keepColumns } from './columns.ts';
import { keepDeleted, keepInserted, keepTruncated, keepUpdated } from './rows.ts';
import { keepDifference } from './difference.ts';
import { keepPosition } from './positions.ts';
import { keepSchemas } from './schemas.ts';
import { writesOf } from './writes.ts';

/** The statements that do what a losing statement does, but put aside first what it would lose. */
export function keepAside(losing: Losing, place: KeepingPlace): Keeping {
  const { statement } = losing.placed;
  switch (statement.kind) {
    case 'DeleteStmt':
      return keepDeleted(losing, place);
    case 'UpdateStmt':
      return keepUpdated(losing, place);
    case 'InsertStmt':
      return keepInserted(losing, place);
    case 'TruncateStmt':
      return keepTruncated(losing, place);
    case 'MergeStmt':
      return keepDifference(losing, place);
    case 'SelectStmt':
      return (writesOf(statement, losing.before)?.length ?? 1) > 0 ? keepDifference(losing, place) : keepPosition(losing, place);
    case 'AlterSeqStmt':
      return keepPosition(losing, place);
    case 'AlterTableStmt':
      return keepColumns(losing, place);
    case 'DropStmt':
      switch (text(statement.node, 'removeType')) {
        case 'OBJECT_TABLE':
        case 'OBJECT_SEQUENCE':
          return keepDropped(losing, place);
        case 'OBJECT_SCHEMA':
          return keepSchemas(losing, place);
        default:
          return notKept('Only what DROP TABLE, DROP SEQUENCE, DROP SCHEMA and DROP COLUMN take away can be kept aside.');
      }
    default:
      return notKept('Only rows of DELETE, UPDATE, INSERT, MERGE and TRUNCATE, and what DROP TABLE, DROP SEQUENCE, DROP SCHEMA and DROP COLUMN take away, can be kept aside.');
  }
}
