import assert from 'node:assert/strict';
import { neonTarget, type NeonPlace } from '../../src/dryrun/targets/neon.ts';
import type { OpenOptions, Target } from '../../src/dryrun/targets/target.ts';
import { UserError } from '../../src/model/errors.ts';
import type { Emulator, Fault } from './emulator/emulator.ts';
import { sharedEmulator, surroundingsOf } from './support.ts';

const locked = { status: 423, message: 'project already has running operations, scheduling of new ones is prohibited' };
const busy = { status: 429, message: 'too many requests', headers: { 'retry-after': '0' } };
const broken = { status: 500, message: 'internal error' };

describe('the Neon target when Neon says no', () => {
  let emulator: Emulator;

  before(async () => {
    emulator = await sharedEmulator();
  });

  afterEach(() => emulator.reset());

  const open = (options: Partial<OpenOptions> & Partial<NeonPlace> & { readonly apiKey?: string | null } = {}): ReturnType<Target['open']> => {
    const surroundings = surroundingsOf(emulator);
    const place = { project: emulator.project.id, parentBranch: null, database: null, role: null, ttlMinutes: 60, ...options };
    const target = neonTarget(place, options.apiKey === undefined ? surroundings : { ...surroundings, apiKey: () => Promise.resolve(options.apiKey ?? null) });
    return target.open({ extensions: [], startFrom: [], statementTimeout: 10_000, signal: new AbortController().signal, ...options });
  };

  /** What the user is told, and that nothing is left. */
  const refusal = async (options: Parameters<typeof open>[0] = {}): Promise<UserError> => {
    const error = await open(options).then(() => null, (reason: unknown) => reason);
    assert.ok(error instanceof UserError, String(error));
    assert.deepEqual(emulator.branches(), []);
    assert.doesNotMatch(error.message + error.next, new RegExp(`${emulator.apiKey}|${emulator.project.password}`));
    return error;
  };

  const survives = async (...faults: readonly Fault[]): Promise<void> => {
    emulator.faults.push(...faults);
    const opened = await open();
    assert.equal((await opened.session.query('SELECT 1 AS one')).rows[0]?.['one'], 1);
    assert.equal(emulator.branches().length, 1);
    await opened.close();
    assert.deepEqual(emulator.branches(), []);
    assert.deepEqual(emulator.mistakes, []);
    for (const fault of faults) assert.equal(fault.times, 0, `${fault.on} was not met`);
  };

  describe('tries again', () => {
    it('while the project is locked, before and after', () => survives({ on: 'createProjectBranch', times: 3, error: locked }, { on: 'deleteProjectBranch', times: 3, error: locked }));
    it('as soon as it may after too many requests', () => survives({ on: 'listProjectBranches', times: 2, error: busy }, { on: 'createProjectBranch', times: 2, error: busy }, { on: 'getConnectionURI', times: 2, error: busy }));
    it('what only reads, after a server error or a broken connection', () => survives({ on: 'listProjectBranches', times: 2, error: broken }, { on: 'getProjectOperation', times: 2 }, { on: 'getConnectionURI', times: 1, error: { status: 502, message: 'bad gateway' } }));
    it('to delete, after a conflict, a server error and an answer that got lost', () =>
      survives({ on: 'deleteProjectBranch', times: 1, error: { status: 409, message: 'conflict' } }, { on: 'deleteProjectBranch', times: 1, error: broken }, { on: 'deleteProjectBranch', times: 1, when: 'after' }));
    it('to create, but never leaves the branch of an answer that got lost', () => survives({ on: 'createProjectBranch', times: 1, when: 'after' }, { on: 'createProjectBranch', times: 1, when: 'after', error: broken }));
    it('with another name after a conflict', () => survives({ on: 'createProjectBranch', times: 1, error: { status: 409, code: 'BRANCH_ALREADY_EXISTS', message: 'branch already exists' } }));
    it('without an expiry when Neon refuses one, and says so', async () => {
      emulator.faults.push({ on: 'createProjectBranch', if: (body) => JSON.stringify(body).includes('"expires_at"'), error: { status: 403, message: 'branch expiration is limited to participants of the early access program' } });
      const opened = await open();
      assert.equal(emulator.branches()[0]?.expiresAt, null);
      assert.match(String(opened.capabilities.info.notes), /Neon refused to give the branch an expiry/);
      await opened.close();
      assert.deepEqual(emulator.branches(), []);
    });
  });

  it('waits for a compute that is slow to start', async () => {
    emulator.project.operationsTake = 12;
    await survives();
  });

  describe('says what and what next', () => {
    it('without a key', async () => {
      const { code, message } = await refusal({ apiKey: null });
      assert.equal(code, 'target-lacks');
      assert.match(message, /No Neon API key is set: run “Lockstep: Set Neon API Key”/);
    });

    it('without a project', async () => {
      assert.match((await refusal({ project: null })).message, /No Neon project is named: set neon\.project in lockstep\.config\.json/);
    });

    it('when the key is refused (401)', async () => {
      const { message, next } = await refusal({ apiKey: 'napi_wrong' });
      assert.equal(message, 'Neon cannot list the branches: it does not accept the API key: supplied credentials do not pass authentication (401).');
      assert.match(next, /^Set a valid key/);
    });

    it('when the project is another (404)', async () => {
      const { message, next } = await refusal({ project: 'other-1' });
      assert.equal(message, 'Neon cannot list the branches: project not found (404).');
      assert.match(next, /neon\.project.*the project asked was other-1/);
    });

    it('when the database or the role is another', async () => {
      assert.equal((await refusal({ database: 'nope' })).message, 'The Neon branch has no database nope; it has neondb.');
      assert.match((await refusal({ role: 'nope' })).message, /role "nope" not found \(404\)/);
    });

    const cases: readonly (readonly [title: string, fault: Fault, message: RegExp, next: RegExp])[] = [
      ['when the key may not (403)', { on: 'createProjectBranch', error: { status: 403, message: 'action is not permitted' } }, /^Neon cannot branch from main: the API key lacks the right: action is not permitted \(403\)\.$/, /may create and delete branches/],
      ['when the branch limit is reached', { on: 'createProjectBranch', error: { status: 422, code: 'BRANCHES_LIMIT_EXCEEDED', message: 'branches limit exceeded' } }, /at a limit or suspended: branches limit exceeded \(422\)/, /delete branches that nobody needs/],
      ['when the project is suspended', { on: 'createProjectBranch', error: { status: 402, message: 'project is suspended' } }, /at a limit or suspended/, /Neon console/],
      ['when it stays locked (423)', { on: 'createProjectBranch', error: locked }, /another operation keeps the project busy/, /Wait until it is through/],
      ['when it stays in conflict (409)', { on: 'createProjectBranch', error: { status: 409, message: 'conflict' } }, /another operation keeps the project busy: conflict \(409\)/, /Wait/],
      ['when there are too many requests for long (429)', { on: 'getProjectOperation', error: busy }, /^Neon cannot make the branch ready: too many requests/, /Wait a minute/],
      ['when it fails (500)', { on: 'createProjectBranch', error: broken }, /its service fails: internal error \(500\)/, /neonstatus\.com/],
      ['when the connection breaks each time', { on: 'listProjectBranches' }, /^Neon cannot list the branches: Network error/, /Check the network/],
      ['when the address is not given', { on: 'getConnectionURI', error: { status: 412, message: 'passwords are not stored' } }, /passwords are not stored/, /./],
    ];
    for (const [title, fault, message, next] of cases) {
      it(title, async () => {
        emulator.faults.push(fault);
        const error = await refusal();
        assert.match(error.message, message);
        assert.match(error.next, next);
      });
    }

    it('when the compute cannot be started, in Neon’s words', async () => {
      emulator.project.computeFailure = 'compute time quota of the account is exceeded';
      assert.match((await refusal()).message, /^Neon cannot make the branch ready: .*start_compute ended as failed: compute time quota of the account is exceeded/);
    });

    it('when the branch is not ready in time', async () => {
      emulator.project.operationsTake = 1_000_000;
      const surroundings = surroundingsOf(emulator);
      const target = neonTarget({ project: emulator.project.id, parentBranch: null, database: null, role: null, ttlMinutes: 60 }, { ...surroundings, patience: { pause: 10, answerWithin: 5000, readyWithin: 200 } });
      await assert.rejects(target.open({ extensions: [], startFrom: [], statementTimeout: 10_000, signal: new AbortController().signal }), /was not ready within 0 s: create_branch is still running/);
      assert.deepEqual(emulator.branches(), []);
    });
  });

  describe('cancelled', () => {
    const stages = ['listProjectBranches', 'createProjectBranch', 'getProjectOperation', 'getConnectionURI'];
    for (const on of stages) {
      for (const when of ['before', 'after'] as const) {
        it(`${when} the work of ${on}: no branch is left`, async () => {
          const controller = new AbortController();
          // The answer that comes with it has to be one that is tried again, so that cancelling is all that ends it.
          emulator.faults.push({ on, times: 1, when, error: locked, then: () => { controller.abort(); } });
          assert.equal((await refusal({ signal: controller.signal })).code, 'cancelled');
        });
      }
    }

    it('while the branch is being made, when the answer gets lost as well: no branch is left', async () => {
      const controller = new AbortController();
      emulator.faults.push({ on: 'createProjectBranch', times: 1, when: 'after', then: () => { controller.abort(); } });
      assert.equal((await refusal({ signal: controller.signal })).code, 'cancelled');
    });

    it('while a statement runs: the session says so, and closing deletes the branch', async () => {
      const controller = new AbortController();
      const opened = await open({ signal: controller.signal });
      const slow = opened.session.query('SELECT pg_sleep(60)');
      controller.abort();
      await assert.rejects(slow, (error) => error instanceof UserError && error.code === 'cancelled');
      await opened.close();
      assert.deepEqual(emulator.branches(), []);
    });
  });

  it('ends what is open when the process ends', async () => {
    const endings = new Set<() => Promise<void>>();
    const target = neonTarget({ project: emulator.project.id, parentBranch: null, database: null, role: null, ttlMinutes: 60 }, { ...surroundingsOf(emulator), endings });
    const opened = await target.open({ extensions: [], startFrom: [], statementTimeout: 10_000, signal: new AbortController().signal });
    assert.equal(endings.size, 1);
    await Promise.all([...endings].map((end) => end()));
    assert.deepEqual(emulator.branches(), []);
    await opened.close();
    assert.equal(endings.size, 0);
  });
});
