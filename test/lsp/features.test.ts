import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import type { FoldersAnswer, MigrationAnswer, NameAnswer, NewMigrationAnswer, OtherSideAnswer, Refusal } from '../../src/app/editor-protocol.ts';
import { LspClient } from '../support/lsp-client.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';
import { pathToFileURL } from 'node:url';

interface WireAction {
  readonly title: string;
  readonly kind: string;
  readonly isPreferred?: boolean;
  readonly edit: { readonly documentChanges: readonly { readonly textDocument: { readonly version: number }; readonly edits: readonly { readonly range: { readonly start: { readonly line: number } }; readonly newText?: string }[] }[] };
}

const up = 'db/migrations/0002_add_index.sql';
const down = 'db/migrations/0002_add_index_rollback.sql';

interface WirePlace {
  readonly line: number;
  readonly character: number;
}

function textEdited(text: string, { start, end }: { readonly start: WirePlace; readonly end: WirePlace }, by: string): string {
  const offset = ({ line, character }: WirePlace): number => text.split('\n').slice(0, line).reduce((sum, each) => sum + each.length + 1, character);
  return text.slice(0, offset(start)) + by + text.slice(offset(end));
}

describe('features of the language server', () => {
  let folder: ScratchFolder;
  let client: LspClient;

  before(async () => {
    folder = scratchFolder({
      'db/migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n',
      'db/migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
      [up]: "CREATE INDEX orders_status_idx ON orders (status);\n",
      'other/notes.sql': 'SELECT 1;\n',
    });
    client = await LspClient.start({ folder: folder.path, initializationOptions: { commands: true } });
    client.open(folder.at(up));
    await client.diagnostics(folder.at(up));
  });

  after(async () => {
    await client.stop();
    folder.remove();
  });

  const at = (name: string): string => pathToFileURL(folder.at(name)).href;

  it('hover tells the lock and what it blocks', async () => {
    const hover = await client.request<{ contents: { value: string } }>('textDocument/hover', { textDocument: { uri: at(up) }, position: { line: 0, character: 3 } });
    assert.match(hover.contents.value, /SHARE on `orders` — blocks writes/);
    assert.match(hover.contents.value, /create-index-blocking/);
  });

  it('code actions suppress with a reason, on the version that the editor has', async () => {
    const actions = await client.request<WireAction[]>('textDocument/codeAction', {
      textDocument: { uri: at(up) },
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
      context: { diagnostics: client.published(folder.at(up)) },
    });
    const suppress = actions.find((action) => action.title === 'Suppress create-index-blocking with a reason');
    assert.equal(suppress?.kind, 'quickfix');
    assert.equal(suppress.edit.documentChanges[0]?.textDocument.version, 1);
    assert.match(suppress.edit.documentChanges[0].edits[0]?.newText ?? '', /^-- lockstep-ignore create-index-blocking: .+\n$/);
  });

  const actionsAt = (range: object, only?: string): Promise<WireAction[]> => client.request('textDocument/codeAction', { textDocument: { uri: at(up) }, range, context: { diagnostics: client.published(folder.at(up)), ...(only === undefined ? {} : { only: [only] }) } });
  const firstLine = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };

  it('what is suppressed is one statement, the file, or either until a day', async () => {
    const suppressions = (await actionsAt(firstLine)).filter(({ title }) => title.startsWith('Suppress create-index-blocking '));
    assert.deepEqual(suppressions.map(({ title, edit }) => [title.slice('Suppress create-index-blocking '.length), (edit.documentChanges[0]?.edits[0]?.newText ?? '').replace(/\d{4}-\d\d-\d\d/, 'DAY')]), [
      ['with a reason', '-- lockstep-ignore create-index-blocking: why this is safe here\n'],
      ['in this file with a reason', '-- lockstep-ignore-file create-index-blocking: why this is safe here\n'],
      ['until a day, with a reason', '-- lockstep-ignore-until DAY create-index-blocking: why this is safe here\n'],
    ]);
    const day = /\d{4}-\d\d-\d\d/.exec(suppressions[2]?.edit.documentChanges[0]?.edits[0]?.newText ?? '')?.[0] ?? '';
    assert.ok(Date.parse(day) > Date.now() && Date.parse(day) < Date.now() + 31 * 86_400_000, day);
  });

  it('all that can be mended unasked is mended at once, for an editor that does so on save', async () => {
    const text = 'CREATE TABLE notes (id bigint PRIMARY KEY);\nDROP TABLE old_notes;\nDROP INDEX old_index;\nALTER TABLE notes ADD CONSTRAINT positive CHECK (id > 0);\n';
    client.replace(folder.at(up), text);
    await client.diagnostics(folder.at(up));
    for (const only of ['source.fixAll', 'source.fixAll.lockstep', 'source']) {
      const [action, more] = await actionsAt(firstLine, only);
      assert.deepEqual([action?.kind, more], ['source.fixAll.lockstep', undefined], only);
      const edits = (action?.edit.documentChanges[0]?.edits ?? []) as { range: Parameters<typeof textEdited>[1]; newText: string }[];
      assert.equal(edits.reduce((whole, edit) => textEdited(whole, edit.range, edit.newText), text), [
        'CREATE TABLE notes (id bigint PRIMARY KEY);',
        "SET LOCAL lock_timeout = '5s';",
        'DROP TABLE IF EXISTS old_notes;',
        'DROP INDEX IF EXISTS old_index;',
        'ALTER TABLE notes ADD CONSTRAINT positive CHECK (id > 0);',
        '',
      ].join('\n'));
    }
    assert.ok((await actionsAt(firstLine, 'source.organizeImports')).every(({ kind }) => kind === 'quickfix'));
    client.replace(folder.at(up), readFileSync(folder.at(up), 'utf8'));
    await client.diagnostics(folder.at(up));
  });

  it('a down that leaves something can be completed from the up', async () => {
    const first = 'db/migrations/0001_create_orders.sql';
    client.open(folder.at(first), 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);\nCREATE TABLE lines (id bigint PRIMARY KEY);\n');
    const diagnostics = await client.diagnostics(folder.at(first));
    assert.deepEqual(diagnostics.filter(({ code }) => code === 'down-incomplete').map(({ range }) => range.start.line), [1]);
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 1 } };
    const actions = await client.request<(WireAction & { command?: { command: string } })[]>('textDocument/codeAction', { textDocument: { uri: at(first) }, range, context: { diagnostics } });
    assert.deepEqual(actions.filter(({ command }) => command !== undefined).map(({ title, command }) => [title, command?.command]), [['Add what the down misses', 'lockstep.completeDown']]);
  });

  it('code lenses run the pair and lead to its other side', async () => {
    const lenses = await client.request<{ command: { title: string; command: string } }[]>('textDocument/codeLens', { textDocument: { uri: at(up) } });
    assert.deepEqual(lenses.map((lens) => lens.command.command), ['lockstep.dryRun', 'lockstep.openOtherSide']);
    assert.equal(lenses[1]?.command.title, 'Write the Down');
  });

  it('the other side is known before it exists', async () => {
    const missing = await client.request<OtherSideAnswer>('lockstep/otherSide', { uri: at(up) });
    assert.deepEqual(missing, { kind: 'other side', uri: at(down), exists: false });
    const back = await client.request<MigrationAnswer>('lockstep/migration', { uri: at(down) });
    assert.deepEqual(back, { kind: 'migration', id: '0002_add_index', name: 'add_index', side: 'down', up: at(up) });
  });

  it('a file that is no migration is refused in words', async () => {
    const answer = await client.request<Refusal>('lockstep/migration', { uri: at('other/notes.sql') });
    assert.equal(answer.kind, 'refused');
    assert.match(answer.message, /notes\.sql/);
    assert.notEqual(answer.next, '');
  });

  it('the folder of the asked file is preferred', async () => {
    const { choices } = await client.request<FoldersAnswer>('lockstep/folders', { uri: at(up) });
    assert.deepEqual(choices.map(({ label, preferred, migrations }) => ({ label, preferred, migrations })), [{ label: 'db/migrations', preferred: true, migrations: 2 }]);
    const none = await client.request<FoldersAnswer>('lockstep/folders', { uri: null });
    assert.equal(none.choices[0]?.preferred, false);
  });

  it('a vague name gets its reason, a good one the file that it will be', async () => {
    const vague = await client.request<NameAnswer>('lockstep/checkName', { folder: at('db/migrations'), name: 'update schema' });
    assert.equal(vague.verdict, 'warn');
    assert.ok(vague.reason);
    const good = await client.request<NameAnswer>('lockstep/checkName', { folder: at('db/migrations'), name: 'add currency to orders' });
    assert.deepEqual({ verdict: good.verdict, preview: good.preview }, { verdict: 'accept', preview: '0003_add_currency_to_orders.sql' });
    const hostile = await client.request<NameAnswer>('lockstep/checkName', { folder: at('db/migrations'), name: '../../etc/passwd' });
    assert.equal(hostile.verdict, 'refuse');
  });

  it('a new migration writes both sides and is a migration at once', async () => {
    const made = await client.request<NewMigrationAnswer>('lockstep/newMigration', { folder: at('db/migrations'), name: 'add_currency_to_orders' });
    assert.equal(made.kind, 'created');
    assert.equal(made.up.uri, at('db/migrations/0003_add_currency_to_orders.sql'));
    assert.equal(made.down?.uri, at('db/migrations/0003_add_currency_to_orders_rollback.sql'));
    const text = readFileSync(new URL(made.up.uri), 'utf8');
    assert.ok(made.up.cursor > 0 && made.up.cursor <= text.length);
    const answer = await client.request<MigrationAnswer>('lockstep/migration', { uri: made.up.uri });
    assert.equal(answer.id, '0003_add_currency_to_orders');
  });
});
