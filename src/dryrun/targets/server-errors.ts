import { UserError } from '../../model/errors.ts';

/** Where a connection leads, as it may be shown: never with a password. */
export interface Place {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly database: string;
}

/** Reads a connection URL; null when it is none. */
export function placeOf(url: string): Place | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, port, username, pathname, searchParams } = new URL(url);
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') return null;
  const user = readable(username);
  const host = (searchParams.get('host') ?? readable(hostname).replace(/^\[|\]$/g, '')) || 'localhost';
  return { host, port: port || (searchParams.get('port') ?? '5432'), user, database: readable(pathname.slice(1)) || user };
}

/** What is wrong with the TLS settings of a connection before anybody is asked, or null. The modes are those of libpq (manual 34.19.1). */
export function unfitTls(url: string, { host, port }: Place): UserError | null {
  const { searchParams } = new URL(url);
  const [mode, authority] = [searchParams.get('sslmode'), searchParams.get('sslrootcert')];
  const unfit = (what: string, next: string): UserError => new UserError('target-failed', `The server at ${host}:${port} cannot be used: ${what}.`, next);
  if (mode !== null && !sslModes.includes(mode)) return unfit(`sslmode=${mode} means nothing`, `It is one of ${sslModes.join(', ')}.`);
  if (mode === 'verify-ca' && authority === null) return unfit('sslmode=verify-ca needs the certificate of an authority', 'Name its file with sslrootcert=<file>, or use sslmode=verify-full, which takes public authorities.');
  return null;
}

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** A file that a parameter of the connection names and nobody can read. */
export function unreadableFile(error: unknown, url: string, { host, port }: Place): unknown {
  const { code, message } = partsOf(error);
  const path = error instanceof Error && 'path' in error ? String(error.path) : null;
  const name = [...new URL(url).searchParams].find(([key, value]) => key.startsWith('ssl') && value === path)?.[0];
  if (path === null || name === undefined) return error;
  return new UserError('target-failed', `The server at ${host}:${port} cannot be used: the file of its ${name} cannot be read: ${path} (${code === '' ? message : code}).`, 'Check the path and that you may read it.');
}

/** What went wrong while connecting, and what the user can do about it. */
export function connectionError(error: unknown, place: Place): UserError {
  const { code, message } = partsOf(error);
  const at = `${place.host}:${place.port}`;
  const [what, next] = known(code, message, place) ?? [`it said “${message}”`, 'Check host, port, user and password of the connection.'];
  return new UserError('target-failed', `The server at ${at} cannot be used: ${what}.`, next);
}

type Explained = readonly [what: string, next: string];

/** Codes are those of the system (ECONNREFUSED), of TLS, or SQLSTATEs (manual, appendix A). */
function known(code: string, message: string, { host, user, database }: Place): Explained | null {
  if (code === 'ECONNREFUSED') return ['nothing listens there', 'Check that the server runs and that host and port are right.'];
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return [`the name ${host} leads nowhere`, 'Check the host of the connection, and the network.'];
  if (code === 'ENOENT' || code === 'EACCES') return [`the socket at ${host} cannot be opened`, 'Check that the server runs on this machine and that you may open its socket.'];
  if (['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code) || /timeout expired/.test(message)) return ['it does not answer', 'Check the network, the VPN and the firewall between here and there.'];
  if (code === '28P01') return [`it refuses the password of ${quoted(user)}`, 'Check user and password of the connection.'];
  if (/password must be a string/.test(message)) return [`it wants a password for ${quoted(user)}, and the connection has none`, 'Add the password to the connection.'];
  if (/no encryption/.test(message)) return ['it takes encrypted connections only', 'Add ?sslmode=require to the connection.'];
  if (code === '28000') return [`its pg_hba.conf does not let ${quoted(user)} in from here`, 'Ask its administrator to let this machine in, or use another server.'];
  if (/does not support SSL/.test(message)) return ['it does not speak TLS', 'Take sslmode out of the connection, or turn TLS on at the server.'];
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return [`its certificate is for another name than ${host}`, 'Use the name that the certificate is for, or sslmode=verify-ca with sslrootcert=<file>, which does not compare names.'];
  if (code === 'CERT_HAS_EXPIRED') return ['its certificate has expired', 'Have a new certificate put on the server, or use sslmode=require to encrypt without checking.'];
  if (/^(CERT_|ERR_TLS|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/.test(code)) return [`its certificate is not trusted (${message.replace(/; if the root CA.*$/, '')})`, 'Name its authority with sslrootcert=<file>, or use sslmode=require to encrypt without checking.'];
  if (code === '3D000') return [`it has no database ${quoted(database)}`, 'Check the database of the connection; dry runs connect to it to make their own beside it.'];
  if (code === '53300') return ['it has no connection left', 'Wait for others to end theirs, or raise max_connections.'];
  if (code === '57P03') return ['it is still starting', 'Wait a moment and start the dry run again.'];
  if (/unsupported startup parameter|server login|pgbouncer/i.test(message)) return pooler;
  return null;
}

/** Whoever shares sessions between clients cannot keep locks and settings of one dry run together. */
export const pooler: Explained = [
  'a connection pooler stands before it, and a dry run needs a session of its own',
  'Use the direct connection of the server: its own host and port, without “-pooler” in the name, often 5432 instead of 6432 or 6543.',
];

/** Of several addresses of one name, Node reports all failures at once: the first tells enough. */
function partsOf(error: unknown): { readonly code: string; readonly message: string } {
  const first: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const message = first instanceof Error ? first.message : String(first);
  return { code: first instanceof Error && 'code' in first ? String(first.code) : '', message };
}

function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function quoted(name: string): string {
  return `“${name}”`;
}
