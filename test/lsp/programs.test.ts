import assert from 'node:assert/strict';
import { matchesGlob } from 'node:path';
import { pathToFileURL } from 'node:url';
import { programPatterns, type NewMigrationAnswer } from '../../src/app/editor-protocol.ts';
import { layouts } from '../../src/layouts/detect.ts';
import { LspClient, type WireDiagnostic, type WirePosition } from '../support/lsp-client.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';

interface WireAction {
  readonly title: string;
  readonly edit: { readonly documentChanges: readonly { readonly edits: readonly { readonly range: { readonly start: WirePosition; readonly end: WirePosition }; readonly newText?: string; readonly snippet?: { readonly value: string } }[] }[] };
}

const file = 'db/migrations/20260102000000_index_orders.ts';
const text = [
  'import type { Knex } from "knex";',
  '',
  'export async function up(knex: Knex): Promise<void> {',
  '  // größer: 😀',
  "  await knex.raw('COMMENT ON TABLE orders IS \\'it\\'\\'s 😀\\'');",
  '  await knex.raw(`',
  '    CREATE INDEX "orders\\`ü" ON orders (status)',
  '  `);',
  '  await knex.raw(`GRANT SELECT ON orders TO ${process.env.READER}`);',
  '}',
  '',
  'export async function down(knex: Knex): Promise<void> {',
  '  await knex.raw(\'DROP INDEX IF EXISTS "orders`ü"\');',
  '}',
  '',
].join('\r\n');

