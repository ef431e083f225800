import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A real repository in a folder of a test's own; it knows nothing of the configuration of the machine. */
export interface Repository {
  readonly root: string;
  git(...args: readonly string[]): string;
  /** As `git`, where it may fail: a merge with a conflict, say. */
  tries(...args: readonly string[]): number | null;
  commit(message?: string): void;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  read(path: string): string;
  /** Every file outside `.git` and packages, as bytes. */
  everything(): Readonly<Record<string, string>>;
}

export function repository(root: string): Repository {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com', GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.com' };
  const run = (args: readonly string[]): SpawnSyncReturns<string> => spawnSync('git', args, { cwd: root, encoding: 'utf8', env });
  const git = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = run(args);
    assert.equal(status, 0, `git ${args.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  };
  return {
    root,
    git,
    tries: (...args) => run(args).status,
    commit(message = 'work') {
      git('add', '-A');
      git('commit', '-qm', message, '--allow-empty');
    },
    write(files) {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), content);
      }
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    everything() {
      const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name).slice(root.length + 1));
      return Object.fromEntries(names.filter((name) => !/^(\.git|node_modules)(\/|$)/.test(name)).sort().map((name) => [name, readFileSync(join(root, name), 'latin1')]));
    },
  };
}
