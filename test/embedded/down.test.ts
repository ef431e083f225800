import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MakeDownAnswer, Refusal } from '../../src/app/editor-protocol.ts';
import type { MadeDown } from '../../src/model/made-down.ts';
import { lockstep, workspaces } from '../cli/run.ts';
import { LspClient } from '../support/lsp-client.ts';

const up = `-- the portal
ALTER TABLE a ADD COLUMN token uuid DEFAULT gen_random_uuid();
CREATE INDEX a_token ON a (token);
ALTER TABLE a RENAME COLUMN note TO remark;
`;
const files = {
  'migrations/0001_create_a.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, note text NOT NULL);\n',
  'migrations/0001_create_a_rollback.sql': 'DROP TABLE IF EXISTS a;\n',
  'migrations/0002_portal.sql': up,
  'migrations/0003_drop_note.sql': 'ALTER TABLE a DROP COLUMN remark;\n',
  'migrations/0003_drop_note_rollback.sql': '-- Rollback Migration: drop note\n\n',
};
const portal = `
SET LOCAL lock_timeout = '5s';

-- Undoes: ALTER TABLE a RENAME COLUMN note TO remark
ALTER TABLE a RENAME COLUMN remark TO note;

-- Undoes: CREATE INDEX a_token ON a (token)
DROP INDEX IF EXISTS public.a_token;

-- Undoes: ALTER TABLE a ADD COLUMN token uuid DEFAULT gen_random_uuid()
ALTER TABLE IF EXISTS public.a DROP COLUMN IF EXISTS token;
`;

const keptUp = `-- What this migration takes away is kept aside, so that its down can bring it back.
-- Once nobody will go back, a later migration ends that:
--   ALTER TABLE public.a DROP COLUMN remark__kept_0003;
-- Kept aside: the column public.a.remark
ALTER TABLE public.a ALTER COLUMN remark DROP NOT NULL;
ALTER TABLE public.a RENAME COLUMN remark TO remark__kept_0003;
`;
const keptDown = `
-- Undoes: ALTER TABLE public.a RENAME COLUMN remark TO remark__kept_0003
ALTER TABLE public.a RENAME COLUMN remark__kept_0003 TO remark;

-- Undoes: ALTER TABLE public.a ALTER COLUMN remark DROP NOT NULL
ALTER TABLE public.a ADD CONSTRAINT a_note_not_null NOT NULL remark;
`;

