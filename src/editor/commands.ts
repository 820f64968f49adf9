import * as vscode from 'vscode';
import { COMMANDS, type CommandArguments, type CommandId } from '../contributions';
import type { CompressionService } from '../engine/service';
import { compressEditor } from './compress';
import type { CompressedDocuments } from './difference';
import { DisposableStore } from './disposables';
import type { FailureReporter } from './failures';
import type { Log } from './log';
import { showMenu } from './menu';
import { goToDiscarded } from './navigate';
import type { Translate } from './numbers';
import { openTranscript } from './openTranscript';
import { copyCompressed, replaceWithCompressed } from './output';
import { overrideAt } from './overrides';
import type { ResultRegistry } from './registry';
import type { Transcripts } from './transcripts';

export interface CommandParts {
  readonly service: CompressionService;
  readonly registry: ResultRegistry;
  readonly transcripts: Transcripts;
  readonly compressed: CompressedDocuments;
  readonly failures: FailureReporter;
  readonly log: Log;
  readonly t: Translate;
}

/** Registers every command of the manifest. An error of any of them is shown, never thrown at the caller. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const { registry, transcripts, failures, t } = parts;
  const store = new DisposableStore();
  const register = <Id extends CommandId>(
    id: Id,
    run: (...args: CommandArguments[Id]) => Promise<void> | void,
  ): void => {
    store.add(
      vscode.commands.registerCommand(id, async (...args: CommandArguments[Id]) => {
        try {
          await run(...args);
        } catch (error) {
          failures.show(error);
        }
      }),
    );
  };
  const active = (): vscode.TextEditor | undefined => vscode.window.activeTextEditor;

  register(COMMANDS.compressSelection, async () => {
    const editor = active();
    if (editor === undefined) {
      void vscode.window.showInformationMessage(t('Open a text first, then compress it.'));
      return;
    }
    await compressEditor({ ...parts, hints: (document) => transcripts.hintsOf(document) }, editor);
  });
  register(COMMANDS.cancel, () => {
    const editor = active();
    if (editor !== undefined) registry.get(editor.document.uri)?.run?.controller.abort();
  });
  register(COMMANDS.copyCompressed, () => copyCompressed(parts));
  register(COMMANDS.replaceSelection, () => replaceWithCompressed(parts));
  register(COMMANDS.showDifference, () => parts.compressed.show());
  register(COMMANDS.clear, () => {
    const editor = active();
    if (editor !== undefined) registry.clear(editor.document.uri);
  });
  register(COMMANDS.nextDiscarded, () => goToDiscarded(registry, t, 1));
  register(COMMANDS.previousDiscarded, () => goToDiscarded(registry, t, -1));
  register(COMMANDS.keepWord, (target) => overrideAt(registry, t, true, target));
  register(COMMANDS.discardWord, (target) => overrideAt(registry, t, false, target));
  register(COMMANDS.openTranscript, (file) => openTranscript(parts, file));
  register(COMMANDS.showMenu, () => showMenu(registry, t));
  register(COMMANDS.showLog, () => parts.log.show());
  return store;
}
