import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import type { DryRunAnswer, Refusal } from '../../src/app/editor-protocol.ts';
import { LspClient } from '../support/lsp-client.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';

const up = 'migrations/0002_add_total.sql';
const down = 'migrations/0002_add_total_rollback.sql';

describe('dry run over the language server', function () {
  this.timeout(120_000);

  let folder: ScratchFolder;
  let client: LspClient;

  before(async () => {
    folder = scratchFolder({
      'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n',
      'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
      [up]: 'ALTER TABLE orders ADD COLUMN total bigint;\n',
      [down]: 'ALTER TABLE orders DROP COLUMN total;\n',
      'migrations/0003_wait.sql': 'SELECT pg_sleep(60);\n',
    });
    client = await LspClient.start({ folder: folder.path });
  });

  after(async () => {
    assert.equal(await client.stop(), 0);
    folder.remove();
  });

  const run = (name: string): ReturnType<LspClient['begin']> => client.begin('lockstep/dryRun', { uri: pathToFileURL(folder.at(name)).href, workDoneToken: name });

  it('answers with the report and tells how far it is', async () => {
    const answer = (await run(up).answer) as DryRunAnswer;
    assert.equal(answer.report.verdict, 'exact');
    const progress = client.received('$/progress') as { token: string; value: { kind: string; message?: string; percentage?: number } }[];
    const kinds = progress.filter((each) => each.token === up).map((each) => each.value.kind);
    assert.equal(kinds[0], 'begin');
    assert.equal(kinds.at(-1), 'end');
    assert.ok(progress.some((each) => /Running the down/.test(each.value.message ?? '')));
  });

  it('runs what is typed, underlines what PostgreSQL refused, and takes it back with the next edit', async () => {
    client.open(folder.at(down), '-- 🐘\nALTER TABLE orders DROP COLUMN totl;\n');
    const answer = (await run(down).answer) as DryRunAnswer;
    assert.equal(answer.report.verdict, 'down failed');
    const refused = await client.until(() => client.published(folder.at(down)).find((each) => each.source === 'Lockstep dry run') ?? null, 'the error');
    assert.equal(refused.code, '42703');
    assert.equal(refused.range.start.line, 1);
    client.replace(folder.at(down), 'ALTER TABLE orders DROP COLUMN total;\n');
    const left = await client.diagnostics(folder.at(down));
    assert.deepEqual(left.filter((each) => each.source === 'Lockstep dry run'), []);
    client.close(folder.at(down));
  });

  it('confirms what is underlined, until the next edit', async () => {
    client.open(folder.at(up), 'ALTER TABLE orders ADD COLUMN total double precision DEFAULT random();\n');
    const found = (): string => client.published(folder.at(up)).find((each) => each.code === 'add-column-volatile-default')?.message ?? '';
    await client.diagnostics(folder.at(up));
    assert.doesNotMatch(found(), /dry run/);
    await run(up).answer;
    await client.until(() => (found().includes('Confirmed by the dry run:') ? true : null), 'the confirmation');
    client.replace(folder.at(up), '\nALTER TABLE orders ADD COLUMN total double precision DEFAULT random();\n');
    await client.diagnostics(folder.at(up));
    assert.doesNotMatch(found(), /dry run/);
    client.close(folder.at(up));
  });

  it('ends when it is cancelled, before it began or in the middle, and the next one runs', async () => {
    const early = run('migrations/0003_wait.sql');
    early.cancel();
    assert.equal(((await early.answer) as Refusal).code, 'cancelled');
    const waiting = run('migrations/0003_wait.sql');
    await client.until(() => (sleeping() ? true : null), 'the sleeping statement');
    waiting.cancel();
    assert.equal(((await waiting.answer) as Refusal).code, 'cancelled');
    const answer = (await run(up).answer) as DryRunAnswer;
    assert.equal(answer.report.verdict, 'exact');
  });

  function sleeping(): boolean {
    const progress = client.received('$/progress') as { token: string; value: { message?: string } }[];
    return progress.some((each) => each.token === 'migrations/0003_wait.sql' && each.value.message === 'Running the up: statement 1 of 1');
  }
});
