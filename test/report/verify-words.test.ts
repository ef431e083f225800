import assert from 'node:assert/strict';
import type { Verification } from '../../src/model/verification.ts';
import { verifiedLines } from '../../src/report/pretty-verified.ts';
import { plainTerminal } from '../../src/report/terminal.ts';
import { isBroken, tenantsTried, verificationPart, verificationWords } from '../../src/report/verify-words.ts';

const check = { role: 'app', roleExisted: true, setting: 'app.tenant_id', tables: ['public.a', 'public.b'], leaks: [], untested: [] } as const;
const unindexed = { kind: 'foreign key without index', table: 'public.b', object: 'public.b.b_a_fkey', columns: ['a_id'] } as const;

describe('what the up leaves, in words', () => {
  it('says nothing where there is nothing to say', () => {
    assert.deepEqual(verificationPart({ aftermath: [], tenants: null }), {});
    assert.deepEqual(verificationPart(undefined), {});
    assert.deepEqual(verifiedLines(undefined, plainTerminal), []);
  });

  it('puts what is wrong first, and that alone makes a run unclean', () => {
    const leaking: Verification = {
      aftermath: [unindexed],
      tenants: { kind: 'measured', value: { ...check, leaks: [{ table: 'public.a', acts: ['sees', 'updates', 'inserts', 'hands over'], cause: 'policies' }] } },
    };
    assert.deepEqual(verificationWords(leaking).map((line) => [line.tone, line.sentence]), [
      ['bad', 'In public.a, a tenant sees and updates rows of, inserts rows for and hands its own rows to another tenant: its policies let it.'],
      ['warn', 'No index serves the foreign key public.b.b_a_fkey (a_id).'],
    ]);
    assert.ok(isBroken(leaking));
    assert.ok(!isBroken({ aftermath: [unindexed], tenants: null }));
  });

  it('tells what was tried, also when nothing leaked, and what could not be', () => {
    assert.equal(tenantsTried({ aftermath: [], tenants: { kind: 'measured', value: check } }), 'Two tenants were tried on 2 tables as app: neither could see or touch the other’s rows.');
    const [line] = verificationWords({ aftermath: [], tenants: { kind: 'unavailable', reason: 'permission denied (42501)' } });
    assert.equal(line?.sentence, 'The tenants could not be tried: permission denied (42501)');
  });
});
