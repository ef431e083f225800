// Installs what is missing, with Node built-ins only.
//   node scripts/setup.mjs [postgres] [pg_dump] [podman] [docker] [vscode] [vscode_log] [chromium] [neon] [mounts] [runners]      without a word: the packages of the root
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasDocker, startDocker } from './docker.mjs';
import { hasPodman, podmanIsReady, preparePodman } from './podman.mjs';
import { mayMount } from './mounts.mjs';
import { npm, pinnedNode, quietly, root } from './run.mjs';
import { buildLogger, writesLogs } from './vscode-logger.mjs';

const postgres = join(root, 'test/postgres/servers');
const vscode = join(root, 'test/vscode/server');
const logger = join(root, 'test/vscode/logger');
const neon = join(root, 'test/neon');
const runners = join(root, 'test/runners');

/** Installs the root's packages and the pinned Node when they are missing or differ from package-lock.json. */
export async function ensurePackages() {
  refuseOldNode();
  if (isStale(root)) {
    await step('installing packages', () => npm(['ci', '--ignore-scripts'], root));
  }
  if (!existsSync(pinnedNode)) {
    // The package `node` fetches its binary, a package too, in its install script.
    await step('installing the pinned Node', () => npm(['rebuild', 'node', '--ignore-scripts=false'], root));
  }
}

/** What a stage may need beyond the root's packages. Each answers null, or what is lacking and its cure. */
export const tools = { postgres: ensurePostgres, pg_dump: ensurePgDump, vscode: ensureVscode, vscode_log: ensureVscodeLog, chromium: ensureChromium, podman: ensurePodman, docker: ensureDocker, neon: ensureNeon, mounts: ensureMounts, runners: ensureRunners };

async function ensurePostgres() {
  try {
    if (isStale(postgres)) {
      await step('installing PostgreSQL 14–18', () => npm(['ci', '--ignore-scripts'], postgres));
      // Packages cannot hold symbolic links; the servers' install script makes those of their libraries.
      await npm(['rebuild', '--ignore-scripts=false'], postgres);
    }
  } catch (error) {
    return { reason: `PostgreSQL servers could not be installed: ${error.message}`, cure: 'node scripts/setup.mjs postgres' };
  }
  const lacking = [14, 15, 16, 17, 18].filter((major) => !existsSync(join(postgres, 'node_modules', serverPackage(major))));
  if (lacking.length === 0) return null;
  return { reason: `the registry has no PostgreSQL ${lacking.join(', ')} for ${process.platform} on ${process.arch}`, cure: 'run the tests on Linux x64', partial: true };
}

function serverPackage(major) {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return `postgres-${major}-${platform}-${process.arch}`;
}

/** The second opinion on schema differences; everything else on the servers runs without it. */
async function ensurePgDump() {
  const cure = process.platform === 'linux' ? 'apt-get update && apt-get install -y postgresql-client' : 'install the PostgreSQL client programs';
  if (!hasPgDump() && canInstall()) await step('installing pg_dump', () => quietly('/bin/sh', ['-c', cure], { env: { DEBIAN_FRONTEND: 'noninteractive' } })).catch(() => null);
  return hasPgDump() ? null : { reason: 'there is no pg_dump on this machine to compare schemas with', cure, partial: true };
}

function hasPgDump() {
  return spawnSync('pg_dump', ['--version']).status === 0;
}

