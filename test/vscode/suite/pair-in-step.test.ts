import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/vscode/contributions.ts';
import { closeAll, open, type, until, untilCalled, writeFile } from './support.ts';

const up = ['billing', 'migrations', '9401_in_step.sql'];
const down = ['billing', 'migrations', '9401_in_step_rollback.sql'];
const mine = 'DROP TABLE IF EXISTS steps; -- mine\n';

describe('the pair kept in step, in VS Code', function () {
  this.timeout(180_000);

  afterEach(closeAll);

  function lens(uri: vscode.Uri, title: RegExp): Promise<vscode.Command> {
    return untilCalled(async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
      return lenses.map(({ command }) => command).find((each) => each !== undefined && title.test(each.title));
    }, `a CodeLens ${String(title)}`);
  }

  it('the CodeLens counts what is typed on either side, and a click changes the down only when the change is applied in the preview', async () => {
    const written = writeFile(down, mine);
    const above = await open(writeFile(up, 'CREATE TABLE steps (id bigint PRIMARY KEY);\n'));
    const below = await vscode.window.showTextDocument(written, { viewColumn: vscode.ViewColumn.Beside, preview: false });
    await type(above, 'CREATE TABLE steps (id bigint PRIMARY KEY);\nCREATE TABLE stairs (id bigint PRIMARY KEY);\n');
    assert.equal((await lens(above.document.uri, /misses/)).title, '$(warning) Down misses 1 of 2 changes');
    const clicked = await lens(below.document.uri, /misses 1 of 2/);
    assert.equal(clicked.command, commandIds.completeDown);
    const done = vscode.commands.executeCommand(clicked.command, ...(clicked.arguments ?? []) as readonly unknown[]); // Our own server's arguments.
    let over = false;
    void Promise.resolve(done).then(() => { over = true; });
    await until(() => {
      if (!over) void vscode.commands.executeCommand('refactorPreview.discard');
      return over ? true : undefined;
    }, 'the preview to be discarded');
    assert.equal(below.document.getText(), mine);
    assert.equal(readFileSync(written.fsPath, 'utf8'), mine);
    await type(below, `DROP TABLE IF EXISTS stairs;\n${mine}`);
    const left = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', above.document.uri);
    assert.deepEqual(left.map(({ command }) => command?.title), ['$(beaker) Dry Run', 'Open Down']);
  });
});
