// Small disks for tests of full ones: a file system of its own for one command, where the system lets one be mounted.
import { spawnSync } from 'node:child_process';

/** A private namespace of mounts; whoever is not root needs one of users around it. */
export const unshareArguments = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];

/** Whether a tmpfs can be mounted there; containers without CAP_SYS_ADMIN, for one, refuse it. */
export const mayMount = () => process.platform === 'linux' && spawnSync('unshare', [...unshareArguments, 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'lockstep-probe', '/mnt']).status === 0;
