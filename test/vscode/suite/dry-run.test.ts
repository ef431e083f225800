import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds, reportViewType } from '../../../src/vscode/contributions.ts';
import { closeAll, codes, diagnostic, open, type, until, writeFile } from './support.ts';

const up = ['billing', 'migrations', '9201_try.sql'];
const down = ['billing', 'migrations', '9201_try_rollback.sql'];

describe('dry run in VS Code', function () {
  this.timeout(180_000);

  afterEach(closeAll);

  it('of a pair shows one report page, also when it is run again', async () => {
    writeFile(down, 'DROP TABLE IF EXISTS dry_run_notes;\n');
    const editor = await open(writeFile(up, 'CREATE TABLE dry_run_notes (id bigint PRIMARY KEY);\n'));
    await vscode.commands.executeCommand(commandIds.dryRun, editor.document.uri);
    assert.deepEqual(reports().map((tab) => tab.label), ['Dry Run: 9201_try']);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), editor.document.uri.toString(), 'the editor keeps the focus');
    await vscode.commands.executeCommand(commandIds.dryRun, editor.document.uri);
    assert.equal(reports().length, 1);
    assert.deepEqual(vscode.languages.getDiagnostics(editor.document.uri).filter((each) => each.source === 'Lockstep dry run'), []);
  });

  it('uses what is typed, not what is saved, and underlines what PostgreSQL refuses', async () => {
    // Files of its own: VS Code reads a file again that changes on the disk soon after it was closed, and then refuses what is typed.
    writeFile(['billing', 'migrations', '9202_typed_rollback.sql'], 'SELECT 1;\n');
    const editor = await open(writeFile(['billing', 'migrations', '9202_typed.sql'], 'SELECT 1;\n'));
    await type(editor, "-- 🐘 not saved\nSELECT 1;\nSELECT no_such_column FROM (VALUES (1)) AS one (n);\n");
    await vscode.commands.executeCommand(commandIds.dryRun, editor.document.uri);
    const refused = await diagnostic(editor.document.uri, '42703');
    assert.equal(refused.source, 'Lockstep dry run');
    assert.equal(editor.document.getText(refused.range), 'no_such_column');
    assert.ok(editor.document.isDirty);
    await type(editor, '-- mended\nSELECT 1;\n');
    await until(() => (codes(editor.document.uri).includes('42703') ? undefined : true), 'the squiggle to go with the edit');
  });
});

function reports(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith(reportViewType));
}
