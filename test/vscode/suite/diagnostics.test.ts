import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { LspClient } from '../../support/lsp-client.ts';
import { closeAll, codeOf, codes, diagnostic, extensionId, open, type, until, workspaceFile, writeFile } from './support.ts';

const up = ['billing', 'migrations', '9001_add_lookup.sql'];

describe('squiggles in VS Code', () => {
  let editor: vscode.TextEditor;

  before(async () => {
    writeFile(['billing', 'migrations', '9001_add_lookup_rollback.sql'], '-- nothing yet\n');
    editor = await open(writeFile(up, '-- Migration: add lookup\n'));
  });

  afterEach(() => type(editor, '-- Migration: add lookup\n'));
  after(closeAll);

  it('come while typing and go when the SQL is mended, without a save', async () => {
    const { uri } = editor.document;
    await type(editor, 'CREATE INDEX invoices_lookup_idx ON invoices (id);\n');
    const found = await diagnostic(uri, 'create-index-blocking');
    assert.equal(found.source, 'Lockstep');
    assert.equal(found.severity, vscode.DiagnosticSeverity.Warning);
    assert.equal(found.range.start.line, 0);
    assert.ok(typeof found.code === 'object' && found.code.target.path.endsWith('/docs/rules/create-index-blocking.md'));
    await type(editor, 'SELECT 1;\n');
    await until(() => (codes(uri).includes('create-index-blocking') ? undefined : true), 'the squiggle to go');
    assert.ok(editor.document.isDirty);
  });

  it('keep their places after emoji and CRLF', async () => {
    const line = "COMMENT ON TABLE invoices IS '🐘'; CREATE INDEX i ON invoices (id);";
    await type(editor, `-- 🐘\r\n${line}\r\n`);
    const found = await diagnostic(editor.document.uri, 'create-index-blocking');
    assert.ok(editor.document.getText(found.range).startsWith('CREATE INDEX'));
  });

  it('of one broken statement leave the others alone', async () => {
    await type(editor, 'ALTER TABEL invoices ADD x int;\nCREATE INDEX i ON invoices (id);\n');
    await diagnostic(editor.document.uri, 'syntax-error');
    await diagnostic(editor.document.uri, 'create-index-blocking');
  });

  it('offer a fix that takes the squiggle away', async () => {
    const { uri } = editor.document;
    await type(editor, 'ALTER TABLE invoices ADD CONSTRAINT invoices_id_positive CHECK (id > 0);\n');
    const found = await diagnostic(uri, 'check-validates');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, found.range, vscode.CodeActionKind.QuickFix.value);
    const fix = actions.find((action) => action.isPreferred === true && action.title.includes('NOT VALID'));
    assert.ok(fix?.edit, `a preferred fix among: ${actions.map((action) => action.title).join(', ')}`);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    await until(() => (codes(uri).includes('check-validates') ? undefined : true), 'the squiggle to go');
    assert.match(editor.document.getText(), /NOT VALID/);
  });

  it('can be suppressed with a reason', async () => {
    const { uri } = editor.document;
    await type(editor, 'CREATE INDEX i ON invoices (id);\n');
    const found = await diagnostic(uri, 'create-index-blocking');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, found.range, vscode.CodeActionKind.QuickFix.value);
    const suppress = actions.find((action) => action.title === 'Suppress create-index-blocking with a reason');
    assert.ok(suppress?.edit);
    assert.ok(await vscode.workspace.applyEdit(suppress.edit));
    await until(() => (codes(uri).includes('create-index-blocking') ? undefined : true), 'the squiggle to go');
    assert.match(editor.document.getText(), /^-- lockstep-ignore create-index-blocking: \S/);
  });

  it('have a hover with the lock and what it blocks', async () => {
    await type(editor, 'CREATE INDEX i ON invoices (id);\n');
    await diagnostic(editor.document.uri, 'create-index-blocking');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', editor.document.uri, new vscode.Position(0, 3));
    const text = hovers.flatMap((hover) => hover.contents.map((content) => (typeof content === 'string' ? content : content.value))).join('\n');
    assert.match(text, /SHARE on `invoices` — blocks writes/);
    assert.match(text, /CONCURRENTLY/);
  });

  it('stay away from ordinary query files', async () => {
    const query = await open(writeFile(['queries', 'report.sql'], 'CREATE INDEX i ON invoices (id);\n'));
    editor = await open(workspaceFile(...up));
    await type(editor, 'CREATE INDEX i ON invoices (id);\n');
    await diagnostic(editor.document.uri, 'create-index-blocking');
    assert.deepEqual(codes(query.document.uri), []);
  });

  it('are the same in another editor', async () => {
    const newest = await open(workspaceFile('shop', 'drizzle', '0014_prepare_customer_portal.sql'));
    await diagnostic(newest.document.uri, 'drop-column');
    const server = vscode.Uri.joinPath(vscode.extensions.getExtension(extensionId)?.extensionUri ?? workspaceFile(), 'dist', 'server.cjs').fsPath;
    const client = await LspClient.start({ folder: workspaceFile().fsPath, command: [process.execPath, server, '--stdio'] });
    try {
      client.open(newest.document.uri.fsPath);
      const there = (await client.diagnostics(newest.document.uri.fsPath)).map(({ code, message, range }) => ({ code, message, at: [range.start.line, range.start.character, range.end.line, range.end.character] }));
      const here = vscode.languages.getDiagnostics(newest.document.uri).map((each) => ({ code: codeOf(each), message: each.message, at: [each.range.start.line, each.range.start.character, each.range.end.line, each.range.end.character] }));
      assert.ok(here.length > 3);
      assert.deepEqual(here, there);
    } finally {
      await client.stop();
      editor = await open(workspaceFile(...up));
    }
  });
});