/** A continuous integration machine is fresh and thrown away; anybody else's is not ours to install on. */
function canInstall() {
  return process.env['CI'] === 'true' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** Neon's own command line and API document, which keep the emulator of Neon honest. */
async function ensureNeon() {
  try {
    if (isStale(neon)) await step('installing the packages of the Neon emulator', () => npm(['ci', '--ignore-scripts'], neon));
    return null;
  } catch (error) {
    return { reason: `the packages of the Neon emulator could not be installed: ${error.message}`, cure: 'node scripts/setup.mjs neon' };
  }
}

/** Small disks to fill; every other fault is tested without them. */
async function ensureMounts() {
  return mayMount() ? null : { reason: 'this machine lets nobody mount a small disk to fill', cure: 'run the tests on Linux as root, or where users may have namespaces of their own', partial: true };
}

/** The migration tools that are run for real. Java runs Liquibase; sqitch is Debian's, with psql and its driver beside it. */
async function ensureRunners() {
  try {
    if (isStale(runners)) await step('installing the migration tools', () => npm(['ci', '--ignore-scripts'], runners));
  } catch (error) {
    return { reason: `the migration tools could not be installed: ${error.message}`, cure: 'node scripts/setup.mjs runners' };
  }
  const programs = { java: ['java', '--version'], sqitch: ['perl', '-MApp::Sqitch', '-MDBD::Pg', '-e', '1'], psql: ['psql', '--version'] };
  const lackingPrograms = () => Object.entries(programs).flatMap(([name, [program, ...words]]) => (spawnSync(program, words).status === 0 ? [] : [name]));
  const cure = 'apt-get update && apt-get install -y --no-install-recommends default-jre-headless sqitch libdbd-pg-perl postgresql-client';
  if (lackingPrograms().length > 0 && canInstall()) await step('installing Java and sqitch', () => quietly('/bin/sh', ['-c', cure], { env: { DEBIAN_FRONTEND: 'noninteractive' } })).catch(() => null);
  const rest = [...['@dbmate/linux-x64', '@supabase/cli-linux-x64'].filter((name) => !existsSync(join(runners, 'node_modules', name))), ...lackingPrograms()];
  return rest.length === 0 ? null : { reason: `these are not to be had for ${process.platform} on ${process.arch}, so what they do is not observed: ${rest.join(', ')}`, cure: process.platform === 'linux' ? cure : 'run the tests on Linux x64', partial: true };
}

/** A real container engine; every other target is tested without it. */
async function ensurePodman() {
  const cure = process.platform === 'linux' ? 'apt-get update && apt-get install -y --no-install-recommends podman runc netavark aardvark-dns iptables, then node scripts/setup.mjs postgres podman' : 'run the tests on Linux';
  const lack = (reason) => ({ reason, cure, partial: true });
  if (!hasPodman() && canInstall()) await step('installing Podman', () => quietly('/bin/sh', ['-c', cure.split(', then')[0]], { env: { DEBIAN_FRONTEND: 'noninteractive' } })).catch(() => null);
  if (!hasPodman()) return lack('there is no Podman on this machine to run containers with');
  try {
    if (!podmanIsReady()) await step('making an image of PostgreSQL', async () => preparePodman());
    return null;
  } catch (error) {
    return lack(`no image of PostgreSQL could be made: ${error.message}`);
  }
}

/** The other container engine. It is started once, because some machines refuse it what it needs. */
async function ensureDocker() {
  const install = 'apt-get update && apt-get install -y --no-install-recommends docker.io';
  const cure = process.platform === 'linux' ? `${install}, then run the tests as root` : 'start Docker';
  if (!hasDocker() && canInstall()) await step('installing Docker', () => quietly('/bin/sh', ['-c', install], { env: { DEBIAN_FRONTEND: 'noninteractive' } })).catch(() => null);
  if (!hasDocker()) return { reason: 'there is no Docker on this machine to run containers with', cure, partial: true };
  try {
    await step('starting Docker once', async () => (await startDocker()).stop());
    return null;
  } catch (error) {
    return { reason: `Docker does not run here: ${error.message}`, cure, partial: true };
  }
}

async function ensureVscode() {
  const inner = join(vscode, 'node_modules/code-server/lib/vscode');
  try {
    if (isStale(vscode)) await step('installing the VS Code server', () => npm(['ci', '--ignore-scripts'], vscode));
    if (!existsSync(join(inner, 'node_modules/.package-lock.json'))) {
      // Its own shrinkwrap is not quite what `npm ci` demands; `npm install` reads the same versions from it.
      await step('installing the packages of the VS Code server', () => npm(['install', '--ignore-scripts', '--omit=dev'], inner));
    }
    return null;
  } catch (error) {
    return { reason: `the VS Code server could not be installed: ${error.message}`, cure: 'node scripts/setup.mjs vscode' };
  }
}

/** What writes VS Code's logs and outputs; whatever does not look there is tested without it. */
async function ensureVscodeLog() {
  try {
    if (isStale(logger)) await step('installing the headers of Node-API', () => npm(['ci', '--ignore-scripts'], logger));
    if (!writesLogs()) await step('building the logger of the VS Code server', () => buildLogger(join(logger, 'node_modules/node-api-headers/include')));
    return null;
  } catch (error) {
    const cure = process.platform === 'linux' ? 'apt-get update && apt-get install -y g++, then node scripts/setup.mjs vscode_log' : 'install a C++ compiler, then node scripts/setup.mjs vscode_log';
    return { reason: `the logger of the VS Code server could not be built: ${error.message}`, cure, partial: true };
  }
}

async function ensureChromium() {
  if (findChromium() !== null) return null;
  const cure = process.platform === 'linux' ? 'apt-get update && apt-get install -y chromium' : 'install Google Chrome, or name a Chromium in CHROMIUM';
  if (canInstall()) {
    try {
      await step('installing Chromium', () => quietly('/bin/sh', ['-c', cure], { env: { DEBIAN_FRONTEND: 'noninteractive' } }));
    } catch (error) {
      return { reason: `Chromium could not be installed: ${error.message}`, cure };
    }
  }
  return findChromium() === null ? { reason: 'there is no Chromium or Chrome on this machine', cure } : null;
}

/** The browser that drives the workbench, or null. */
export function findChromium() {
  const places = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/snap/bin/chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ];
  return places.find((place) => place !== undefined && existsSync(place)) ?? null;
}

/** Whether node_modules lacks, or has otherwise, a package that the lockfile wants on this machine. */
function isStale(folder) {
  const installed = packagesOf(join(folder, 'node_modules/.package-lock.json'));
  if (installed === null) return true;
  const wanted = Object.entries(packagesOf(join(folder, 'package-lock.json')) ?? {});
  return wanted.some(([path, entry]) => path !== '' && belongsHere(entry) && installed[path]?.integrity !== entry.integrity);
}

function packagesOf(lockfile) {
  return existsSync(lockfile) ? JSON.parse(readFileSync(lockfile, 'utf8')).packages : null;
}

function belongsHere({ os, cpu, libc }) {
  return (os?.includes(process.platform) ?? true) && (cpu?.includes(process.arch) ?? true) && libc === undefined;
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Lockstep needs Node 20.19 or newer; this is ${process.versions.node}. Get one at https://nodejs.org.`);
  process.exit(2);
}

async function step(what, work) {
  const start = Date.now();
  process.stdout.write(`› ${what} … `);
  const result = await work().catch((error) => {
    process.stdout.write('failed\n');
    throw error;
  });
  process.stdout.write(`${((Date.now() - start) / 1000).toFixed(1)} s\n`);
  return result;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensurePackages();
  for (const word of process.argv.slice(2)) {
    const lack = await tools[word]?.();
    if (lack === null) continue;
    console.error(lack === undefined ? `"${word}" is none of ${Object.keys(tools).join(', ')}` : `${lack.reason}\n  ${lack.cure}`);
    process.exitCode = 2;
  }
}