describe('TypeScript migrations in an editor', () => {
  let folder: ScratchFolder;
  let client: LspClient;
  let diagnostics: readonly WireDiagnostic[] = [];

  before(async () => {
    folder = scratchFolder({
      'lockstep.config.json': '{ "runnerLockTimeout": null }',
      'db/migrations/20260101000000_orders.ts': 'import type { Knex } from "knex";\nexport async function up(knex: Knex): Promise<void> {\n  await knex.raw(`CREATE TABLE orders (id bigint PRIMARY KEY, status text)`);\n}\nexport async function down(knex: Knex): Promise<void> {\n  await knex.raw(`DROP TABLE IF EXISTS orders`);\n}\n',
      [file]: text,
      'src/2fa.ts': 'export const up = 1;\n',
    });
    client = await LspClient.start({ folder: folder.path, initializationOptions: { commands: true }, capabilities: { workspace: { workspaceFolders: true, workspaceEdit: { snippetEditSupport: true } } } });
    client.open(folder.at(file));
    diagnostics = await client.diagnostics(folder.at(file));
  });

  after(async () => {
    await client.stop();
    folder.remove();
  });

  const lines = text.split('\r\n');
  const under = ({ range: { start, end } }: Pick<WireDiagnostic, 'range'>): string => (start.line === end.line ? (lines[start.line] ?? '').slice(start.character, end.character) : '…');
  const one = (rule: string): WireDiagnostic => {
    const [found] = diagnostics.filter(({ code }) => code === rule);
    assert.ok(found !== undefined, `${rule} among ${diagnostics.map(({ code }) => code).join()}`);
    return found;
  };
  const actions = (at: WireDiagnostic): Promise<WireAction[]> =>
    client.request('textDocument/codeAction', { textDocument: { uri: pathToFileURL(folder.at(file)).href }, range: at.range, context: { diagnostics } });
  const edited = ({ edit }: WireAction): string => {
    const edits = (edit.documentChanges[0]?.edits ?? []).map(({ range, newText, snippet }) => ({ start: offsetOf(range.start), end: offsetOf(range.end), text: newText ?? snippet?.value.replace(/\$\{1:([^}]*)\}/, '$1').replaceAll(/\\([\\$}])/g, '$1') ?? '' }));
    return edits.sort((a, b) => b.start - a.start).reduce((whole, each) => whole.slice(0, each.start) + each.text + whole.slice(each.end), text);
  };
  const offsetOf = ({ line, character }: WirePosition): number => lines.slice(0, line).join('\r\n').length + (line === 0 ? 0 : 2) + character;

  it('are underlined where they are wrong, behind escapes and emoji', () => {
    assert.equal(under(one('create-index-blocking')).startsWith('CREATE INDEX'), true, under(one('create-index-blocking')));
    assert.equal(under(one('dynamic-sql-unchecked')), '${process.env.READER}');
    assert.match(one('dynamic-sql-unchecked').message, /`\$\{process\.env\.READER\}` is known only when the migration runs/);
    assert.equal(under(one('lock-timeout-missing')).startsWith('COMMENT') || under(one('lock-timeout-missing')).startsWith('CREATE'), true);
  });

  it('are mended by a call of its own', async () => {
    const fix = (await actions(one('lock-timeout-missing'))).find(({ title }) => title.startsWith('SET LOCAL'));
    assert.ok(fix !== undefined);
    const after = edited(fix);
    assert.ok(after.includes("  await knex.raw(`SET LOCAL lock_timeout = '5s'`);\r\n  await knex.raw(`\r\n    CREATE INDEX") || after.includes("raw('SET LOCAL lock_timeout = \\'5s\\'');\r\n  await knex.raw('COMMENT"), after);
    client.replace(folder.at(file), after);
    const left = (await client.diagnostics(folder.at(file))).filter(({ code }) => code === 'lock-timeout-missing' || code === 'syntax-error' || code === 'tool-reads-otherwise');
    assert.deepEqual(left.map(({ code, range }) => [code, range.start.line > 10]), [['lock-timeout-missing', true]], 'only the down is left');
    client.replace(folder.at(file), text);
    await client.diagnostics(folder.at(file));
  });

  it('are silenced inside the literal, or at the top of the file', async () => {
    for (const [rule, comment] of [['create-index-blocking', '    -- lockstep-ignore create-index-blocking: why this is safe here\r\n    CREATE INDEX'], ['dynamic-sql-unchecked', '// lockstep-ignore-file dynamic-sql-unchecked: why this is safe here\r\nimport']] as const) {
      const action = (await actions(one(rule))).find(({ title }) => title === `Suppress ${rule} with a reason` || title === `Suppress ${rule} in this file with a reason`);
      assert.ok(action !== undefined);
      const after = edited(action);
      assert.ok(after.includes(comment), after);
      client.replace(folder.at(file), after);
      const left = await client.diagnostics(folder.at(file));
      assert.deepEqual(left.filter(({ code }) => code === rule || code === 'unused-suppression'), [], after);
      client.replace(folder.at(file), text);
      await client.diagnostics(folder.at(file));
    }
  });

  it('tell by a hover what a statement does, and speak of the code and not of what stands in for it', async () => {
    const uri = pathToFileURL(folder.at(file)).href;
    const hover = await client.request<{ contents: { value: string }; range: { start: WirePosition; end: WirePosition } }>('textDocument/hover', { textDocument: { uri }, position: { line: 6, character: 8 } });
    assert.match(hover.contents.value, /SHARE on `orders` — blocks writes/);
    assert.equal(under(hover), 'CREATE INDEX "orders\\`ü" ON orders (status)');
    client.replace(folder.at(file), text.replace('ON orders (status)', 'ON ${process.env.TENANT}_orders (status)'));
    const dynamic = await client.request<{ contents: { value: string } }>('textDocument/hover', { textDocument: { uri }, position: { line: 6, character: 8 } });
    assert.match(dynamic.contents.value, /`\$\{process\.env\.TENANT\}_orders`/i);
    assert.ok(!(await client.diagnostics(folder.at(file))).some(({ message }) => message.includes('__process')));
    client.replace(folder.at(file), text);
    await client.diagnostics(folder.at(file));
  });

  it('keep their findings while a bracket is open', async () => {
    client.replace(folder.at(file), text.replace('READER}`);', 'READER}`;'));
    const broken = await client.diagnostics(folder.at(file));
    assert.deepEqual(broken.filter(({ code }) => code === 'tool-reads-otherwise').map(({ range }) => range.start.line), [8]);
    assert.ok(broken.some(({ code }) => code === 'create-index-blocking'));
    assert.ok(!broken.some(({ code }) => code === 'down-missing'));
    client.replace(folder.at(file), text);
    await client.diagnostics(folder.at(file));
  });

  it('are made by New Migration as the tool makes them', async () => {
    const answer = await client.request<NewMigrationAnswer>('lockstep/newMigration', { folder: pathToFileURL(folder.at('db/migrations')).href, name: 'add_total' });
    assert.equal(answer.kind, 'created', JSON.stringify(answer));
  });

  it('other files are none of our business', async () => {
    client.open(folder.at('src/2fa.ts'));
    assert.deepEqual(await client.diagnostics(folder.at('src/2fa.ts')), []);
  });

  it('an editor sends what a layout could claim', () => {
    const names = ['1_a.ts', '20260101000000_a.js', '1700000000000-a.mjs', '202601010000_a.cts', 'Migration20260101000000.ts', 'Migration20260101000000_a.js', '1_a.cjs', '1_a.mts'];
    for (const name of names) {
      assert.ok(programPatterns.some((pattern) => matchesGlob(`db/migrations/${name}`, pattern)), name);
      assert.ok(layouts.some((layout) => layout.prepare !== undefined && layout.files.test(`db/migrations/${name}`)), name);
    }
    for (const name of ['index.ts', 'a1.ts', 'Migrations.ts', '1_a.sql', '1_a.json']) assert.ok(!programPatterns.some((pattern) => matchesGlob(`src/${name}`, pattern)), name);
  });
});
