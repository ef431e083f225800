import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/vscode/contributions.ts';
import { closeAll, open, until, workspaceFile, writeFile } from './support.ts';

const text = '-- migrate:up\nCREATE TABLE visits (id bigint PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE IF EXISTS visits;\n';

describe('both sides in one file, in VS Code', () => {
  before(() => {
    writeFile(['visits', 'db', 'migrations', '20260301090000_create_visits.sql'], text);
    writeFile(['visits', 'db', 'migrations', '20260302090000_add_note.sql'], '-- migrate:up\nALTER TABLE visits ADD COLUMN note text;\n');
  });

  afterEach(closeAll);

  const at = (name: string): vscode.Uri => workspaceFile('visits', 'db', 'migrations', name);

  function cursor(): number | undefined {
    return vscode.window.activeTextEditor?.selection.active.line;
  }

  it('the other side is the other section, there and back', async () => {
    const editor = await open(at('20260301090000_create_visits.sql'));
    await vscode.commands.executeCommand(commandIds.openOtherSide);
    assert.equal(cursor(), 4);
    await vscode.commands.executeCommand(commandIds.openOtherSide);
    assert.equal(cursor(), 1);
    assert.equal(vscode.window.visibleTextEditors.length, 1);
    assert.equal(editor.document.isDirty, false);
  });

  it('a section that is missing is added to the document, and one undo takes it back', async () => {
    const editor = await open(at('20260302090000_add_note.sql'));
    const before = editor.document.getText();
    await vscode.commands.executeCommand(commandIds.openOtherSide, editor.document.uri.toString(), { line: 0, character: 0 });
    assert.equal(editor.document.getText(), `${before}\n-- migrate:down\n`);
    assert.equal(cursor(), 4);
    assert.equal(editor.document.isDirty, true);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), before);
  });

  it('a new migration opens once, with the cursor in its up', async () => {
    await vscode.commands.executeCommand(commandIds.newMigration, workspaceFile('visits', 'db', 'migrations'), 'add_visitor');
    const editor = await until(() => (vscode.window.activeTextEditor?.document.uri.path.endsWith('_add_visitor.sql') === true ? vscode.window.activeTextEditor : undefined), 'the migration');
    assert.equal(vscode.window.visibleTextEditors.length, 1);
    assert.equal(editor.document.lineAt(editor.selection.active.line - 1).text, '-- migrate:up');
  });
});
