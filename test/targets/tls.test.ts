import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openServerSession } from '../../src/dryrun/targets/server.ts';
import type { UserError } from '../../src/model/errors.ts';
import { sharedServer, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { urlTargetAt } from '../support/url-target.ts';
import { userError, using } from './contract.ts';

const major = 16;

interface Certificate {
  readonly certificate: string;
  readonly key: string;
  /** Where the certificate lies. */
  readonly path: string;
}

describe('a server and TLS', function () {
  this.timeout(60_000);
  let folder: string;
  let own: Certificate;
  let server: PostgresServer;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lockstep-tls-'));
    own = selfSigned(folder, { file: 'own', names: 'IP:127.0.0.1', days: 2 });
    server = await startPostgres(major, { ...own, hba: everybodyEncrypted });
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const withMode = (words: string, at = server): string => `${at.url('postgres')}?${words}`;

  it('is used encrypted, whatever its certificate says, when that is all that is asked for', async () => {
    assert.equal(await encryption(withMode('sslmode=require')), 'on');
    await using(urlTargetAt(withMode('sslmode=require')), async ({ session }) => void (await session.query('SELECT 1')));
  });

  it('is used when its certificate is vouched for', async () => {
    for (const mode of ['verify-full', 'verify-ca', 'require']) assert.equal(await encryption(withMode(`sslmode=${mode}&sslrootcert=${own.path}`)), 'on', mode);
  });

  it('that signs its own certificate is not trusted, and the way out is said', async () => {
    for (const words of ['sslmode=verify-full', 'sslmode=require&sslrootcert=system']) {
      const error = await refused(withMode(words));
      assert.match(error.message, /its certificate is not trusted \(self-signed certificate\)\.$/, words);
      assert.match(error.next, /sslrootcert=<file>.*sslmode=require/);
    }
  });

  it('that wants encryption says so to whoever comes without', async () => {
    const error = await refused(server.url('template1'));
    assert.match(error.message, /takes encrypted connections only/);
    assert.match(error.next, /sslmode=require/);
  });

  it('whose certificate is for another name is told from one that nobody vouches for', async () => {
    const elsewhere = selfSigned(folder, { file: 'elsewhere', names: 'DNS:db.example.com', days: 2 });
    const other = await startPostgres(major, { ...elsewhere, hba: everybodyEncrypted });
    try {
      const error = await refused(withMode(`sslmode=verify-full&sslrootcert=${elsewhere.path}`, other));
      assert.match(error.message, /its certificate is for another name than 127\.0\.0\.1/);
      assert.match(error.next, /sslmode=verify-ca/);
      assert.equal(await encryption(withMode(`sslmode=verify-ca&sslrootcert=${elsewhere.path}`, other)), 'on');
    } finally {
      await other.stop();
    }
  });

  it('whose certificate has expired is said to', async () => {
    const expired = selfSigned(folder, { file: 'expired', names: 'IP:127.0.0.1', days: -1 });
    const other = await startPostgres(major, { ...expired, hba: everybodyEncrypted });
    try {
      const error = await refused(withMode(`sslmode=verify-full&sslrootcert=${expired.path}`, other));
      assert.match(error.message, /its certificate has expired/);
      assert.match(error.next, /new certificate/);
    } finally {
      await other.stop();
    }
  });

  it('without TLS refuses who asks for it, and serves who does not insist', async () => {
    const plain = await sharedServer(major);
    for (const mode of ['require', 'verify-full']) {
      const error = await refused(withMode(`sslmode=${mode}`, plain));
      assert.match(error.message, /it does not speak TLS/, mode);
      assert.match(error.next, /Take sslmode out of the connection/);
    }
    for (const mode of ['disable', 'allow', 'prefer']) assert.equal(await encryption(withMode(`sslmode=${mode}`, plain)), 'off', mode);
  });

  it('is not asked at all when the connection cannot be meant', async () => {
    const missing = await refused(withMode(`sslmode=verify-full&sslrootcert=${folder}/nowhere.pem`));
    assert.match(missing.message, /the file of its sslrootcert cannot be read: .*nowhere\.pem/);
    const nobody = await refused(withMode('sslmode=verify-ca'));
    assert.match(nobody.message, /sslmode=verify-ca needs the certificate of an authority/);
    assert.match(nobody.next, /sslrootcert=<file>/);
    const unknown = await refused(withMode('sslmode=verify_full'));
    assert.match(unknown.message, /sslmode=verify_full means nothing/);
    assert.match(unknown.next, /disable, allow, prefer, require, verify-ca, verify-full/);
  });
});

/** As pg_hba.conf says it (manual 21.1). The tests' own administrator, who comes to this one database, need not encrypt. */
const everybodyEncrypted = 'hostnossl postgres postgres 127.0.0.1/32 trust\nhostssl all all 127.0.0.1/32 trust\n';

async function refused(url: string): Promise<UserError> {
  const error = await userError(openServerSession({ url, statementTimeout: 5000, signal: new AbortController().signal }));
  assert.equal(error.code, 'target-failed');
  return error;
}

/** What the server says of the connection. */
async function encryption(url: string): Promise<string> {
  const session = await openServerSession({ url, statementTimeout: 5000, signal: new AbortController().signal });
  const { rows } = await session.query(`SELECT CASE WHEN ssl THEN 'on' ELSE 'off' END AS ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`);
  await session.close();
  return String(rows[0]?.['ssl']);
}

/** Made on the spot by OpenSSL. */
function selfSigned(folder: string, { file, names, days }: { readonly file: string; readonly names: string; readonly days: number }): Certificate {
  const [path, key] = [join(folder, `${file}.crt`), join(folder, `${file}.key`)];
  const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [request, extension] = [join(folder, `${file}.csr`), join(folder, `${file}.ext`)];
  writeFileSync(extension, `subjectAltName=${names}\n`);
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=a test of Lockstep', '-keyout', key, '-out', request);
  // In one step it would refuse to make one that has expired.
  openssl('x509', '-req', '-in', request, '-signkey', key, '-days', String(days), '-extfile', extension, '-out', path);
  return { certificate: readFileSync(path, 'utf8'), key: readFileSync(key, 'utf8'), path };
}
