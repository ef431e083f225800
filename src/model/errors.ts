/** Every way in which the user's surroundings, not the SQL, can be wrong. */
export type UserErrorCode =
  | 'config-invalid'
  | 'file-unreadable'
  | 'script-unreadable'
  | 'file-not-writable'
  | 'file-exists'
  | 'folder-not-found'
  | 'no-migrations'
  | 'migration-not-found'
  | 'layout-broken'
  | 'name-invalid'
  | 'tool-missing'
  | 'tool-failed'
  | 'target-failed'
  | 'target-lacks'
  | 'history-failed'
  | 'cancelled'
  | 'usage';

/** Something the user can mend: `message` says what and where, `next` what to do. Never thrown for the user's SQL. */
export class UserError extends Error {
  readonly code: UserErrorCode;
  readonly next: string;

  constructor(code: UserErrorCode, message: string, next: string) {
    super(message);
    this.name = 'UserError';
    this.code = code;
    this.next = next;
  }
}

/** What a cancelled run ends with, wherever it was. */
export function cancelled(): UserError {
  return new UserError('cancelled', 'The dry run was cancelled.', 'Start it again when you like.');
}
