import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds, settings } from '../../../src/vscode/contributions.ts';
import { closeAll, open, until, workspaceFile } from './support.ts';

describe('the target of dry runs in VS Code', function () {
  this.timeout(60_000);

  const chosen = (): string | undefined => vscode.workspace.getConfiguration().get(settings.target);

  afterEach(async () => {
    await vscode.workspace.getConfiguration().update(settings.target, undefined, vscode.ConfigurationTarget.Global);
    await closeAll();
  });

  it('is what the user picks, kept in the user’s own settings', async () => {
    await open(workspaceFile('billing', 'migrations', '0009_create_account_balances.sql'));
    await vscode.workspace.getConfiguration().update(settings.target, 'embedded', vscode.ConfigurationTarget.Global);
    let over = false;
    const done = vscode.commands.executeCommand(commandIds.chooseTarget).then(() => { over = true; });
    await until(() => {
      // The first of the list is the project's own choice; until it is there, accepting does nothing.
      if (!over) void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return over || undefined;
    }, 'the choice to be taken');
    await done;
    assert.equal(chosen(), 'project');
    assert.equal(vscode.workspace.getConfiguration().inspect(settings.target)?.workspaceValue, undefined);
  });

  it('cannot be decided by a workspace that is not trusted', () => {
    const manifest: unknown = vscode.extensions.getExtension('lockstep.lockstep')?.packageJSON;
    const { capabilities } = manifest as { capabilities: { untrustedWorkspaces: { restrictedConfigurations: readonly string[] } } }; // The manifest that is generated.
    assert.deepEqual(capabilities.untrustedWorkspaces.restrictedConfigurations, [settings.target, settings.engine]);
  });
});
