// Images of PostgreSQL for the container engine of the tests, without a registry: the server of test/postgres/servers in a
// root file system of a few programs of this Debian. It behaves like the official image where Lockstep uses it.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

/** The settings of Podman with which it works inside virtual machines and containers too; for CONTAINERS_CONF. */
export const podmanSettings = join(root, '.cache/podman/containers.conf');

/** The majors of which images are made. */
export const imageMajors = [17];

/** The name by which Docker and Podman know the official image. */
export const imageName = (major) => `docker.io/library/postgres:${major}`;

/** Whether this machine has Podman at all. It refuses every command while CONTAINERS_CONF names no file. */
export const hasPodman = () => spawnSync('podman', ['--version']).status === 0;

/** Whether the tests can use it as it is. */
export const podmanIsReady = () => existsSync(podmanSettings) && imageMajors.every((major) => podman(['image', 'exists', imageName(major)]).status === 0);

/** Makes what is lacking; throws with what the engine said. */
export function preparePodman() {
  mkdirSync(dirname(podmanSettings), { recursive: true });
  // crun stumbles over the cgroups and limits of many virtual machines; runc does not.
  writeFileSync(podmanSettings, '[containers]\ndefault_ulimits = []\n[network]\nnetwork_backend = "netavark"\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n');
  for (const major of imageMajors) if (podman(['image', 'exists', imageName(major)]).status !== 0) importImage(major, { engine: podman, name: imageName(major) });
}

/** Podman as the tests use it. */
export function podman(args, options = {}) {
  return spawnSync('podman', args, { encoding: 'utf8', maxBuffer: 2 ** 29, ...options, env: { ...process.env, CONTAINERS_CONF: podmanSettings, ...options.env } });
}

/** Makes an image of a major and gives it to an engine, `podman` or `docker`, under a name. */
export function importImage(major, { engine, name }) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-image-'));
  try {
    layOut(folder, join(root, `test/postgres/servers/node_modules/postgres-${major}-linux-x64/native`));
    const archive = join(folder, 'image.tar');
    must(spawnSync('tar', ['-C', join(folder, 'root'), '-cf', archive, '.'], { encoding: 'utf8' }));
    must(engine(['import', '--change', 'ENTRYPOINT ["/entrypoint"]', '--change', 'EXPOSE 5432', '--change', 'ENV PATH=/usr/local/postgres/bin:/usr/bin:/bin', archive, name]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the entry point and initdb call. */
const programs = ['sh', 'cat', 'chmod', 'chown', 'mkdir', 'rm', 'setpriv', 'sleep', 'ls', 'env'];

function layOut(folder, server) {
  if (!existsSync(server)) throw new Error(`there is no PostgreSQL in ${server}`);
  const inside = join(folder, 'root');
  const put = (path) => {
    mkdirSync(join(inside, dirname(path)), { recursive: true });
    copyFileSync(path, join(inside, path));
  };
  for (const path of ['etc', 'tmp', 'bin', 'var/run']) mkdirSync(join(inside, path), { recursive: true });
  chmodSync(join(inside, 'tmp'), 0o1777);
  writeFileSync(join(inside, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\npostgres:x:999:999::/lockstep:/bin/sh\n');
  writeFileSync(join(inside, 'etc/group'), 'root:x:0:\npostgres:x:999:\n');
  cpSync(server, join(inside, 'usr/local/postgres'), { recursive: true, verbatimSymlinks: true });
  const binaries = programs.map((name) => must(spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })).trim());
  const needed = [...binaries, join(server, 'bin/postgres'), join(server, 'bin/initdb')].flatMap(librariesOf);
  for (const path of new Set([...binaries, ...needed])) if (!path.startsWith(server)) put(path);
  for (const path of binaries) copyFileSync(path, join(inside, 'bin', path.split('/').at(-1)));
  writeFileSync(join(inside, 'entrypoint'), entryPoint, { mode: 0o755 });
}

/** The libraries of this machine that a program loads, the loader itself included. */
function librariesOf(program) {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path);
}

function must({ status, stdout, stderr, error }) {
  if (status !== 0) throw new Error((stderr ?? String(error)).trim().split('\n').at(-1));
  return stdout;
}

// As the official one: a password is demanded, words that begin with a dash are the server's, and it never runs as root.
const entryPoint = `#!/bin/sh
set -e
case "$1" in ''|-*) set -- postgres "$@" ;; esac
if [ "$1" = postgres ]; then
  : "\${PGDATA:=/var/lib/postgresql/data}"
  export PGDATA
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    if [ -z "$POSTGRES_PASSWORD" ]; then
      echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
      exit 1
    fi
    mkdir -p "$PGDATA"
    echo "$POSTGRES_PASSWORD" > /tmp/password
    chown -R postgres:postgres "$PGDATA" /tmp/password
    chmod 700 "$PGDATA"
    setpriv --reuid 999 --regid 999 --clear-groups initdb --username=postgres --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C --no-sync
    rm /tmp/password
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  fi
  unset POSTGRES_PASSWORD
  exec setpriv --reuid 999 --regid 999 --clear-groups "$@" -c listen_addresses='*' -c unix_socket_directories=/tmp
fi
exec "$@"
`;

