import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DryRunAnswer, MakeDownAnswer } from '../../src/app/editor-protocol.ts';
import type { DryRunReport } from '../../src/model/report.ts';
import { lockstep, workspaces } from '../cli/run.ts';
import { LspClient } from '../support/lsp-client.ts';
import { scratchFolder } from '../support/migrations.ts';

const first = '-- migrate:up\nCREATE TABLE a (id bigint PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE IF EXISTS a;\n';
const functions = 'CREATE FUNCTION one() RETURNS integer LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND\n$$;';

describe('both sides in one file', function () {
  this.timeout(120_000);
  const files = workspaces();

  async function report(words: readonly string[], cwd: string): Promise<DryRunReport> {
    const { stdout, stderr } = await lockstep(['dry-run', ...words, '--format', 'json'], { cwd });
    assert.notEqual(stdout, '', stderr);
    // What the command promises to print.
    return JSON.parse(stdout) as DryRunReport;
  }

  it('makes the round trip of what stands there', async () => {
    const cwd = files({ 'db/migrations/1_a.sql': first, 'db/migrations/2_b.sql': '-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a_idx ON a (id);\n\n-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY a_idx;\n' });
    for (const name of ['1', '2']) assert.equal((await report([name], cwd)).verdict, 'exact');
  });

  it('runs a file of goose in the pieces that it names, or as its directives say', async () => {
    const cwd = files({
      'migrations/00001_a.sql': `-- +goose Up\n-- +goose StatementBegin\n${functions}\n-- +goose StatementEnd\n\n-- +goose Down\nDROP FUNCTION one();\n`,
      'migrations/00002_b.sql': '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE b (id bigint);\nCREATE INDEX CONCURRENTLY b_idx ON b (id);\n-- +goose Down\nDROP TABLE b;\n',
    });
    for (const name of ['1', '2']) assert.equal((await report([name], cwd)).verdict, 'exact');
  });

  it('shows an error of either side at its place in the file', async () => {
    const cwd = files({ 'db/migrations/1_a.sql': '-- 😀\n-- migrate:up\nCREATE TABLE a (id bigint PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE a;\nDROP TABLE nowhere;\n' });
    const { code, stdout } = await lockstep(['dry-run', '1'], { cwd });
    assert.equal(code, 1);
    assert.match(stdout, /table "nowhere" does not exist \(SQLSTATE 42P01\)\n +--> db\/migrations\/1_a\.sql:7\n/);
  });

  it('writes the down into its section and leaves the up as it is', async () => {
    const up = '-- Orders.\n-- migrate:up\nCREATE TABLE b (id bigint PRIMARY KEY);\n';
    const cwd = files({ 'db/migrations/1_a.sql': first, 'db/migrations/2_b.sql': `${up}\n-- migrate:down\n` });
    const { code, stderr } = await lockstep(['down', '2', '--write'], { cwd });
    assert.equal(code, 0, stderr);
    const written = readFileSync(join(cwd, 'db/migrations/2_b.sql'), 'utf8');
    assert.ok(written.startsWith(`${up}\n-- migrate:down\n-- Rollback Migration: b\n`), written);
    assert.match(written, /DROP TABLE IF EXISTS public\.b;\n$/);
    assert.equal((await report(['2'], cwd)).verdict, 'exact');
    const again = await lockstep(['down', '2', '--write'], { cwd });
    assert.match(again.stderr, /has statements already/);
  });

  it('marks the generated down so that goose does not cut it', async () => {
    const cwd = files({
      'migrations/00001_a.sql': `-- +goose Up\n-- +goose StatementBegin\n${functions}\n-- +goose StatementEnd\n\n-- +goose Down\nDROP FUNCTION one();\n`,
      'migrations/00002_b.sql': '-- +goose Up\nDROP FUNCTION one();\n',
    });
    const { code, stderr } = await lockstep(['down', '2', '--write'], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(readFileSync(join(cwd, 'migrations/00002_b.sql'), 'utf8'), /-- \+goose Down\n[^]*-- \+goose StatementBegin\nCREATE OR REPLACE FUNCTION [^]*\$(?:function)?\$;\n-- \+goose StatementEnd\n$/);
    const checked = await lockstep(['check', '--format', 'json', '--fail-on', 'error'], { cwd });
    assert.doesNotMatch(checked.stdout, /tool-reads-otherwise/);
  });

  it('underlines in the editor what PostgreSQL refused, and generates into the open file', async () => {
    const folder = scratchFolder({ 'db/migrations/1_a.sql': first, 'db/migrations/2_b.sql': '' });
    const path = folder.at('db/migrations/2_b.sql');
    const client = await LspClient.start({ folder: folder.path });
    try {
      client.open(path, '-- migrate:up\nALTER TABLE a ADD COLUMN b int;\n\n-- migrate:down\nALTER TABLE a DROP COLUMN c;\n');
      await client.diagnostics(path);
      const uri = pathToFileURL(path).href;
      const answer = await client.request<DryRunAnswer>('lockstep/dryRun', { uri, at: { line: 4, character: 0 }, workDoneToken: 'run' });
      assert.deepEqual([answer.report.migration, answer.report.verdict], ['2_b', 'down failed']);
      const refused = await client.until(() => client.published(path).find((each) => each.source === 'Lockstep dry run') ?? null, 'the error');
      assert.deepEqual([refused.code, refused.range.start.line], ['42703', 4]);
      const { down } = await client.request<MakeDownAnswer>('lockstep/makeDown', { uri, migration: '2_b', workDoneToken: 'down' });
      assert.ok(down.text.startsWith('-- migrate:up\nALTER TABLE a ADD COLUMN b int;\n\n-- migrate:down\n-- Rollback Migration: b\n'), down.text);
      assert.deepEqual([down.isFree, down.verdict], [false, 'exact']);
    } finally {
      await client.stop();
      folder.remove();
    }
  });
});
