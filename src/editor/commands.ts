import * as vscode from 'vscode';
import { COMMANDS, type CommandArguments, type CommandId } from '../contributions';
import type { CompressionService } from '../engine/service';
import { activeEditor, type Surface } from './active';
import { compressEditor } from './compress';
import type { CompressedDocuments } from './difference';
import { DisposableStore } from './disposables';
import type { FailureReporter } from './failures';
import type { Log } from './log';
import { showMenu } from './menu';
import { goToDiscarded } from './navigate';
import { openTranscript } from './openTranscript';
import { copyCompressed, replaceWithCompressed } from './output';
import { overrideAt } from './overrides';
import type { Transcripts } from './transcripts';

export interface CommandParts extends Surface {
  readonly service: CompressionService;
  readonly transcripts: Transcripts;
  readonly compressed: CompressedDocuments;
  readonly failures: FailureReporter;
  readonly log: Log;
}

/** Registers every command of the manifest. An error of any of them is shown, never thrown at the caller. */
export function registerCommands(parts: CommandParts): DisposableStore {
  const { registry, transcripts, failures } = parts;
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

  store.add(
    registry.onDidDrop(() =>
      parts.voice.status(
        parts.t('The change was too large to follow, so the result was cleared. Compress the text again.'),
      ),
    ),
  );
  register(COMMANDS.compressSelection, async () => {
    const editor = activeEditor(parts);
    if (editor !== undefined)
      await compressEditor({ ...parts, hints: (document) => transcripts.hintsOf(document) }, editor);
  });
  register(COMMANDS.cancel, () => {
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined) registry.get(editor.document.uri)?.run?.controller.abort();
  });
  register(COMMANDS.copyCompressed, () => copyCompressed(parts));
  register(COMMANDS.replaceSelection, () => replaceWithCompressed(parts));
  register(COMMANDS.showDifference, () => parts.compressed.show());
  register(COMMANDS.clear, () => {
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined) registry.clear(editor.document.uri);
  });
  register(COMMANDS.nextDiscarded, () => goToDiscarded(parts, 1));
  register(COMMANDS.previousDiscarded, () => goToDiscarded(parts, -1));
  register(COMMANDS.keepWord, (target) => overrideAt(parts, true, target));
  register(COMMANDS.discardWord, (target) => overrideAt(parts, false, target));
  register(COMMANDS.openTranscript, (file) => openTranscript(parts, file));
  register(COMMANDS.showMenu, () => showMenu(parts));
  register(COMMANDS.showLog, () => parts.log.show());
  return store;
}
