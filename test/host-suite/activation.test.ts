import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe('activation', () => {
  const extension = vscode.extensions.getExtension('kompress.kompress');
  assert.ok(extension, 'the extension under development is registered');
  const manifest = extension.packageJSON as Manifest;

  it('waits for a command', () => {
    assert.deepEqual(manifest.activationEvents, []);
    assert.equal(extension.isActive, false);
  });

  it('registers every command', async () => {
    await extension.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const promised = [
      ...Object.values(COMMANDS),
      ...manifest.contributes.commands.map(({ command }) => command),
    ];
    assert.deepEqual(
      promised.filter((command) => !registered.has(command)),
      [],
    );
  });
});
