import assert from 'node:assert/strict';
import { nodeProcesses } from '../../src/host/processes.ts';
import { UserError } from '../../src/model/errors.ts';

const never = new AbortController().signal;
const run = (script: string, limits: { readonly timeout?: number; readonly signal?: AbortSignal } = {}) =>
  nodeProcesses.run({ file: 'node', args: ['-e', script], cwd: process.cwd(), timeout: limits.timeout ?? 20_000, signal: limits.signal ?? never });

describe('programs of this machine', () => {
  it('returns both outputs and the exit code', async () => {
    assert.deepEqual(await run("console.log('out'); console.error('err'); process.exitCode = 3"), { exitCode: 3, ended: 'exit', stdout: 'out\n', stderr: 'err\n' });
  });

  it('gives no terminal and no input, so that a prompt cannot wait', async () => {
    const { stdout } = await run("process.stdin.on('end', () => console.log('ended', process.stdin.isTTY)).resume()");
    assert.equal(stdout, 'ended undefined\n');
  });

  it('passes arguments as they are: there is no shell', async () => {
    const hostile = '$(touch x); "quoted" & echo';
    const { stdout } = await nodeProcesses.run({ file: 'node', args: ['-e', 'console.log(process.argv[1])', hostile], cwd: process.cwd(), timeout: 20_000, signal: never });
    assert.equal(stdout, `${hostile}\n`);
  });

  it('ends a hanging program and its children when the time is up', async () => {
    const child = "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }); setInterval(() => {}, 1000)";
    assert.equal((await run(child, { timeout: 500 })).ended, 'timeout');
  });

  it('ends a program that is cancelled, even before it began', async () => {
    assert.equal((await run('setInterval(() => {}, 1000)', { signal: AbortSignal.abort() })).ended, 'cancelled');
  });

  it('says when there is no such program', async () => {
    const request = { file: '/nowhere/tool', args: [], cwd: process.cwd(), timeout: 1000, signal: never };
    await assert.rejects(nodeProcesses.run(request), (error) => error instanceof UserError && error.code === 'tool-failed');
  });
});
