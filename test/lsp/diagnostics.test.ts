import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { LspClient, type WireDiagnostic } from '../support/lsp-client.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';

const up = 'migrations/0002_add_index.sql';
const down = 'migrations/0002_add_index_rollback.sql';

describe('diagnostics of the language server', () => {
  let folder: ScratchFolder;
  let client: LspClient;

  before(async () => {
    folder = scratchFolder({
      'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n',
      'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
      [up]: "SET LOCAL lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN note text;\n",
      [down]: "SET LOCAL lock_timeout = '5s';\nALTER TABLE orders DROP COLUMN IF EXISTS note;\n",
      'queries/report.sql': 'CREATE INDEX i ON orders (status);\n',
    });
    client = await LspClient.start({ folder: folder.path });
  });

  after(async () => {
    assert.equal(await client.stop(), 0);
    folder.remove();
  });

  it('appear as they are typed, disappear as they are mended, and need no save', async () => {
    client.open(folder.at(up));
    assert.deepEqual(rules(await client.diagnostics(folder.at(up))), []);
    client.change(folder.at(up), [{ start: { line: 2, character: 0 }, end: { line: 2, character: 0 }, text: 'CREATE INDEX orders_status_idx ON orders (status);\n' }]);
    const found = (await client.diagnostics(folder.at(up))).find((each) => each.code === 'create-index-blocking');
    assert.ok(found);
    assert.equal(found.source, 'Lockstep');
    assert.equal(found.range.start.line, 2);
    assert.match(found.codeDescription?.href ?? '', /^file:.*\/docs\/rules\/create-index-blocking\.md$/);
    client.change(folder.at(up), [{ start: { line: 2, character: 0 }, end: { line: 3, character: 0 }, text: '' }]);
    assert.deepEqual(rules(await client.diagnostics(folder.at(up))), []);
    client.close(folder.at(up));
  });

  it('of one broken statement leave the others as they are', async () => {
    client.open(folder.at(up), 'CREATE INDEX a ON orders (status);\nALTER TABEL orders ADD x int;\nCREATE INDEX b ON orders (status);\n');
    const found = await client.diagnostics(folder.at(up));
    assert.deepEqual(found.filter((each) => each.code === 'syntax-error').map((each) => each.range.start.line), [1]);
    assert.deepEqual(found.filter((each) => each.code === 'create-index-blocking').map((each) => each.range.start.line), [0, 2]);
    client.close(folder.at(up));
  });

  it('stand at the right place after emoji, with CRLF and behind a byte order mark', async () => {
    const line = "COMMENT ON TABLE orders IS '🐘🐘'; CREATE INDEX i ON orders (status);";
    for (const text of [`-- 🐘\r\n${line}\r\n`, `\uFEFF-- 🐘\n${line}\n`]) {
      client.open(folder.at(up), text);
      const found = (await client.diagnostics(folder.at(up))).find((each) => each.code === 'create-index-blocking');
      assert.equal(found?.range.start.line, 1);
      assert.ok((found?.range.start.character ?? 0) >= line.indexOf('CREATE INDEX'));
      assert.ok((found?.range.end.character ?? 0) <= line.length);
      client.close(folder.at(up));
    }
  });

  it('follow many edits in one message and a replaced text', async () => {
    client.open(folder.at(up), 'SELECT 1;\nSELECT 2;\n');
    client.change(folder.at(up), [
      { start: { line: 1, character: 0 }, end: { line: 1, character: 9 }, text: 'CREATE INDEX i ON orders (status);' },
      { start: { line: 0, character: 0 }, end: { line: 0, character: 0 }, text: '-- first\n' },
      { start: { line: 2, character: 7 }, end: { line: 2, character: 7 }, text: 'UNIQUE ' },
    ]);
    const edited = await client.diagnostics(folder.at(up));
    client.replace(folder.at(up), '-- first\nSELECT 1;\nCREATE UNIQUE INDEX i ON orders (status);\n');
    assert.deepEqual(await client.diagnostics(folder.at(up)), edited);
    assert.ok(rules(edited).includes('create-index-blocking'));
    client.close(folder.at(up));
  });

  it('see the other side as the editor has it, not as the disk does', async () => {
    client.open(folder.at(up), 'CREATE TABLE invoices (id bigint PRIMARY KEY);\n');
    await client.diagnostics(folder.at(up));
    client.open(folder.at(down), 'DROP TABLE IF EXISTS invoices;\n');
    assert.ok(!rules(await client.diagnostics(folder.at(down))).includes('drop-table'));
    client.replace(folder.at(up), 'SELECT 1;\n');
    await client.until(() => (rules(client.published(folder.at(down))).includes('drop-table') ? true : null), 'drop-table after the up no longer creates it');
    client.close(folder.at(up));
    client.close(folder.at(down));
  });

  it('leave ordinary query files alone', async () => {
    client.open(folder.at('queries/report.sql'));
    assert.deepEqual(await client.diagnostics(folder.at('queries/report.sql')), []);
    client.close(folder.at('queries/report.sql'));
  });

  it('survive hostile, empty, unclosed and binary text', async () => {
    const hostile = '"><img src=x onerror=alert(1)>';
    const texts = ['', `DROP TABLE "${hostile.replaceAll('"', '""')}";\n`, "SELECT 'never closed", 'DO $$ BEGIN', '\u0000\u0001\uD800', '/* never closed', `CREATE INDEX i ON "a\nb" (x);`];
    for (const text of texts) {
      client.open(folder.at(up), text);
      await client.diagnostics(folder.at(up));
      client.close(folder.at(up));
    }
    client.open(folder.at(up), 'CREATE INDEX i ON orders (status);\n');
    assert.ok(rules(await client.diagnostics(folder.at(up))).includes('create-index-blocking'));
    client.close(folder.at(up));
  });
});

function rules(diagnostics: readonly WireDiagnostic[]): readonly (string | undefined)[] {
  return diagnostics.map((diagnostic) => diagnostic.code);
}
