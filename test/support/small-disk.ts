import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { mayMount, unshareArguments } from '../../scripts/mounts.mjs';

/** False where nobody may mount a small disk; `npm test` then says so, and fails in continuous integration. */
export const smallDisksHere: boolean = mayMount();

export interface FullDisk {
  /** What becomes the disk, for this one command alone; its files are copied there first. */
  readonly folder: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface OnFullDisk {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Files of the disk when the command had ended, but for the one that fills it; relative, sorted. */
  readonly files: readonly string[];
}

/** Runs a command that sees a folder on a disk of its own (tmpfs) with no byte left. Nobody else sees the disk, and it goes with the command. */
export async function onFullDisk({ folder, command, cwd, env }: FullDisk): Promise<OnFullDisk> {
  const outside = mkdtempSync(join(tmpdir(), 'lockstep-disk-'));
  try {
    const child = spawn('unshare', [...unshareArguments, '/bin/sh', '-c', script, 'sh', ...command], { cwd: '/', env: { ...process.env, ...env, DISK: folder, OUTSIDE: outside, WORK: cwd } });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    const files = readFileSync(join(outside, 'files'), 'utf8').split('\n').filter((line) => line !== '' && line !== './filler');
    return { code: child.exitCode, stdout, stderr, files: files.map((file) => file.slice(2)).sort() };
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
}

/** The filler takes what is left, down to the last page; the working folder is entered only then, so that it may be the disk. */
const script = `
set -e
cp -a "$DISK" "$OUTSIDE/copy"
mount -t tmpfs -o size=24m lockstep-small-disk "$DISK"
cp -a "$OUTSIDE/copy/." "$DISK"
rm -rf "$OUTSIDE/copy"
! dd if=/dev/zero of="$DISK/filler" bs=4k 2>"$OUTSIDE/dd"
grep -q 'No space left' "$OUTSIDE/dd"
cd "$WORK"
code=0
"$@" || code=$?
cd "$DISK" && find . -type f > "$OUTSIDE/files"
exit $code
`;