describe('a generated down', function () {
  this.timeout(120_000);
  const made = workspaces();
  const folder = (content: Readonly<Record<string, string>> = files): string => made(content);

  it('is printed, and its proof told beside it', async () => {
    const cwd = folder();
    const { code, stdout, stderr } = await lockstep(['down', '2'], { cwd });
    assert.match(stdout, /^-- Rollback Migration: portal\n-- Date: \d{4}-\d\d-\d\d\n-- Purpose: Rollback changes from 0002_portal\n-- Brings back: 3 exactly \(of 3 statements\)\n-- Tried: up, down and up again on PostgreSQL 18\.\d+; schema and rows came back\n-- Runs: in one transaction, all or nothing\n\n/);
    assert.ok(stdout.endsWith(portal), stdout);
    assert.equal(stderr, 'The generated down brings everything back: up, down and up again were run.\n');
    assert.equal(code, 0);
    assert.equal(existsSync(join(cwd, 'migrations/0002_portal_rollback.sql')), false);
  });

  it('is written where it belongs, and the checks have nothing against it', async () => {
    const cwd = folder();
    const { code, stdout } = await lockstep(['down', '2', '--write'], { cwd });
    assert.deepEqual([code, stdout], [0, '']);
    assert.ok(readFileSync(join(cwd, 'migrations/0002_portal_rollback.sql'), 'utf8').endsWith(portal));
    const checked = await lockstep(['check', 'migrations/0002_portal_rollback.sql', '--fail-on', 'error'], { cwd });
    assert.equal(checked.code, 0, checked.stdout);
    const run = await lockstep(['dry-run', '2', '--fail-on', 'error'], { cwd });
    assert.match(run.stdout, /^✓ The down brings everything back/);
  });

  it('replaces a down without statements, never one that has some', async () => {
    const cwd = folder();
    const { code, stderr } = await lockstep(['down', '--write'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /Line 1: The values of public\.a\.remark are gone\. remark comes back as the last column of public\.a\. Rows get '' in it, because it was NOT NULL\./);
    assert.match(stderr, /What would be lost can be kept aside by another up: the column public\.a\.remark\n {2}--keep-aside rewrites the up so\./);
    const path = join(cwd, 'migrations/0003_drop_note_rollback.sql');
    assert.match(readFileSync(path, 'utf8'), /-- Brings back: 0 exactly, 1 with losses \(of 1 statement\)\n-- Tried: .*; rows or values stay lost\n-- Runs: .*\n-- Recovery: what is marked irreversible needs a backup/);
    assert.match(readFileSync(path, 'utf8'), /-- irreversible: The values of public\.a\.remark are gone\./);
    const again = await lockstep(['down', '--write'], { cwd });
    assert.equal(again.code, 2);
    assert.match(again.stderr, /0003_drop_note_rollback\.sql has statements already/);
  });

  it('keeps what would be lost aside with another up, proven as a pair', async () => {
    const cwd = folder();
    const shown = await lockstep(['down', '3', '--keep-aside'], { cwd });
    assert.match(shown.stdout, /^-- File: migrations\/0003_drop_note\.sql\n[^]*\n-- File: migrations\/0003_drop_note_rollback\.sql\n/);
    assert.equal(readFileSync(join(cwd, 'migrations/0003_drop_note.sql'), 'utf8'), files['migrations/0003_drop_note.sql']);
    const { code, stderr } = await lockstep(['down', '3', '--keep-aside', '--write'], { cwd });
    assert.deepEqual([code, stderr.split('\n').slice(0, 4)], [0, [
      'The generated down brings everything back: up, down and up again were run.',
      '  Kept aside by the rewritten up: the column public.a.remark',
      '  Rows that come after the up have no remark: fill it before the down sets NOT NULL again.',
      '  When nobody will go back, a later migration runs: ALTER TABLE public.a DROP COLUMN remark__kept_0003;',
    ]]);
    assert.equal(readFileSync(join(cwd, 'migrations/0003_drop_note.sql'), 'utf8'), keptUp);
    const down = readFileSync(join(cwd, 'migrations/0003_drop_note_rollback.sql'), 'utf8');
    assert.equal(down.slice(down.indexOf("lock_timeout = '5s';\n") + "lock_timeout = '5s';\n".length), keptDown);
    const run = await lockstep(['dry-run', '3', '--fail-on', 'error'], { cwd });
    assert.match(run.stdout, /^✓ The down brings everything back/);
  });

  it('of a Drizzle migration consists of drizzle-kit’s own statements where they lead back as well, and never of its CASCADE', async () => {
    const cwd = fileURLToPath(new URL('../../examples/shop', import.meta.url));
    const tags = await lockstep(['down', '11'], { cwd });
    assert.match(tags.stdout, /; schema and rows came back\n[^]*-- drizzle-kit's own statements from its snapshot 0011 back to 0010\nSET LOCAL lock_timeout = '5s';\n--> statement-breakpoint\nDROP INDEX "products_tags_idx";\n--> statement-breakpoint\nALTER TABLE "products" DROP COLUMN "tags";\n$/);
    const codes = await lockstep(['down', '12'], { cwd });
    assert.match(codes.stdout, /\nDROP TABLE IF EXISTS public\.discount_codes;\n$/);
    assert.doesNotMatch(codes.stdout, /drizzle-kit|CASCADE/);
  });

  it('says why something cannot be kept aside', async () => {
    const { stderr } = await lockstep(['down', '4', '--keep-aside'], { cwd: folder({ ...files, 'migrations/0004_block.sql': 'DO $$ BEGIN DELETE FROM a; END $$;\n' }) });
    assert.match(stderr, /Line 1 is not kept aside: Only rows of DELETE, UPDATE, INSERT, MERGE and TRUNCATE/);
  });

  it('comes as JSON with what was learnt of each statement', async () => {
    const { stdout } = await lockstep(['down', '3', '--format', 'json'], { cwd: folder() });
    // What the command promises to print.
    const down = JSON.parse(stdout) as MadeDown;
    assert.deepEqual([down.migration, down.verdict, down.isFree, down.statements.map((each) => each.kind)], ['0003_drop_note', 'data lost', true, ['lossy']]);
  });

  it('is none when the up does not run, and says where', async () => {
    const { code, stderr } = await lockstep(['down', '4'], { cwd: folder({ ...files, 'migrations/0004_bad.sql': 'SELECT 1;\nALTER TABLE nobody ADD x int;\n' }) });
    assert.equal(code, 2);
    assert.match(stderr, /The up itself fails at .*0004_bad\.sql:2: relation "nobody" does not exist \(42P01\)/);
  });

  it('is offered where a down is missing, made from what is typed, and cancelled without a trace', async () => {
    const cwd = folder({ ...files, 'migrations/0003_drop_note.sql': 'ALTER TABLE a DROP COLUMN note;\n', 'migrations/0004_slow.sql': 'SELECT pg_sleep(60);\n' });
    const client = await LspClient.start({ folder: cwd, initializationOptions: { commands: true } });
    try {
      const path = join(cwd, 'migrations/0002_portal.sql');
      const uri = pathToFileURL(path).href;
      client.open(path, 'CREATE VIEW v AS SELECT id FROM a;\n');
      await client.diagnostics(path);
      const actions = await client.request<{ title: string; command?: { command: string; arguments: string[] } }[]>('textDocument/codeAction', {
        textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, context: { diagnostics: client.published(path) },
      });
      assert.deepEqual(actions.find((each) => each.title === 'Generate the down')?.command, { title: 'Generate the down', command: 'lockstep.generateDown', arguments: [uri, { line: 0, character: 0 }] });
      const answer = await client.request<MakeDownAnswer>('lockstep/makeDown', { uri, workDoneToken: 'down' });
      assert.match(answer.down.text, /DROP VIEW IF EXISTS public\.v;/);
      assert.deepEqual([answer.kind, answer.uri, answer.down.existing, answer.down.verdict], ['down', pathToFileURL(join(cwd, 'migrations/0002_portal_rollback.sql')).href, null, 'exact']);
      const kept = await client.request<MakeDownAnswer>('lockstep/makeDown', { uri: pathToFileURL(join(cwd, 'migrations/0003_drop_note.sql')).href, workDoneToken: 'kept', data: 'keep aside' });
      assert.deepEqual([kept.up, kept.down.kept?.text.endsWith('RENAME COLUMN note TO note__kept_0003;\n'), kept.down.verdict], [pathToFileURL(join(cwd, 'migrations/0003_drop_note.sql')).href, true, 'exact']);
      const slow = client.begin('lockstep/makeDown', { uri: pathToFileURL(join(cwd, 'migrations/0004_slow.sql')).href, workDoneToken: 'slow' });
      await client.until(() => (JSON.stringify(client.received('$/progress')).includes('"slow"') ? true : null), 'the run');
      slow.cancel();
      // A cancelled request answers with a refusal in words.
      assert.equal(((await slow.answer) as Refusal).code, 'cancelled');
    } finally {
      await client.stop();
    }
  });

  it('keeps to the up as the disk has it, and writes nothing for it', async () => {
    const cwd = folder();
    const before = readFileSync(join(cwd, 'migrations/0002_portal.sql'));
    writeFileSync(join(cwd, 'migrations/notes.txt'), 'mine');
    await lockstep(['down', '2'], { cwd });
    assert.deepEqual(readFileSync(join(cwd, 'migrations/0002_portal.sql')), before);
  });
});
