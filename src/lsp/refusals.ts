import { ResponseError, type Connection } from 'vscode-languageserver';
import type { Refusal } from '../app/editor-protocol.ts';
import { UserError } from '../model/errors.ts';

/** JSON-RPC's code for an error of the server itself. */
const internalError = -32603;

/** Runs a request: what the user can mend becomes an answer; a bug is logged with its stack and reported as one. */
export async function answering<T>(connection: Connection, name: string, run: () => Promise<T>): Promise<T | Refusal | ResponseError<void>> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UserError) return { kind: 'refused', code: error.code, message: error.message, next: error.next };
    connection.console.error(`${name} failed because of a bug in Lockstep. ${stackOf(error)}`);
    return new ResponseError(internalError, error instanceof Error ? error.message : String(error));
  }
}

export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
