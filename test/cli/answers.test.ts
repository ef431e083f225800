import assert from 'node:assert/strict';
import { answering, answersTo, type GivenAnswer } from '../../src/cli/answers.ts';

const table = { question: 'Is memos table created or renamed from another table?', options: ['+ memos create table', '~ notes › memos rename table', '~ users › memos rename table'] };
const column = { question: 'Is full_name column in users table created or renamed from another column?', options: ['+ full_name create column', '~ display_name › full_name rename column'] };
const qualified = { question: 'Is users.full_name column created or renamed from another column?', options: ['+ users.full_name create column', '~ users.display_name › users.full_name rename column'] };

const renamed = (name: string, before: string): GivenAnswer => ({ name, before });
const created = (name: string): GivenAnswer => ({ name, before: null });
const nobody = (): Promise<null> => Promise.resolve(null);

describe('answers to what a tool asks', () => {
  it('choose the option that they name, with its table or without, whichever way the tool writes it', async () => {
    for (const question of [column, qualified]) {
      for (const [answer, index] of [[renamed('full_name', 'display_name'), 1], [renamed('users.full_name', 'users.display_name'), 1], [created('full_name'), 0], [created('users.full_name'), 0]] as const) {
        const { choose, finish } = answering([answer], nobody);
        assert.equal(await choose(question), index);
        finish();
      }
    }
    const { choose } = answering([renamed('full_name', 'display_name'), renamed('memos', 'users')], nobody);
    assert.deepEqual([await choose(table), await choose(qualified)], [2, 1]);
  });

  it('leave to others what they do not name: another table, another name before, a name that only ends alike', async () => {
    for (const answer of [renamed('orders.full_name', 'orders.display_name'), renamed('full_name', 'name'), renamed('name', 'display_name'), created('notes')]) {
      const { choose, finish } = answering([answer], nobody);
      assert.deepEqual([await choose(column), await choose(qualified)], [null, null]);
      assert.throws(finish, /answers nothing that was asked/);
    }
  });

  it('answer once each, and never both ways', async () => {
    const { choose } = answering([created('full_name')], nobody);
    assert.deepEqual([await choose(column), await choose(column)], [0, null]);
    assert.throws(() => answering([created('memos'), renamed('memos', 'notes')], nobody).choose(table), /contradict each other/);
  });

  it('are told as they are to be written', () => {
    assert.deepEqual(answersTo(table), ["--answer 'memos=+'", "--answer 'memos=notes'", "--answer 'memos=users'"]);
  });
});
