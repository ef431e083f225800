import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/vscode/contributions.ts';
import { closeAll, open, pathInWorkspace, until, workspaceFile, writeFile } from './support.ts';

describe('migrations in VS Code', () => {
  afterEach(closeAll);

  for (const { example, layout, up, down } of [
    { example: 'billing/migrations', layout: 'SQL pairs', up: /^billing\/migrations\/\d{4}_add_due_date_to_invoices\.sql$/, down: /^billing\/migrations\/\d{4}_add_due_date_to_invoices_rollback\.sql$/ },
    { example: 'crm/prisma/migrations', layout: 'Prisma', up: /^crm\/prisma\/migrations\/\d{14}_add_due_date_to_invoices\/migration\.sql$/, down: /^crm\/prisma\/migrations\/\d{14}_add_due_date_to_invoices\/down\.sql$/ },
    { example: 'shop/drizzle', layout: 'Drizzle', up: /^shop\/drizzle\/\d{4}_add_due_date_to_invoices\.sql$/, down: /^shop\/drizzle\/\d{4}_add_due_date_to_invoices\.down\.sql$/ },
  ]) {
    it(`a new one in ${layout} opens its up and its down side by side`, async () => {
      await vscode.commands.executeCommand(commandIds.newMigration, workspaceFile(example), 'add_due_date_to_invoices');
      const [left, right] = await until(() => (vscode.window.visibleTextEditors.length === 2 ? [...vscode.window.visibleTextEditors].sort((a, b) => Number(a.viewColumn) - Number(b.viewColumn)) : undefined), 'two editors');
      assert.match(pathInWorkspace(left?.document.uri ?? workspaceFile()), up);
      assert.match(pathInWorkspace(right?.document.uri ?? workspaceFile()), down);
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), left?.document.uri.toString());
      for (const editor of [left, right]) {
        assert.ok(editor && editor.selection.isEmpty && editor.selection.active.line > 0, 'the cursor is below the header');
        assert.equal(editor.document.isDirty, false);
      }
    });
  }

  it('Drizzle keeps its journal and snapshot whole', () => {
    const journal = JSON.parse(readFileSync(workspaceFile('shop', 'drizzle', 'meta', '_journal.json').fsPath, 'utf8')) as { entries: { idx: number; tag: string }[] };
    const last = journal.entries.at(-1);
    assert.match(last?.tag ?? '', /_add_due_date_to_invoices$/);
    assert.ok(existsSync(workspaceFile('shop', 'drizzle', 'meta', `${String(last?.idx).padStart(4, '0')}_snapshot.json`).fsPath));
  });

  it('the other side opens beside the one that has the focus, there and back', async () => {
    const up = await open(writeFile(['billing', 'migrations', '9101_pair.sql'], 'SELECT 1;\n'));
    writeFile(['billing', 'migrations', '9101_pair_rollback.sql'], 'SELECT 2;\n');
    await vscode.commands.executeCommand(commandIds.openOtherSide, up.document.uri);
    const active = await until(() => (vscode.window.activeTextEditor?.document.uri.path.endsWith('9101_pair_rollback.sql') === true ? vscode.window.activeTextEditor : undefined), 'the down');
    assert.equal(active.viewColumn, 2);
    await vscode.commands.executeCommand(commandIds.openOtherSide);
    await until(() => (vscode.window.activeTextEditor?.document.uri.path.endsWith('9101_pair.sql') === true ? true : undefined), 'the up again');
    assert.equal(vscode.window.visibleTextEditors.length, 2);
  });

  it('a down that is missing opens as a new file and is written only by a save', async () => {
    const up = await open(writeFile(['billing', 'migrations', '9102_alone.sql'], 'SELECT 1;\n'));
    await vscode.commands.executeCommand(commandIds.openOtherSide, up.document.uri);
    const down = await until(() => (vscode.window.activeTextEditor?.document.isUntitled === true ? vscode.window.activeTextEditor : undefined), 'the new down');
    assert.ok(down.document.uri.path.endsWith('/billing/migrations/9102_alone_rollback.sql'));
    assert.ok(!existsSync(down.document.uri.fsPath));
  });

  it('two migrations of one number are told apart by Renumber, which moves the whole pair', async () => {
    const folder = ['billing', 'migrations'];
    writeFile([...folder, '9301_first.sql'], 'SELECT 1;\n');
    writeFile([...folder, '9301_second_rollback.sql'], '-- Purpose: Rollback changes from 9301_second\n');
    const second = await open(writeFile([...folder, '9301_second.sql'], 'SELECT 2;\n'));
    const problem = await until(() => vscode.languages.getDiagnostics(second.document.uri).find(({ message }) => message.includes('share the number 9301')), 'the problem of the number');
    const actions = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>('vscode.executeCodeActionProvider', second.document.uri, problem.range);
    const action = actions.find(({ title }) => title.startsWith('Renumber'));
    assert.ok(action?.command !== undefined, actions.map(({ title }) => title).join('\n'));
    await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments as readonly unknown[]));
    await until(() => (existsSync(workspaceFile(...folder, '9302_second.sql').fsPath) ? true : undefined), 'the new name');
    assert.equal(readFileSync(workspaceFile(...folder, '9302_second_rollback.sql').fsPath, 'utf8'), '-- Purpose: Rollback changes from 9302_second\n');
    assert.ok(!existsSync(workspaceFile(...folder, '9301_second.sql').fsPath) && existsSync(workspaceFile(...folder, '9301_first.sql').fsPath));
    await vscode.commands.executeCommand(commandIds.renameMigration, workspaceFile(...folder, '9302_second.sql'), 'third');
    await until(() => (existsSync(workspaceFile(...folder, '9302_third.sql').fsPath) && existsSync(workspaceFile(...folder, '9302_third_rollback.sql').fsPath) ? true : undefined), 'the other name');
  });
});
