import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { MigrationAnswer, NewMigrationAnswer, OtherSideAnswer } from '../../src/app/editor-protocol.ts';
import { LspClient, type WirePosition } from '../support/lsp-client.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';

interface Lens {
  readonly range: { readonly start: WirePosition };
  readonly command: { readonly title: string; readonly command: string; readonly arguments: readonly unknown[] };
}

interface Action {
  readonly title: string;
  readonly command?: { readonly arguments: readonly unknown[] };
  readonly edit?: { readonly documentChanges: readonly { readonly edits: readonly { readonly range: { readonly start: WirePosition; readonly end: WirePosition }; readonly newText: string }[] }[] };
}

const both = 'db/migrations/20260302090000_add_index.sql';
const upAlone = 'db/migrations/20260303090000_add_total.sql';
const text = '-- migrate:up\n\nCREATE INDEX orders_status_idx ON orders (status);\n\n-- migrate:down\nDROP INDEX orders_status_idx;\nSELECT 1;\n';

describe('both sides in one file, in the editor', () => {
  let folder: ScratchFolder;
  let client: LspClient;

  before(async () => {
    folder = scratchFolder({
      'db/migrations/20260301090000_create_orders.sql': '-- migrate:up\nCREATE TABLE orders (id bigint PRIMARY KEY, status text);\n\n-- migrate:down\nDROP TABLE IF EXISTS orders;\n',
      [both]: text,
      [upAlone]: '-- migrate:up\nALTER TABLE orders ADD COLUMN total bigint;\n',
    });
    client = await LspClient.start({ folder: folder.path, initializationOptions: { commands: true } });
    for (const file of [both, upAlone]) {
      client.open(folder.at(file));
      await client.diagnostics(folder.at(file));
    }
  });

  after(async () => {
    await client.stop();
    folder.remove();
  });

  const at = (name: string): string => pathToFileURL(folder.at(name)).href;
  const line = (number: number): WirePosition => ({ line: number, character: 0 });
  const actions = (name: string, start: WirePosition): Promise<Action[]> =>
    client.request('textDocument/codeAction', { textDocument: { uri: at(name) }, range: { start, end: start }, context: { diagnostics: client.published(folder.at(name)) } });

  it('underlines each side in the light of the other', () => {
    const found = client.published(folder.at(both)).map(({ code, range }) => [code, range.start.line] as const);
    assert.deepEqual(found.filter(([code]) => code === 'create-index-blocking' || code === 'drop-index-blocking'), [['create-index-blocking', 2], ['drop-index-blocking', 5]]);
    assert.deepEqual(found.filter(([code]) => code === 'down-incomplete' || code === 'down-missing'), []);
  });

  it('says what the tool refuses, at its line', () => {
    const found = client.published(folder.at(upAlone)).find(({ code }) => code === 'tool-reads-otherwise');
    assert.deepEqual([found?.range.start, found?.severity], [line(0), 1]);
    assert.match(found?.message ?? '', /no line `-- migrate:down`/);
  });

  it('hovers over both', async () => {
    const hover = (number: number): Promise<{ contents: { value: string } } | null> => client.request('textDocument/hover', { textDocument: { uri: at(both) }, position: { line: number, character: 3 } });
    assert.match((await hover(2))?.contents.value ?? '', /SHARE on `orders`/);
    assert.match((await hover(5))?.contents.value ?? '', /ACCESS EXCLUSIVE/);
    assert.equal(await hover(0), null);
  });

  it('suppresses above the statement, and for a side at the beginning of its section', async () => {
    const edit = async (name: string, rule: string, start: WirePosition): Promise<readonly [number, string] | undefined> => {
      const change = (await actions(name, start)).find(({ title }) => title === `Suppress ${rule} with a reason` || title === `Suppress ${rule} in this file with a reason`)?.edit?.documentChanges[0]?.edits[0];
      return change === undefined ? undefined : [change.range.start.line, change.newText.split(':')[0] ?? ''];
    };
    assert.deepEqual(await edit(both, 'drop-index-blocking', line(5)), [5, '-- lockstep-ignore drop-index-blocking']);
    assert.deepEqual(await edit(upAlone, 'down-missing', line(1)), [0, '-- lockstep-ignore-file down-missing']);
    client.open(folder.at('db/migrations/20260301090000_create_orders.sql'), '-- migrate:up\nCREATE TABLE orders (id bigint PRIMARY KEY, status text);\n\n-- migrate:down\n');
    await client.diagnostics(folder.at('db/migrations/20260301090000_create_orders.sql'));
    assert.deepEqual(await edit('db/migrations/20260301090000_create_orders.sql', 'down-missing', line(1)), [1, '-- lockstep-ignore-file down-missing']);
    client.close(folder.at('db/migrations/20260301090000_create_orders.sql'));
  });

  it('mends inside the section', async () => {
    const fix = (await actions(both, line(5))).find(({ title }) => /timeout/.test(title))?.edit?.documentChanges[0]?.edits ?? [];
    assert.deepEqual(fix.map(({ range, newText }) => [range.start.line, newText.trim()]), [[5, "SET LOCAL lock_timeout = '5s';"]]);
  });

  it('puts code lenses over each section', async () => {
    const lenses = await client.request<Lens[]>('textDocument/codeLens', { textDocument: { uri: at(both) } });
    assert.deepEqual(lenses.map(({ range, command }) => [range.start.line, command.title, command.arguments[1]]), [
      [0, '$(beaker) Dry Run', line(0)],
      [0, 'Open Down', line(0)],
      [4, '$(beaker) Dry Run', line(4)],
      [4, 'Open Up', line(4)],
    ]);
    const alone = await client.request<Lens[]>('textDocument/codeLens', { textDocument: { uri: at(upAlone) } });
    assert.deepEqual(alone.map(({ command }) => command.title), ['$(beaker) Dry Run', 'Write the Down']);
  });

  it('knows the side by the cursor, and leads to the other one in the file', async () => {
    const side = async (number: number): Promise<string> => (await client.request<MigrationAnswer>('lockstep/migration', { uri: at(both), at: line(number) })).side;
    assert.deepEqual([await side(0), await side(3), await side(5)], ['up', 'up', 'down']);
    const other = (number: number): Promise<OtherSideAnswer> => client.request('lockstep/otherSide', { uri: at(both), at: line(number) });
    assert.deepEqual(await other(2), { kind: 'other side', uri: at(both), exists: true, at: line(5) });
    assert.deepEqual(await other(5), { kind: 'other side', uri: at(both), exists: true, at: line(1) });
  });

  it('gives the file with an empty section where the other side is missing', async () => {
    const other = await client.request<OtherSideAnswer>('lockstep/otherSide', { uri: at(upAlone), at: line(1) });
    const grown = '-- migrate:up\nALTER TABLE orders ADD COLUMN total bigint;\n\n-- migrate:down\n';
    assert.deepEqual(other, { kind: 'other side', uri: at(upAlone), exists: false, text: grown, at: line(4) });
    assert.equal(readFileSync(folder.at(upAlone), 'utf8').includes('down'), false);
  });

  it('sees a section as soon as it is typed', async () => {
    client.replace(folder.at(upAlone), '-- migrate:up\nALTER TABLE orders ADD COLUMN total bigint;\n\n-- migrate:down\nDROP TABLE orders;\n');
    const found = (await client.diagnostics(folder.at(upAlone))).map(({ code }) => code);
    assert.ok(found.includes('drop-table') && !found.includes('tool-reads-otherwise') && !found.includes('down-missing'), found.join(' '));
  });

  it('writes a new migration into one file', async () => {
    const made = await client.request<NewMigrationAnswer>('lockstep/newMigration', { folder: at('db/migrations'), name: 'add_currency_to_orders' });
    assert.equal(made.down?.uri, made.up.uri);
    const written = readFileSync(new URL(made.up.uri), 'utf8');
    assert.equal(written.slice(0, made.up.cursor).split('\n').at(-2), '-- migrate:up');
    assert.equal(written.slice(0, made.down.cursor).split('\n').at(-2), '-- migrate:down');
  });
});
