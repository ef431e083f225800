import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/vscode/contributions.ts';
import { extensionId, until } from './support.ts';

describe('the extension', () => {
  it('wakes up by itself in a workspace with migrations', async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension);
    await until(() => (extension.isActive ? true : undefined), 'activation');
  });

  it('has every command that the manifest promises', async () => {
    const registered = await vscode.commands.getCommands(true);
    assert.deepEqual(Object.values(commandIds).filter((id) => !registered.includes(id)), []);
  });

  it('loads neither a parser nor a database into the extension host', () => {
    const loaded = Object.keys(require.cache).filter((file) => /libpg-query|pglite|server\.cjs|database\.cjs/.test(file));
    assert.deepEqual(loaded, []);
  });
});
