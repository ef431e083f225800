import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/vscode/contributions.ts';
import { closeAll, diagnostic, open, until, workspaceFile, writeFile } from './support.ts';

const up = ['billing', 'migrations', '9301_generate.sql'];
const down = ['billing', 'migrations', '9301_generate_rollback.sql'];
const mine = 'SELECT 1; -- mine\n';

describe('Generate Down in VS Code', function () {
  this.timeout(180_000);

  afterEach(closeAll);

  it('is the quick fix of a missing down, and shows a file that is on no disk yet', async () => {
    const editor = await open(writeFile(up, 'CREATE TABLE generated_notes (id bigint PRIMARY KEY);\n'));
    const missing = await diagnostic(editor.document.uri, 'down-missing');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', editor.document.uri, missing.range);
    const action = actions.find((each) => each.title === 'Generate the down');
    assert.equal(action?.command?.command, commandIds.generateDown);
    await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []) as readonly unknown[]); // The manifest's own arguments.
    const shown = await until(() => vscode.window.visibleTextEditors.find((each) => each.document.uri.scheme === 'untitled'), 'the generated down');
    assert.match(shown.document.getText(), /DROP TABLE IF EXISTS public\.generated_notes;\n$/);
    assert.ok(shown.document.uri.path.endsWith(down.join('/')));
    assert.equal(existsSync(workspaceFile(...down).fsPath), false);
  });

  it('changes a down that somebody wrote only when the change is applied in the preview', async () => {
    const written = writeFile(down, mine);
    const editor = await open(writeFile(up, 'CREATE TABLE generated_notes (id bigint PRIMARY KEY);\n'));
    const done = vscode.commands.executeCommand(commandIds.generateDown, editor.document.uri);
    const shown = await until(() => vscode.window.visibleTextEditors.find((each) => each.document.uri.path === written.path), 'the down beside its up');
    let over = false;
    void Promise.resolve(done).then(() => { over = true; });
    await until(() => {
      if (!over) void vscode.commands.executeCommand('refactorPreview.discard');
      return over ? true : undefined;
    }, 'the preview to be discarded');
    assert.equal(shown.document.getText(), mine);
    assert.equal(readFileSync(written.fsPath, 'utf8'), mine);
  });
});
